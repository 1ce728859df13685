"""A crowd: a warehouse of many, made of a few by SQL. All that is known of a record is copied under other identities.

The identities are hashes, so that the copies lie scattered over every index, as a vendor's own do.
"""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Insert,
    Table,
    Text,
    Uuid,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
)

from include.contract import Source
from include.warehouse.layout import Layout
from include.warehouse.tables import ended_links, extractions, issues, pages, records, staged

IDENTITIES = {"remote_id", "contact_id", "candidate_id", "profile_id", "slug", "email", "linkedin_id"}


def tables(source: Source) -> list[Table]:
    """The tables that grow with a source's records: what is landed and staged, then its rows, parents first."""
    layout = Layout.of(source)
    children = [child for child, _ in layout.children]
    # Issues before the pages that they count by.
    landed = [issues, pages, records, staged, ended_links]
    return [*landed, layout.table, *children, layout.links, layout.history]


def multiply(conn: Connection, source: Source, times: int) -> None:
    """Make ``times`` records of each that is there; what was multiplied before, by another number than before."""
    # The check of a foreign key keeps the plan that was made when its table was small.
    conn.execute(text("discard plans"))
    for table in tables(source):
        conn.execute(_copies(table, source, times))


def some(conn: Connection, source: Source, number: int) -> list[str]:
    """The identities of ``number`` copies, which lie side by side in no index; a scan finds them."""
    own = Layout.of(source).table.c.remote_id
    copies = select(own).where(func.length(own) == func.length(func.md5("")))
    return list(conn.scalars(copies.order_by(func.md5(own)).limit(number)))


def neglect(conn: Connection, source: Source) -> None:
    """Keep autovacuum from gathering statistics: a measurement says when they are there."""
    for table in tables(source):
        conn.execute(text(f"alter table {table.fullname} set (autovacuum_enabled = false)"))


def _copies(table: Table, source: Source, times: int) -> Insert:
    each = func.generate_series(2, times).table_valued("nth", name="each").render_derived()
    mark = literal(f" {times}/").concat(cast(each.c.nth, Text))
    copies = select(*(_other(column, each.c.nth, mark) for column in table.c)).select_from(table.join(each, true()))
    if "source" in table.c:
        copies = copies.where(table.c.source == source.name)
    elif table.schema != "recruiting":
        copies = copies.where(table.c.extraction_id.in_(select(extractions.c.id).filter_by(source=source.name)))
    return insert(table).from_select(list(table.c), copies)


def _other(column: Column[Any], nth: ColumnElement[int], mark: ColumnElement[str]) -> ColumnElement[Any]:
    """The value of a column in a copy."""
    if column.name in IDENTITIES:
        return func.md5(column.concat(mark))
    if column is records.c.hash:
        return _hash(column, mark)
    if column is pages.c.records:
        element = func.unnest(column).table_valued("hash", with_ordinality="position", name="element").render_derived()
        return func.array(select(_hash(element.c.hash, mark)).order_by(element.c.position).scalar_subquery())
    if column in (pages.c.number, issues.c.page):
        # The copies of an extraction's pages follow its own.
        return column + (nth - 1) * select(func.max(pages.c.number)).scalar_subquery()
    return column


def _hash(hash: ColumnElement[Any], mark: ColumnElement[str]) -> ColumnElement[Any]:
    return cast(func.md5(cast(hash, Text).concat(mark)), Uuid)
