"""Staleness: what the ledger says of when each stretch of a source was last read completely."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any

from sqlalchemy import Connection, Engine, case, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from include.contract import BEGINNING, END, Slice, Source
from include.warehouse.engine import spoken
from include.warehouse.tables import extractions


@dataclass(frozen=True, slots=True)
class Extracted:
    """What the ledger knows of one extraction.

    :param complete: its verdict; ``False`` also as long as it has none
    :param records: how many different ones it landed
    """

    id: int
    slice: Slice
    started_at: datetime
    complete: bool
    records: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """A tenant's extractions of a source: of each reach the latest, and the latest complete one.

    The reach of a refresh is its window, and its owner where it reads that one's records alone; the intervals of an
    owner have one reach. Filters that leave records out make it another.
    """

    source: Source
    extractions: Sequence[Extracted]

    def read(self, slice: Slice) -> Extracted | None:
        """The latest complete extraction of a slice's reach."""
        same = (one for one in self.extractions if one.complete and self._reach(one.slice) == self._reach(slice))
        return max(same, key=lambda one: one.id, default=None)

    def records(self, slice: Slice) -> int | None:
        """How many records a slice held when it was last read completely."""
        read = self.read(slice)
        return read.records if read else None

    def since(self, slice: Slice) -> int:
        """The id of the extraction that read a slice's reach completely, the latest; 0 if none did."""
        read = self.read(slice)
        return read.id if read else 0

    def cover(self) -> Sequence[Extracted]:
        """The complete refreshes of the whole tenant, oldest window first, whose oldest is as fresh as it can be."""
        return _chain(one for one in self.extractions if one.complete and self._whole(one.slice))

    def windows(self) -> list[tuple[Slice, int | None]]:
        """The windows that the tenant was last cut into, oldest first, complete or not, with :meth:`records`."""
        cut = (one for one in self.extractions if one.slice.bounds and self._whole(one.slice))
        return [(one.slice, self.records(one.slice)) for one in _chain(cut)]

    def stalest(self, slices: Sequence[Slice]) -> dict[str, str | None] | None:
        """The stretch that was not read completely for the longest time, of those that a refresh is to keep fresh.

        :param slices: the run's
        :returns: its ``label``, and when it was ``read_at`` (ISO 8601, ``None``: never); ``None`` for an interval's
            slices, and for such as are narrowed by a filter: they keep nothing fresh
        """
        if any(not slice.refreshes or self.source.narrowed(slice.filters) for slice in slices):
            return None
        tenant = any(slice.scope == "tenant" for slice in slices)
        known = self.cover() if tenant else ()
        slice = min([one.slice for one in known] or slices, key=self.since)
        read = self.read(slice)
        return {"label": slice.label, "read_at": read.started_at.isoformat() if read else None}

    def _whole(self, slice: Slice) -> bool:
        return slice.refreshes and slice.scope == "tenant" and not self.source.narrowed(slice.filters)

    def _reach(self, slice: Slice) -> tuple[Any, ...]:
        narrowing = slice.filters if self.source.narrowed(slice.filters) else {}
        return (
            slice.scope,
            slice.owner if slice.scope == "owner" else None,
            slice.window if slice.refreshes else "interval",
            narrowing,
        )


def _chain(windows: Iterable[Extracted]) -> Sequence[Extracted]:
    """Windows that follow each other from the beginning to the end, of all such chains that with the freshest oldest.

    Windows that meet at a day leave nothing out, even if they come of different cuttings: see ADR 0004.
    """
    best: dict[datetime, tuple[Extracted, ...]] = {BEGINNING: ()}
    for one in sorted(windows, key=_start):
        end = one.slice.window.end if one.slice.window else END
        if _start(one) in best:
            longer = (*best[_start(one)], one)
            best[end] = max(longer, best.get(end, longer), key=_freshness)
    return best.get(END, ())


def _start(one: Extracted) -> datetime:
    return one.slice.window.start if one.slice.window else BEGINNING


def _freshness(chain: Sequence[Extracted]) -> list[float]:
    return [*sorted(one.id for one in chain), inf]


@spoken()
def past(engine: Engine, source: Source, tenant: str) -> Past:
    """What the ledger knows of a tenant's extractions of a source."""
    with engine.connect() as conn:
        return past_of(conn, source, tenant)


def past_of(conn: Connection, source: Source, tenant: str) -> Past:
    """:func:`past`, inside a transaction."""
    slice = extractions.c.slice
    refreshes = func.coalesce(or_(slice["window"].astext.is_(None), slice["bounds"].astext != "{}"), False)
    known = (
        select(
            *extractions.c["id", "slice", "started_at"],
            func.coalesce(extractions.c.verdict == "complete", False).label("complete"),
            extractions.c.counts["records"].as_integer().label("records"),
            slice["scope"].label("scope"),
            slice["filters"].label("filters"),
            case((slice["scope"].astext == "owner", extractions.c.owner)).label("owner"),
            case((refreshes, slice["window"].astext), else_="interval").label("window"),
        )
        .where(extractions.c.tenant == tenant, extractions.c.source == source.name)
        .subquery("known")
    )
    reach = known.c["scope", "filters", "owner", "window", "complete"]
    latest = select(known).ext(distinct_on(*reach)).order_by(*reach, known.c.id.desc())
    return Past(
        source,
        [
            Extracted(row.id, Slice.from_json(row.slice), row.started_at, row.complete, row.records)
            for row in conn.execute(latest)
        ],
    )
