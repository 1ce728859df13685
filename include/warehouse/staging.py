"""Staging: the normalized records of an extraction, by COPY, until they are merged.

The table is unlogged: a crash of Postgres empties it, and the ledger's count tells.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from io import BytesIO

from sqlalchemy import Connection, Engine, Table, delete, func, select

from include.warehouse import ledger
from include.warehouse.engine import spoken
from include.warehouse.tables import issues, staged

NULL = rb"\N"


@spoken()
def holds(engine: Engine, extraction_id: int) -> bool:
    """Whether staging holds all that was staged of an extraction; ``False`` if it never was normalized."""
    with engine.connect() as conn:
        return intact(conn, ledger.receipt(conn, extraction_id))


@spoken()
def clear(engine: Engine, extraction_ids: Sequence[int]) -> None:
    """Forget what was staged of extractions; the landed records stay."""
    with engine.begin() as conn:
        conn.execute(delete(staged).where(staged.c.extraction_id.in_(extraction_ids)))


def intact(conn: Connection, receipt: ledger.Receipt) -> bool:
    """:func:`holds`, inside a transaction."""
    held = select(func.count()).where(staged.c.extraction_id == receipt.id)
    return receipt.counts.get("staged") == conn.scalar(held)


def discard(conn: Connection, extraction_id: int, *tables: Table) -> None:
    """Delete an extraction's rows from ``staging.records`` or ``ingest.issues``, or both."""
    for table in tables or (staged, issues):
        conn.execute(delete(table).where(table.c.extraction_id == extraction_id))


def copy(conn: Connection, table: Table, rows: Iterable[Sequence[object]]) -> None:
    """COPY rows, each with a value for every column of the table, into it."""
    text = b"".join(b"\t".join(map(_field, row)) + b"\n" for row in rows)
    names = ", ".join(table.c.keys())
    with closing(conn.connection.cursor()) as cursor:
        cursor.copy_expert(f"copy {table.fullname} ({names}) from stdin", BytesIO(text))


def _field(value: object) -> bytes:
    if value is None:
        return NULL
    text = value if isinstance(value, bytes) else str(value).encode()
    if b"\\" in text:
        text = text.replace(b"\\", rb"\\")
    return text.replace(b"\t", rb"\t").replace(b"\n", rb"\n").replace(b"\r", rb"\r")
