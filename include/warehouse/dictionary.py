"""The data dictionary: ``python -m include.warehouse.dictionary > docs/data-dictionary.md``."""

import sys
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from include.warehouse.comments import SCHEMAS
from include.warehouse.tables import metadata
from include.warehouse.views import views

INTRODUCTION = """# Data dictionary

Every table, view and function of the warehouse, those for readers first. In psql, `\\d+ recruiting.contacts` says the
same. From names the vendor's field. Who may read what: [access.md](access.md).

Made by `python -m include.warehouse.dictionary > docs/data-dictionary.md`.
"""


def dictionary() -> str:
    """The whole page, in Markdown."""
    return "\n".join([INTRODUCTION, *(_schema(name, comment) for name, comment in SCHEMAS.items())])


def type_of(column: Column[Any]) -> str:
    """The type of a column, as Postgres writes it."""
    return str(column.type.compile(dialect=postgresql.dialect())).lower()  # type: ignore[no-untyped-call]


def _schema(name: str, comment: str) -> str:
    tables = (table for known in (metadata, views) for table in known.tables.values())
    return "\n".join([f"## Schema {name}\n\n{comment}\n", *(_table(table) for table in tables if table.schema == name)])


def _table(table: Table) -> str:
    if "takes" in table.info:
        kind, name = "Function", f"{table.fullname}({table.info['takes']})"
    else:
        kind, name = "Table" if table.metadata is metadata else "View", table.fullname
    parts = [f"### {kind} `{name}`\n", f"{table.comment}\n"]
    if table.c:
        head = ["column", "type", "null", "key", "what it is"]
        parts += [_row(head), _row(["---"] * len(head)), *map(_column, table.c), ""]
    return "\n".join(parts)


def _column(column: Column[Any]) -> str:
    keys = ["key"] if column.primary_key else []
    keys += [f"of {key.column.table.fullname}" for key in column.foreign_keys]
    null = "" if column.nullable else "no"
    return _row([f"`{column.name}`", type_of(column), null, ", ".join(keys), str(column.comment)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(dictionary())
