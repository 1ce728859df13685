"""Retention: what has landed goes after some days, in small batches, unless something still needs it.

The pages of an extraction go together, then the records that no page names; its receipt stays. See ADR 0006.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    any_,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)

from include.contract import Source
from include.warehouse import ledger, orphans
from include.warehouse.engine import spoken
from include.warehouse.scratch import touched
from include.warehouse.staleness import past_of
from include.warehouse.tables import extractions, issues, records, staged
from include.warehouse.tables import pages as places

BATCH = 10_000
"""Rows of a table that one transaction erases at most."""
TO_TOMBSTONE, TO_UPSERT = "kept_to_tombstone", "kept_to_upsert"
ERASED: Mapping[str | None, dict[str, Table]] = {
    None: {"staged": staged, "issues": issues, "pages": places},
    TO_TOMBSTONE: {"staged": staged},
    TO_UPSERT: {},
}
"""What goes of an old extraction, by the reason why the rest stays."""


@spoken()
def housekeep(engine: Engine, sources: Iterable[Source], keep: timedelta) -> dict[str, int]:
    """Clear what is older than ``keep`` and not needed, of all tenants; another try goes on where one stopped.

    An extraction that is not completed, and landed nothing for so long, is closed as partial: from then on it is as old
    as one that was completed at that moment. What was read and never upserted stays for twice as long.

    :param sources: what the ledger holds of others stays as it is
    :returns: ``pages``, ``records``, ``issues`` and ``staged`` rows that went; extractions that were ``abandoned``;
        older pages ``kept_to_tombstone``, ``kept_to_upsert`` or ``kept_unfinished``; ``pages_left``, ``records_left``
    :raises WarehouseTrouble: Postgres cannot be reached, went away, or an extraction holds on to what it lands
    """
    counts = Counter[str](abandoned=_close(engine, keep))
    for source in sources:
        for tenant in _tenants(engine, source):
            olds = _olds(engine, source, tenant, keep)
            for old in olds:
                counts.update(_erase(engine, old))
            for reason in (TO_TOMBSTONE, TO_UPSERT):
                kept = [old.id for old in olds if old.needed == reason]
                counts[reason] += _count(engine, places, places.c.extraction_id.in_(kept))
            counts["records"] += orphans.erase(engine, tenant, source.name, BATCH)
    unfinished = select(extractions.c.id).where(extractions.c.completed_at.is_(None), _before("started_at", keep))
    counts["kept_unfinished"] = _count(engine, places, places.c.extraction_id.in_(unfinished))
    names = ("pages", "records", "issues", "staged", "abandoned", TO_TOMBSTONE, TO_UPSERT, "kept_unfinished")
    left = {"pages_left": _count(engine, places), "records_left": _count(engine, records)}
    return {name: counts[name] for name in names} | left


@dataclass(frozen=True, slots=True)
class _Old:
    """An extraction that was completed before the days that are kept, and of which something is left.

    :param needed: why its pages stay; ``None``: they go
    """

    id: int
    counts: Mapping[str, int]
    needed: str | None


@dataclass(frozen=True, slots=True)
class _Needed:
    """What is looked at again, however old: what was completed since these moments.

    :param tenant: of the whole tenant; ``None``: nothing
    :param owners: of the extractions of one owner alone
    """

    tenant: datetime | None
    owners: Mapping[str, datetime]

    @classmethod
    def of(cls, conn: Connection, source: Source, tenant: str) -> "_Needed":
        """What tombstones look at, now and from now on: a cover is only ever replaced by a fresher one.

        As long as there is no cover, any window may be the oldest of the first one. An extraction that is not completed
        may prove absence since it began. What an owner's last complete refresh held stays, so that a tombstone task
        of any age can be cleared, and a replay reaches every row.
        """
        past = past_of(conn, source, tenant)
        proofs = [
            one
            for one in past.extractions
            if one.complete and one.slice.refreshes and not source.narrowed(one.slice.filters)
        ]
        cover = past.cover() or [one for one in proofs if one.slice.scope == "tenant"]
        own = sorted((one for one in proofs if one.slice.scope == "owner"), key=lambda one: one.id)
        begun = select(extractions.c.started_at).filter_by(tenant=tenant, source=source.name, completed_at=None)
        since = [*(one.started_at for one in cover), *conn.scalars(begun)]
        return cls(min(since, default=None), {one.slice.owner: one.started_at for one in own})

    def why(self, row: Any) -> str | None:
        """Why the pages of an old extraction stay, if they do."""
        if "records" in row.counts and ledger.MERGED[-1] not in row.counts and not row.late:
            return TO_UPSERT
        own = self.owners.get(row.owner) if row.scope == "owner" else None
        looked_at = any(since and row.completed_at >= since for since in (self.tenant, own))
        return TO_TOMBSTONE if looked_at else None


def _before(moment: str, keep: timedelta) -> ColumnElement[bool]:
    return extractions.c[moment] < func.now() - keep


def _close(engine: Engine, keep: timedelta) -> int:
    """Close what was given up: a task that is tried again all the same begins anew, and finds no half of its pages."""
    landed = exists().where(places.c.extraction_id == extractions.c.id, places.c.read_at >= func.now() - keep)
    said = {"verdict": "partial", "reason": f"abandoned: nothing landed for {keep.days} days"}
    closed = update(extractions).values(completed_at=func.now(), **said)
    given_up = (extractions.c.completed_at.is_(None), _before("started_at", keep), not_(landed))
    with engine.begin() as conn:
        return touched(conn, closed.where(*given_up))


def _tenants(engine: Engine, source: Source) -> list[str]:
    with engine.connect() as conn:
        known = select(extractions.c.tenant).filter_by(source=source.name)
        return list(conn.scalars(known.distinct().order_by(extractions.c.tenant)))


def _olds(engine: Engine, source: Source, tenant: str, keep: timedelta) -> list[_Old]:
    """A tenant's old extractions, the oldest first."""
    scope, late = extractions.c.slice["scope"].astext.label("scope"), _before("completed_at", 2 * keep).label("late")
    left = (exists().where(table.c.extraction_id == extractions.c.id) for table in ERASED[None].values())
    old = (
        select(*extractions.c["id", "owner", "completed_at", "counts"], scope, late)
        .filter_by(tenant=tenant, source=source.name)
        .where(_before("completed_at", keep), or_(*left))
        .order_by(extractions.c.id)
    )
    with engine.connect() as conn:
        needed = _Needed.of(conn, source, tenant)
        return [_Old(row.id, row.counts, needed.why(row)) for row in conn.execute(old)]


def _erase(engine: Engine, old: _Old) -> Counter[str]:
    """Erase what goes of an extraction, a batch each transaction, unless somebody takes it up at this moment.

    Its receipt counts the pages that were ``cleared``.
    """
    tables, erased = ERASED[old.needed], Counter[str]()
    claim = select(extractions.c.counts).where(extractions.c.id == old.id).with_for_update(skip_locked=True)
    batch = dict.fromkeys(tables, BATCH)
    while BATCH in batch.values():
        with engine.begin() as conn:
            counts = conn.scalar(claim)
            if counts is None or {**counts, "cleared": 0} != {**old.counts, "cleared": 0}:
                break
            batch = {name: touched(conn, delete(table).where(_some(table, old.id))) for name, table in tables.items()}
            if batch.get("pages"):
                ledger.count(conn, old.id, {"cleared": counts.get("cleared", 0) + batch["pages"]})
        erased.update(batch)
    return erased


def _some(table: Table, extraction_id: int) -> ColumnElement[bool]:
    """A batch of an extraction's rows, found in the order of their key and reached by their place."""
    place: ColumnElement[Any] = literal_column("ctid")
    some = select(place).select_from(table).where(table.c.extraction_id == extraction_id)
    batch = some.order_by(*table.primary_key).limit(BATCH)
    return place == any_(func.array(batch.scalar_subquery()))


def _count(engine: Engine, table: Table, *where: ColumnElement[bool]) -> int:
    counted: Select[int] = select(func.count()).select_from(table).where(*where)
    with engine.connect() as conn:
        return conn.scalars(counted).one()
