"""How the statements of one transaction reach big tables: by key, whatever Postgres believes of their sizes.

A table that has just been filled has no statistics yet, and a plan made for one row takes hours for a hundred thousand.
So rows are looked up one by one through :func:`looked_up`, what is found goes into a temporary table, and what is
written joins that table on the whole key.
"""

from typing import Any

from sqlalchemy import Column, Connection, FromClause, MetaData, Select, Table, UpdateBase, insert, text


def scratch(name: str, *columns: Column[Any], keep: bool = False) -> Table:
    """A temporary table, gone with its transaction; with ``keep`` its rows alone are."""
    on_commit = "DELETE ROWS" if keep else "DROP"
    return Table(name, MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit=on_commit)


def fill(conn: Connection, table: Table, *queries: Select[Any]) -> int:
    """Make a temporary table of the rows of queries; how many they are, which Postgres' planner knows from then on."""
    table.create(conn)
    filled = sum(touched(conn, insert(table).from_select(list(table.c), query)) for query in queries)
    conn.execute(text(f"analyze {table.name}"))
    return filled


def looked_up(query: Select[Any], name: str) -> FromClause:
    """The one row of a query by a whole key, to be joined: an index scan for each row of what it is joined to."""
    return query.limit(1).lateral(name)


def touched(conn: Connection, statement: UpdateBase) -> int:
    """Execute a statement; how many rows it inserted, updated or deleted."""
    return conn.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
