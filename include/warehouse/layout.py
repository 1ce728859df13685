"""Which tables hold a source's rows: all that merging and tombstoning know of a source."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    Text,
    Update,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from include.contract import Source
from include.warehouse.scratch import looked_up, touched
from include.warehouse.tables import ended_links, metadata

KEY = ("tenant", "remote_id")
BOOKKEEPING = ("first_seen_at", "changed_at", "remote_deleted_at", "content_hash", "extraction_id")


class Known(Protocol):
    """Columns by name: those of a temporary table, or expressions."""

    def __getitem__(self, name: str, /) -> ColumnElement[Any]:
        """The column of this name."""
        ...


def take_turn(conn: Connection, tenant: str, source: str) -> datetime:
    """Wait until no other transaction writes this tenant's rows of this source; the moment when that came true.

    Not ``now()``: a transaction that began earlier and waited longer would date its history before the last one's.
    """
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(source), func.hashtext(tenant))))
    moment: datetime = conn.scalars(select(func.clock_timestamp())).one()
    return moment


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of one source.

    :param source: its name
    :param children: each table with its column that names the record
    :param link_record: the column of ``links`` that names the record
    :param link_owner: the column of ``links`` that names the owner
    :param link_deleted_at: where a link that ends stays, the column that says since when
    :param sticky: the columns in which null says nothing
    """

    source: str
    table: Table
    history: Table
    children: tuple[tuple[Table, Column[Any]], ...]
    links: Table
    link_record: Column[Any]
    link_owner: Column[Any]
    link_deleted_at: Column[Any] | None
    sticky: tuple[Column[Any], ...]

    @classmethod
    def of(cls, source: Source) -> "Layout":
        """The tables that a source names."""
        tables = {table.name: table for table in metadata.tables.values() if table.schema == "recruiting"}
        children = [tables[name] for name in source.children]
        links = tables[source.link.table]
        return cls(
            source.name,
            tables[source.table],
            tables[f"{source.table}_history"],
            tuple((child, list(child.primary_key)[1]) for child in children),
            links,
            links.c[source.link.record],
            links.c[source.link.owner],
            links.c.remote_deleted_at if source.link.tombstoned else None,
            tuple(tables[source.table].c[name] for name in source.sticky),
        )

    @property
    def fields(self) -> list[Column[Any]]:
        """The columns that a normalized row fills."""
        return [column for column in self.table.c if column.name not in (*KEY, *BOOKKEEPING)]

    def row(self, tenant: ColumnElement[str], remote_id: ColumnElement[str]) -> FromClause:
        """The row of a key."""
        own = select(*self.table.c[*KEY, *BOOKKEEPING, "remote_updated_at"], *self.sticky)
        return looked_up(own.where(self.table.c.tenant == tenant, self.table.c.remote_id == remote_id), "own")

    def state(self, tenant: ColumnElement[str], remote_id: ColumnElement[str]) -> FromClause:
        """The open entry of a key's history."""
        history = self.history.c
        state = select(history.valid_from).where(history.tenant == tenant, history.remote_id == remote_id)
        return looked_up(state.where(history.valid_to.is_(None)), "state")

    def close(self, known: Known, moment: datetime) -> Update:
        """Close the entries of the history that ``known`` has the ``tenant``, ``remote_id`` and ``valid_from`` of."""
        history = self.history.c
        this = [history[name] == known[name] for name in ("tenant", "remote_id", "valid_from")]
        return update(self.history).values(valid_to=moment).where(*this)

    def end_links(self, conn: Connection, known: Known, moment: datetime, *which: ColumnElement[bool]) -> int:
        """End the links that ``known`` has the ``tenant``, ``remote_id`` and ``owner`` of, and the ``extraction_id``
        that says so; how many."""
        these, told = (*self.link(known), *which), known["extraction_id"]
        if self.link_deleted_at is not None:
            ended = {self.link_deleted_at: moment, self.links.c.extraction_id: told}
            return touched(conn, update(self.links).values(ended).where(*these))
        # The row goes, and who said so stays: an extraction that began earlier must not bring it back.
        link = [known["tenant"], literal(self.source), known["remote_id"], cast(known["owner"], Text), told]
        memory = insert(ended_links).from_select(ended_links.c.keys(), select(*link).where(*these))
        latest = {"extraction_id": memory.excluded.extraction_id}
        conn.execute(memory.on_conflict_do_update(index_elements=list(ended_links.primary_key), set_=latest))
        return touched(conn, delete(self.links).where(*these))

    def ended(self, known: Known) -> Select[Any]:
        """Which extraction ended the link of a ``tenant``, ``remote_id`` and ``owner`` that left no row."""
        key = (known["tenant"], literal(self.source), known["remote_id"], cast(known["owner"], Text))
        ours = zip(ended_links.primary_key, key, strict=True)
        return select(ended_links.c.extraction_id).where(*(own == value for own, value in ours))

    def link(self, known: Known) -> list[ColumnElement[bool]]:
        """What holds for the link of a ``tenant``, ``remote_id`` and ``owner``."""
        ours = (self.links.c.tenant, self.link_record, self.link_owner)
        return [own == known[name] for own, name in zip(ours, ("tenant", "remote_id", "owner"), strict=True)]
