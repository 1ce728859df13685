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

LATELY = timedelta(minutes=1)
"""What a rate is taken over."""
SHORT = timedelta(seconds=5)
"""What is too short for a rate."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An extraction that is not completed.

    :param label: of its slice
    :param quiet_since: when its last page landed, or it began
    :param pages: different ones that have landed
    :param expected: how many the source's own total makes, ``None`` if it is not told or not all of them are read
    :param rate: readings of pages that landed in a minute lately, ``None`` if they are too few to tell
    :param left: how long the rest takes at this rate, ``None`` if that is not known or the budget does not bear it
    :param waits_until: until when its task is deferred, if that is still to come
    :param abandoned: its task began anew since, or nothing landed for longer than any wait takes
    """

    label: str
    dag_id: str
    started_at: datetime
    quiet_since: datetime
    pages: int
    expected: int | None
    rate: float | None
    left: timedelta | None
    waits_until: datetime | None
    abandoned: bool


def unfinished(
    conn: Connection, source: Source, tenant: str, now: datetime, spendable: int | None = None
) -> list[Progress]:
    """The latest ``MOST`` of them; those that went on without a trace of theirs are ``abandoned``.

    :param spendable: the requests that the budget bears now, ``None`` if nobody said
    """
    of = places.c.extraction_id == extractions.c.id
    lately = places.c.read_at >= now - LATELY
    landed = (
        select(
            func.count(places.c.number.distinct()).label("pages"),
            func.max(places.c.read_at).label("landed_at"),
            func.count().filter(lately).label("recent"),
            func.min(places.c.read_at).filter(lately).label("since"),
        )
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
        select(*extractions.c["slice", "dag_id", "started_at", "waits_until"], *landed.c, told.c.total)
        .add_columns(anew.label("anew"))
        .select_from(extractions.join(landed, true()).outerjoin(told, true()))
        .where(extractions.c.tenant == tenant, extractions.c.source == source.name)
        .where(extractions.c.completed_at.is_(None))
        .order_by(extractions.c.id.desc())
        .limit(MOST)
    )
    return [_progress(row, source, now, spendable) for row in conn.execute(open_ones)]


def _progress(row: Row[Any], source: Source, now: datetime, spendable: int | None) -> Progress:
    known = row._mapping
    slice, pages, total = Slice.from_json(known["slice"]), known["pages"], known["total"]
    quiet_since = known["landed_at"] or known["started_at"]
    waits = known["waits_until"] if known["waits_until"] and known["waits_until"] > now else None
    # A search reads few of the pages that there are.
    counted = total is not None and total > 0 and slice.strategy == "all"
    expected = max(pages, -(-total // source.page_size)) if counted else None
    rate = None if waits else _rate(known["recent"], known["since"], now)
    rest = (expected or pages) - pages
    borne = rest and (spendable is None or rest <= spendable)
    return Progress(
        slice.label,
        known["dag_id"],
        known["started_at"],
        quiet_since,
        pages,
        expected,
        rate,
        timedelta(minutes=rest / rate) if rate and borne else None,
        waits,
        known["anew"] or (now - quiet_since > QUIET and not waits),
    )


def _rate(pages: int, since: datetime | None, now: datetime) -> float | None:
    """Pages a minute."""
    return pages * (timedelta(minutes=1) / (now - since)) if since and now - since >= SHORT else None
