"""Findings: what the ledger says is not as it should be in what a tenant's source last gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, and_, cast, func, not_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from include.contract import Slice, Source
from include.drift import ENOUGH, merged, vanished
from include.warehouse.tables import extractions

MOST = 10
"""Of each kind, the most frequent or the latest."""
SINCE = timedelta(days=30)
EVERYTHING = ""
"""The window of a read that has none."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A read that could not be proven to hold all, and was not made good since.

    :param label: of its slice
    """

    label: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What is not as it should be.

    :param dag_id: of the last run whose records were normalized; ``None``: there is none
    :param records: of that run, as are the next three
    :param issues: how many records have one, by field and reason
    :param drift: how many objects differ from the vendor's page, by path, under ``unknown``, ``missing``, ``changed``
    :param vanished: the fields that hold nothing any more, and did before
    :param held_back: deletions that the last refresh refused, because they were so many
    :param partial: the latest first
    """

    dag_id: str | None
    records: int
    issues: Mapping[str, int]
    drift: Mapping[str, Mapping[str, int]]
    vanished: Sequence[str]
    held_back: int
    partial: Sequence[Partial]


def findings(conn: Connection, source: Source, tenant: str, now: datetime) -> Findings:
    """What the ledger says of a tenant's source."""
    whose = (extractions.c.tenant == tenant, extractions.c.source == source.name)
    dag_id, drift, gone = _drift(conn, whose)
    return Findings(
        dag_id=dag_id,
        records=drift.get("records", 0),
        issues=_most(drift.get("issues", {})),
        drift={kind: _most(drift[kind]) for kind in ("unknown", "missing", "changed") if kind in drift},
        vanished=gone,
        held_back=_held_back(conn, whose),
        partial=_partial(conn, whose, now),
    )


def _most(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST])


def _drift(conn: Connection, whose: Sequence[Any]) -> tuple[str | None, dict[str, Any], list[str]]:
    """The last run whose records were normalized: its DAG, its drift, and what has vanished since an earlier run."""
    normalized = extractions.c.drift["records"].astext.is_not(None)
    run = (
        select(*extractions.c["dag_id", "run_id"]).where(*whose, normalized).order_by(extractions.c.id.desc()).limit(1)
    )
    last = conn.execute(run).one_or_none()
    if last is None:
        return None, {}, []
    of_last = and_(extractions.c.dag_id == last.dag_id, extractions.c.run_id == last.run_id)
    now = (
        select(extractions.c.drift)
        .where(*whose, normalized, of_last)
        .ext(distinct_on(extractions.c.map_index))
        .order_by(extractions.c.map_index, extractions.c.id.desc())
    )
    enough = cast(extractions.c.drift["records"].astext, Integer) >= ENOUGH
    before = select(extractions.c.drift).where(*whose, not_(of_last), enough).order_by(extractions.c.id.desc()).limit(1)
    drift = merged(list(conn.scalars(now)))
    return last.dag_id, drift, vanished(drift, conn.scalars(before).first() or {})


def _held_back(conn: Connection, whose: Sequence[Any]) -> int:
    """How many deletions the last refresh that was to tombstone held back."""
    counts = extractions.c.counts
    asked = or_(counts.has_key("tombstoned"), counts.has_key("held_back"))
    last = select(func.coalesce(counts["held_back"].as_integer(), 0)).where(*whose, asked)
    return conn.scalars(last.order_by(extractions.c.id.desc()).limit(1)).first() or 0


def _partial(conn: Connection, whose: Sequence[Any], now: datetime) -> list[Partial]:
    """The partial reads of the last days whose stretch no later one has read completely."""
    slice = extractions.c.slice
    window = func.coalesce(slice["window"].astext, EVERYTHING).label("window")
    alike = func.jsonb_build_array(extractions.c.owner, slice["scope"], slice["filters"]).label("alike")
    complete = (
        select(alike, window, func.max(extractions.c.id).label("id"))
        .where(*whose, extractions.c.verdict == "complete")
        .group_by(alike, window)
        .cte("complete")
    )
    same, whole = complete.alias("same"), complete.alias("whole")
    query = (
        select(*extractions.c["slice", "completed_at", "reason"])
        .outerjoin(same, and_(same.c.alike == alike, same.c.window == window))
        .outerjoin(whole, and_(whole.c.alike == alike, whole.c.window == EVERYTHING))
        .where(*whose, extractions.c.verdict == "partial", extractions.c.completed_at >= now - SINCE)
        .where(extractions.c.id > func.coalesce(func.greatest(same.c.id, whole.c.id), 0))
        .order_by(extractions.c.id.desc())
        .limit(MOST)
    )
    return [
        Partial(Slice.from_json(row.slice).label, row.completed_at, row.reason or "") for row in conn.execute(query)
    ]
