"""Progress: the extractions of a tenant's source that have not come to their end, and how far each one is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select, true

from include.budget import LONGEST_WAIT
from include.contract import Slice, Source
from include.warehouse.tables import extractions
from include.warehouse.tables import pages as places

QUIET = LONGEST_WAIT + timedelta(hours=1)
"""A task that waits for its budget lands nothing for ``LONGEST_WAIT`` at most: past this it was given up."""

MOST = 20
"""Extractions told, the newest first."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An extraction that is not completed.

    :param label: of its slice
    :param quiet_since: when its last page landed, or it began
    :param pages: different ones that have landed
    :param expected: how many the source's own total makes, ``None`` if it is not told or not all of them are read
    :param abandoned: its task began anew since, or nothing landed for longer than any wait takes
    """

    label: str
    dag_id: str
    started_at: datetime
    quiet_since: datetime
    pages: int
    expected: int | None
    abandoned: bool


def unfinished(conn: Connection, source: Source, tenant: str, now: datetime) -> list[Progress]:
    """The latest ``MOST`` of them; those that went on without a trace of theirs are ``abandoned``."""
    of = places.c.extraction_id == extractions.c.id
    landed = (
        select(func.count(places.c.number.distinct()).label("pages"), func.max(places.c.read_at).label("landed_at"))
        .where(of)
        .lateral("landed")
    )
    latest = select(places.c.totals[1].label("total")).where(of).order_by(places.c.read_at.desc()).limit(1)
    told = latest.lateral("told")
    again = extractions.alias("again")
    anew = exists().where(
        *(again.c[name] == extractions.c[name] for name in ("dag_id", "run_id", "map_index")),
        again.c.id > extractions.c.id,
    )
    open_ones = (
        select(*extractions.c["slice", "dag_id", "started_at"], landed.c.pages, landed.c.landed_at, told.c.total)
        .add_columns(anew.label("anew"))
        .select_from(extractions.join(landed, true()).outerjoin(told, true()))
        .where(extractions.c.tenant == tenant, extractions.c.source == source.name)
        .where(extractions.c.completed_at.is_(None))
        .order_by(extractions.c.id.desc())
        .limit(MOST)
    )
    return [_progress(row, source, now) for row in conn.execute(open_ones)]


def _progress(row: Row[Any], source: Source, now: datetime) -> Progress:
    known = row._mapping
    slice, pages, total = Slice.from_json(known["slice"]), known["pages"], known["total"]
    quiet_since = known["landed_at"] or known["started_at"]
    # A search reads few of the pages that there are.
    counted = total is not None and total > 0 and slice.strategy == "all"
    return Progress(
        slice.label,
        known["dag_id"],
        known["started_at"],
        quiet_since,
        pages,
        max(pages, -(-total // source.page_size)) if counted else None,
        known["anew"] or now - quiet_since > QUIET,
    )
