"""Tombstones: what a run's complete refreshes no longer hold.

Absence is proven by complete extractions that together are of all time and not narrowed by a filter, and only for what
no later extraction has read either: a record that came while they were read is not gone. Where a CRM is read in
windows, those are the freshest cover of it, whichever runs read them: gone is what was not seen since the oldest began.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import floor
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Select,
    Table,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)

from include.contract import Slice, Source
from include.errors import MassDeletion
from include.warehouse import ledger
from include.warehouse.engine import spoken
from include.warehouse.landed import LANDED
from include.warehouse.layout import Layout, take_turn
from include.warehouse.scratch import fill, looked_up, scratch
from include.warehouse.staleness import past_of
from include.warehouse.tables import extractions, owners

SEEN = scratch(
    "seen", Column("remote_id", Text, primary_key=True), Column("extraction_id", BigInteger, primary_key=True)
)
GONE = scratch(
    "gone",
    *(Column("tenant", Text), Column("remote_id", Text), Column("valid_from", DateTime(timezone=True))),
)


@spoken()
def tombstone(
    engine: Engine,
    source: Source,
    extraction_ids: Sequence[int],
    *,
    allow_mass_delete: bool = False,
    share: float = 0.2,
) -> dict[str, int]:
    """Set ``remote_deleted_at`` on the rows that a run proves to be gone, and end the links that it proves to be.

    A row is gone when no owner holds it any more: where links are tombstoned, when its last live link ended; else
    when the whole tenant, at once or in windows, or every owner ever known was read and did not hold it.

    :param extraction_ids: the run's, all of one tenant; those that prove no absence are left out
    :param share: of the live rows: so many and more go at once only with ``allow_mass_delete``; a single row always may
    :returns: rows ``tombstoned``, links that ended as ``unlinked``
    :raises MassDeletion: nothing was changed, and the receipt says how many rows were ``held_back``
    :raises WarehouseTrouble: Postgres cannot be reached, or went away
    """
    with engine.begin() as conn:
        run = [ledger.receipt(conn, extraction_id) for extraction_id in sorted(extraction_ids)]
        proofs = [receipt for receipt in run if proves(source, receipt)]
        if not proofs:
            return {"tombstoned": 0, "unlinked": 0}
        layout, tenant = Layout.of(source), proofs[0].slice.tenant
        moment = take_turn(conn, tenant, source.name)
        owners_own = [proof for proof in proofs if proof.slice.scope == "owner"]
        cover = past_of(conn, source, tenant).cover() if owners_own != proofs else ()
        seen = [seen_since(proof.id, proof.slice, proof.started_at) for proof in owners_own]
        if cover:
            oldest = min(cover, key=lambda one: one.started_at)
            seen.append(seen_since(oldest.id, oldest.slice, oldest.started_at))
        fill(conn, SEEN, *seen)
        left = scratch(
            "left_owner",
            *(Column("tenant", Text), Column("remote_id", Text), Column("owner", layout.link_owner.type)),
            Column("extraction_id", BigInteger),
        )
        fill(conn, left, *(_ended(layout, proof) for proof in owners_own))
        unless_refused = conn.begin_nested()
        unlinked = layout.end_links(conn, left.c, moment)
        if cover or _covers(conn, source, owners_own):
            gone = fill(conn, GONE, _unseen(layout, tenant))
        else:
            gone = fill(conn, GONE, _homeless(layout, left))
        live = _live_before(conn, layout, tenant, gone, share, min(receipt.started_at for receipt in run))
        refused = gone > 1 and gone >= share * live and not allow_mass_delete
        if refused:
            unless_refused.rollback()
            ledger.count(conn, proofs[-1].id, {"held_back": gone})
        else:
            unless_refused.commit()
            _bury(conn, layout, moment, min(one.id for one in cover or proofs))
            # A try that died before it could tell has counted too.
            told = proofs[-1].counts
            counts = {"tombstoned": told.get("tombstoned", 0) + gone, "ended": told.get("ended", 0) + unlinked}
            ledger.count(conn, proofs[-1].id, counts, forget=["held_back"])
    if refused:
        raise MassDeletion(
            f"{gone:,} of {live:,} live {layout.table.name} would be tombstoned", where={"tenant": tenant}
        )
    return {"tombstoned": counts["tombstoned"], "unlinked": counts["ended"]}


@spoken()
def holds(engine: Engine, source: Source, slice: Slice) -> bool:
    """Whether live rows are known to be of a slice's owner, or of its tenant."""
    layout = Layout.of(source)
    known = select(literal(1)).where(_live(layout, slice.tenant))
    if slice.scope == "owner":
        live = true() if layout.link_deleted_at is None else layout.link_deleted_at.is_(None)
        owner = cast(slice.owner, layout.link_owner.type)
        known = select(literal(1)).where(layout.links.c.tenant == slice.tenant, layout.link_owner == owner, live)
    with engine.connect() as conn:
        return bool(conn.scalar(select(exists(known))))


def proves(source: Source, receipt: ledger.Receipt) -> bool:
    """Whether what an extraction did not see is not there."""
    slice = receipt.slice
    return receipt.verdict == "complete" and slice.refreshes and not source.narrowed(slice.filters)


def seen_since(proof_id: int, slice: Slice, began: datetime) -> Select[Any]:
    """What was read of an owner or a tenant since an extraction of it began, by whichever extraction."""
    whose = {"tenant": slice.tenant, "source": slice.source}
    later = or_(extractions.c.completed_at.is_(None), extractions.c.completed_at >= began)
    read = (
        select(LANDED.c.remote_id, literal(proof_id))
        .distinct()
        .filter_by(**whose)
        .where(LANDED.c.extraction_id.in_(select(extractions.c.id).where(*_equal(whose), later)))
        .where(LANDED.c.read_at >= began, LANDED.c.remote_id.is_not(None))
    )
    return read if slice.scope == "tenant" else read.filter_by(scope="owner", owner=slice.owner)


def _ended(layout: Layout, proof: ledger.Receipt) -> Select[Any]:
    """The live links of an owner whose records were not seen."""
    owner = cast(proof.slice.owner, layout.link_owner.type)
    links = select(layout.links.c.tenant, layout.link_record, layout.link_owner, literal(proof.id))
    # What a later extraction linked is none of this one's business, whether it saw it or not.
    earlier = layout.links.c.extraction_id <= proof.id
    links = links.where(layout.links.c.tenant == proof.slice.tenant, layout.link_owner == owner, earlier)
    seen = exists().where(SEEN.c.remote_id == layout.link_record, SEEN.c.extraction_id == proof.id)
    live = true() if layout.link_deleted_at is None else layout.link_deleted_at.is_(None)
    return links.where(live, not_(seen))


def _covers(conn: Connection, source: Source, proofs: Sequence[ledger.Receipt]) -> bool:
    """Whether what none of these extractions, each of one owner, has seen is gone from every owner."""
    if source.link.tombstoned or not proofs:
        return False
    whose = {"tenant": proofs[0].slice.tenant, "source": source.name}
    # Records that no owner holds are known from reading the whole tenant, and owners do not tell of them.
    if conn.scalar(select(exists().where(extractions.c.slice["scope"].astext == "tenant", *_equal(whose)))):
        return False
    begun = select(extractions.c.owner).where(*_equal(whose | {"run_id": proofs[0].run_id, "dag_id": proofs[0].dag_id}))
    known = select(owners.c.owner).filter_by(**whose).union(begun)
    return {proof.slice.owner for proof in proofs}.issuperset(conn.scalars(known))


def _equal(values: Mapping[str, str]) -> list[ColumnElement[bool]]:
    return [extractions.c[name] == value for name, value in values.items()]


def _live(layout: Layout, tenant: str) -> ColumnElement[bool]:
    return and_(layout.table.c.tenant == tenant, layout.table.c.remote_deleted_at.is_(None))


def _unseen(layout: Layout, tenant: str) -> Select[Any]:
    table = layout.table
    state = layout.state(table.c.tenant, table.c.remote_id)
    seen = exists().where(SEEN.c.remote_id == table.c.remote_id)
    rows = select(table.c.tenant, table.c.remote_id, state.c.valid_from)
    return rows.select_from(table.outerjoin(state, true())).where(_live(layout, tenant), not_(seen))


def _homeless(layout: Layout, left: Table) -> Select[Any]:
    """What has left an owner, if its links are kept and none is live any more."""
    tenant, remote_id = left.c.tenant, left.c.remote_id
    own, state = layout.row(tenant, remote_id), layout.state(tenant, remote_id)
    live = true() if layout.link_deleted_at is None else layout.link_deleted_at.is_(None)
    links = select(layout.links.c.tenant).where(layout.links.c.tenant == tenant, layout.link_record == remote_id)
    link = looked_up(links.where(live), "link")
    return (
        select(tenant, remote_id, state.c.valid_from)
        .distinct()
        .select_from(left.join(own, true()).outerjoin(state, true()).outerjoin(link, true()))
        .where(own.c.remote_deleted_at.is_(None), link.c.tenant.is_(None))
        .where(literal(layout.link_deleted_at is not None))
    )


def _live_before(conn: Connection, layout: Layout, tenant: str, gone: int, share: float, began: datetime) -> int:
    """The live rows, no more of them counted than it takes to know whether those that are gone are too large a share.

    Of the rows that were there before the run: what a wrong key's workspace brought must not outweigh what it lacks.
    """
    before = layout.table.c.first_seen_at < began
    some = (
        select(layout.table.c.remote_id).where(_live(layout, tenant), before).limit(floor(gone / share) + 1).subquery()
    )
    return conn.scalars(select(func.count()).select_from(some)).one()


def _bury(conn: Connection, layout: Layout, moment: datetime, extraction_id: int) -> None:
    table = layout.table
    changed_by = func.greatest(table.c.extraction_id, extraction_id)
    gone = update(table).values(remote_deleted_at=moment, changed_at=moment, extraction_id=changed_by)
    conn.execute(gone.where(table.c.tenant == GONE.c.tenant, table.c.remote_id == GONE.c.remote_id))
    conn.execute(layout.close(GONE.c, moment))
