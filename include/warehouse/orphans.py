"""Orphans: landed records that no page names any more.

One look finds them, in one pass over the pages, and they go in batches while it lasts. A landing that comes meanwhile
may name one of them again, and does not send it because it is still there. So each batch keeps landings out, and spares
what was named since the look began.
"""

from datetime import timedelta

from sqlalchemy import (
    ARRAY,
    Engine,
    Text,
    any_,
    bindparam,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    text,
)

from include.warehouse.landing import hold
from include.warehouse.tables import extractions, records
from include.warehouse.tables import pages as places

PATIENCE = text("set local lock_timeout = '5s'")
"""So long does a batch wait for a landing, and the others behind it: a landing takes milliseconds, or is stuck."""
LATE = timedelta(days=1)
"""A try that was given up for dead lands no page so long after another one completed its extraction."""

_WHOSE = {name: bindparam(name, type_=Text) for name in ("tenant", "source")}
_NAMED = (
    select(func.unnest(places.c.records).label("hash"))
    .join(extractions, extractions.c.id == places.c.extraction_id)
    .where(*(extractions.c[name] == value for name, value in _WHOSE.items()))
)
_EVER = _NAMED.subquery("ever")
_ONCE = select(_EVER.c.hash).distinct().subquery("once")
_ORPHANS = select(records.c.hash).filter_by(**_WHOSE).where(not_(exists().where(_ONCE.c.hash == records.c.hash)))

_OLDEST = text("select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as xid) as text)")
"""The oldest transaction that a look may not see."""
_SINCE = _NAMED.where(
    or_(extractions.c.completed_at.is_(None), extractions.c.completed_at > func.now() - LATE),
    text("age(ingest.pages.xmin) <= age(cast(:oldest as xid))"),
)
_KEYS = bindparam("keys", type_=ARRAY(records.c.hash.type))
_EACH = func.unnest(_KEYS).table_valued("hash", name="each").render_derived()
_UNNAMED = select(_EACH.c.hash).where(_EACH.c.hash.not_in(_SINCE))
_ERASE = delete(records).where(
    *(records.c[name] == value for name, value in _WHOSE.items()),
    records.c.hash == any_(func.array(_UNNAMED.scalar_subquery())),
)


def erase(engine: Engine, tenant: str, source: str, batch: int) -> int:
    """Erase a tenant's orphans of a source, ``batch`` at a time; how many went.

    :raises DBAPIError: among others, when a landing does not end
    """
    whose, erased = {"tenant": tenant, "source": source}, 0
    with engine.connect() as looking:
        oldest = looking.scalar(_OLDEST)
        found = looking.execute(_ORPHANS, whose, execution_options={"yield_per": batch}).scalars()
        for keys in found.partitions():
            with engine.begin() as conn:
                conn.execute(PATIENCE)
                hold(conn, tenant, source, alone=True)
                given = {**whose, "keys": keys, "oldest": oldest}
                erased += conn.execute(_ERASE, given, execution_options={"preserve_rowcount": True}).rowcount
    return erased
