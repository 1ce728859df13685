"""A bare COPY-and-merge: the least that any loader of rows into these tables does.

The rows are typed and there already: no JSON, no field to normalize, no hash, no history, nothing found out about them.
"""

from collections.abc import Mapping
from contextlib import closing
from io import BytesIO

from sqlalchemy import Column, Connection, Engine, Table, select, text
from sqlalchemy.dialects.postgresql import insert

from include.sources import SOURCES
from include.warehouse.layout import Layout
from include.warehouse.scratch import scratch
from include.warehouse.tables import ended_links, staged

Rows = Mapping[Table, bytes]
"""By table, parents first, all its rows as COPY writes them."""


def tables() -> list[Table]:
    """The tables of all rows but history, parents first."""
    layouts = map(Layout.of, SOURCES.values())
    return [table for one in layouts for table in (one.table, *(child for child, _ in one.children), one.links)]


def rows(engine: Engine) -> Rows:
    """What the tables hold."""
    with engine.connect() as conn:
        return {table: _copied(conn, table) for table in tables()}


def empty(engine: Engine) -> None:
    """Empty the tables, and what is staged and remembered for them."""
    histories = [Layout.of(source).history for source in SOURCES.values()]
    names = ", ".join(table.fullname for table in (*tables(), *histories, staged, ended_links))
    with engine.begin() as conn:
        conn.execute(text(f"truncate {names}"))


def load(engine: Engine, rows: Rows) -> None:
    """COPY the rows into temporary tables, and merge those by the primary keys, in one transaction."""
    with engine.begin() as conn:
        for table, lines in rows.items():
            given = scratch(f"given_{table.name}", *(Column(column.name, column.type) for column in table.c))
            given.create(conn)
            _copy(conn, f"copy {given.name} from stdin", BytesIO(lines))
            merge = insert(table).from_select(given.c.keys(), select(given))
            fields = {column.name: column for column in merge.excluded if column.name not in table.primary_key}
            conn.execute(merge.on_conflict_do_update(index_elements=list(table.primary_key), set_=fields))


def _copied(conn: Connection, table: Table) -> bytes:
    lines = BytesIO()
    _copy(conn, f"copy {table.fullname} ({', '.join(table.c.keys())}) to stdout", lines)
    return lines.getvalue()


def _copy(conn: Connection, command: str, file: BytesIO) -> None:
    with closing(conn.connection.cursor()) as cursor:
        cursor.copy_expert(command, file)
