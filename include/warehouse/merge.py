"""Merging: what an extraction staged becomes rows, history and links, in one transaction.

Keys and hashes are compared first, and only what differs is touched: an unchanged extraction writes no tuple.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Select,
    Table,
    Text,
    and_,
    case,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.selectable import TableValuedAlias

from include.contract import Source
from include.errors import WarehouseTrouble
from include.warehouse import ledger
from include.warehouse.engine import spoken
from include.warehouse.layout import Layout, take_turn
from include.warehouse.linking import link
from include.warehouse.order import Order
from include.warehouse.scratch import fill, scratch
from include.warehouse.staging import intact
from include.warehouse.tables import staged

KNOWN = ("updated", "revived")
WRITTEN = ("inserted", *KNOWN)

DIFFERING = scratch(
    "differing",
    Column("extraction_id", BigInteger),
    Column("tenant", Text),
    Column("remote_id", Text),
    Column("valid_from", DateTime(timezone=True)),
    Column("outcome", Text),
    Column("dated", Boolean),
)


@spoken()
def upsert(engine: Engine, source: Source, extraction_id: int) -> dict[str, int]:
    """Merge what was staged of an extraction. Extractions of one tenant's source are merged one after the other.

    A row whose ``remote_updated_at`` is older than the stored one is stale and changes nothing. Where they are equal or
    either is unknown, and where the stored row is tombstoned, the row is stale if its extraction began before the one
    that last changed the stored row, or if another one, merged before, read it later and otherwise; see
    :class:`include.warehouse.order.Order`. Merging an extraction again adds what it changes to what it changed before.

    :returns: rows ``inserted``, ``updated``, ``revived``, ``stale`` and ``unchanged``; links ``linked``, ``unlinked``
    :raises WarehouseTrouble: Postgres went away, or staging does not hold what was staged
    """
    with engine.begin() as conn:
        tenant = ledger.receipt(conn, extraction_id).slice.tenant
        moment = take_turn(conn, tenant, source.name)
        receipt = ledger.receipt(conn, extraction_id, claim=True)
        if not intact(conn, receipt):
            raise WarehouseTrouble(
                "staging does not hold what was staged",
                where={"extraction": extraction_id},
                advice="Clear normalize of this slice: it reads the landed records again, no request is sent.",
            )
        earlier = {name: receipt.counts.get(name, 0) for name in ledger.CHANGED}
        layout, order = Layout.of(source), Order.of(conn, source, receipt)
        merge = _Merge(conn, layout, receipt, order, moment)
        counts = merge.rows() | link(conn, layout, receipt, order, moment)
        # A try that died after its commit could not tell what it changed.
        counts = {name: number + earlier.get(name, 0) for name, number in counts.items()}
        ledger.count(conn, extraction_id, counts)
    return counts


@dataclass(frozen=True, slots=True)
class _Merge:
    conn: Connection
    layout: Layout
    receipt: ledger.Receipt
    order: Order
    moment: datetime

    def rows(self) -> dict[str, int]:
        for told in self.layout.sticky:
            self._keep(told)
        fill(self.conn, DIFFERING, self._differing())
        self._stand_back()
        outcome = DIFFERING.c.outcome
        grouped = select(outcome, func.count().label("number")).group_by(outcome)
        found = {row.outcome: row.number for row in self.conn.execute(grouped)}
        self._table()
        for child, key in self.layout.children:
            self._child(child, key)
        self._history()
        counts = {name: found.get(name, 0) for name in (*WRITTEN, "stale")}
        return counts | {"unchanged": self.receipt.counts["staged"] - sum(counts.values())}

    def _keep(self, told: Column[Any]) -> None:
        """Stage what is known where the record does not tell."""
        own = self.layout.row(literal(self.receipt.slice.tenant), staged.c.remote_id)
        known = scratch(
            f"known_{told.name}",
            Column("extraction_id", BigInteger),
            Column("remote_id", Text),
            Column("known", told.type),
        )
        untold = (
            select(*staged.c["extraction_id", "remote_id"], own.c[told.name])
            .select_from(staged.join(own, true()))
            .where(staged.c.extraction_id == self.receipt.id, staged.c.record[told.name].astext.is_(None))
            .where(own.c[told.name].is_not(None))
        )
        if fill(self.conn, known, untold):
            this = and_(staged.c.extraction_id == known.c.extraction_id, staged.c.remote_id == known.c.remote_id)
            record = staged.c.record.op("||")(func.jsonb_build_object(told.name, known.c.known))
            self.conn.execute(update(staged).values(record=record).where(this))

    def _differing(self) -> Select[Any]:
        tenant = literal(self.receipt.slice.tenant)
        own = self.layout.row(tenant, staged.c.remote_id)
        state = self.layout.state(tenant, staged.c.remote_id)
        alive = own.c.remote_deleted_at.is_(None)
        said = cast(staged.c.record["remote_updated_at"].astext, DateTime(timezone=True))
        dated = and_(alive, func.coalesce(said != own.c.remote_updated_at, False))
        stale = case((dated, said < own.c.remote_updated_at), else_=own.c.extraction_id > self.receipt.id)
        told = [staged.c.record[one.name].astext.is_distinct_from(own.c[one.name]) for one in self.layout.sticky]
        outcome = case((own.c.tenant.is_(None), "inserted"), (stale, "stale"), (alive, "updated"), else_="revived")
        return (
            select(staged.c.extraction_id, tenant, staged.c.remote_id, state.c.valid_from, outcome, dated)
            .select_from(staged.outerjoin(own, true()).outerjoin(state, true()))
            .where(staged.c.extraction_id == self.receipt.id)
            .where(or_(own.c.tenant.is_(None), own.c.content_hash != staged.c.content_hash, not_(alive), *told))
        )

    def _stand_back(self) -> None:
        """Leave what another extraction has read later to that one."""
        updated = and_(DIFFERING.c.outcome == "updated", not_(DIFFERING.c.dated))
        back = DIFFERING.c.outcome.in_(("inserted", "revived"))
        for keys in (
            self.order.superseded(self.conn, select(DIFFERING.c.remote_id).where(updated)),
            self.order.gone(self.conn, "back", select(DIFFERING.c.remote_id).where(back)),
        ):
            if keys is not None:
                stale = update(DIFFERING).values(outcome="stale").where(DIFFERING.c.remote_id.in_(keys))
                self.conn.execute(stale)

    def _table(self) -> None:
        table, fields = self.layout.table, _typed(staged.c.record, self.layout.fields)
        row = (
            select(*DIFFERING.c, staged.c.content_hash, *fields.c)
            .select_from(_STAGED.join(fields, true()))
            .subquery("row")
        )
        change = {name: row.c[name] for name in ("extraction_id", "content_hash", *fields.c.keys())}
        change["changed_at"] = literal(self.moment)
        new = {name: row.c[name] for name in ("tenant", "remote_id")} | {"first_seen_at": literal(self.moment)} | change
        rows = select(*new.values()).where(row.c.outcome == "inserted")
        self.conn.execute(insert(table).from_select(list(new), rows))
        this = and_(table.c.tenant == row.c.tenant, table.c.remote_id == row.c.remote_id, row.c.outcome.in_(KNOWN))
        self.conn.execute(update(table).values(**change, remote_deleted_at=None).where(this))

    def _child(self, child: Table, key: Column[Any]) -> None:
        old = and_(child.c.tenant == DIFFERING.c.tenant, key == DIFFERING.c.remote_id, DIFFERING.c.outcome.in_(KNOWN))
        self.conn.execute(delete(child).where(old))
        # The list as rows of the child's own type: one call for all of its elements.
        nobody: ColumnElement[Any] = literal_column(f"null::{child.fullname}")
        element = (
            func.jsonb_populate_recordset(nobody, staged.c.record[child.name])
            .table_valued(*child.c.keys(), with_ordinality="place", name="element")
            .render_derived()
        )
        fields = [element.c[each.name] for each in child.c if not each.primary_key]
        rows = (
            select(*DIFFERING.c["tenant", "remote_id"], element.c.place, *fields)
            .select_from(_STAGED.join(element, true()))
            .where(DIFFERING.c.outcome.in_(WRITTEN))
        )
        names = [each.name for each in fields]
        self.conn.execute(insert(child).from_select(["tenant", key.name, "position", *names], rows))

    def _history(self) -> None:
        self.conn.execute(self.layout.close(DIFFERING.c, self.moment).where(DIFFERING.c.outcome.in_(KNOWN)))
        rows = (
            select(*DIFFERING.c["tenant", "remote_id", "extraction_id"], staged.c.record, literal(self.moment))
            .select_from(_STAGED)
            .where(DIFFERING.c.outcome.in_(WRITTEN))
        )
        names = ["tenant", "remote_id", "extraction_id", "record", "valid_from"]
        self.conn.execute(insert(self.layout.history).from_select(names, rows))


_STAGED = DIFFERING.join(
    staged, and_(staged.c.extraction_id == DIFFERING.c.extraction_id, staged.c.remote_id == DIFFERING.c.remote_id)
)
"""What differs, with its record. The key comes whole from the temporary table: see :mod:`include.warehouse.scratch`."""


def _typed(document: Any, fields: list[Column[Any]]) -> TableValuedAlias:
    """A JSON object as a row of typed columns."""
    typed = [column(field.name, field.type) for field in fields]
    return func.jsonb_to_record(document).table_valued(*typed, name="typed").render_derived("typed", with_types=True)
