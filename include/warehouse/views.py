"""The views and functions, as SQLAlchemy knows them; the migrations make them, and a test holds the two together."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.types import TypeEngine

from include.warehouse.comments import explain
from include.warehouse.layout import BOOKKEEPING
from include.warehouse.tables import candidates, contacts

views = MetaData()

_KINDS: dict[str, TypeEngine[Any]] = {
    "boolean": Boolean(),
    "bigint": BigInteger(),
    "date": Date(),
    "integer": Integer(),
    "json": JSON(),
    "jsonb": JSONB(),
    "text": Text(),
    "timestamptz": DateTime(timezone=True),
}


def _columns(kind: str, *names: str) -> list[Column[Any]]:
    return [Column(name, _KINDS[kind]) for name in names]


def _as_of(table: Table, *children: str) -> Table:
    """The function of the states of a table's rows at a moment: ``func.recruiting.…_as_of(moment)`` answers these."""
    return Table(
        f"{table.name}_as_of",
        views,
        *(Column(column.name, column.type) for column in table.c if column.name not in BOOKKEEPING),
        *_columns("jsonb", *children),
        *_columns("timestamptz", "valid_from", "valid_to"),
        *_columns("bigint", "extraction_id"),
        schema=table.schema,
        info={"takes": "moment timestamp with time zone"},
    )


def _counts(name: str, of: str, *groups: Column[Any]) -> Table:
    """A view without personal data: how many there are of each group."""
    tenant = _columns("text", "tenant")
    return Table(name, views, *tenant, *groups, *_columns("bigint", of), schema="recruiting_anonymous")


_as_of(contacts, "experiences", "educations", "skills")
_as_of(candidates)
Table(
    "candidate_status_changes",
    views,
    *_columns("text", "tenant", "candidate_id"),
    *_columns("timestamptz", "changed_at"),
    *_columns("text", "status_from", "status_to", "label_from", "label_to"),
    *_columns("boolean", "is_first"),
    *_columns("bigint", "extraction_id"),
    schema="recruiting",
)

_counts("contacts_by_place", "contacts", *_columns("text", "country_code", "region"))
_counts("contacts_by_experience", "contacts", *_columns("text", "years"), *_columns("boolean", "has_linkedin"))
_counts("contacts_by_skill", "contacts", *_columns("text", "skill"))
_counts("contacts_by_week", "contacts", *_columns("date", "first_seen_week"))
_counts("candidates_by_place", "candidates", *_columns("text", "country_code"))
_counts("candidates_by_status", "candidates", *_columns("text", "status", "status_label"))
_counts(
    "candidates_by_profile",
    "candidates",
    *_columns("text", "profile_completeness"),
    *_columns("boolean", "has_email", "has_phone", "has_linkedin"),
)
_counts("candidates_by_week", "candidates", *_columns("date", "created_week"))
_counts(
    "status_changes_by_week",
    "candidates",
    *_columns("date", "week"),
    *_columns("text", "status_from", "status_to"),
)

issues_with_records = Table(
    "issues_with_records",
    views,
    *_columns("bigint", "extraction_id"),
    *_columns("text", "tenant", "source", "owner", "dag_id", "run_id"),
    *_columns("integer", "map_index"),
    *_columns("timestamptz", "read_at"),
    *_columns("integer", "pass", "page", "position"),
    *_columns("text", "remote_id"),
    *_columns("boolean", "rejected"),
    *_columns("text", "field", "reason"),
    *_columns("json", "body"),
    schema="ingest",
)

grant_access = Table("grant_access", views, schema="ingest", info={"takes": "", "answers": "SETOF text"})

explain(views)
