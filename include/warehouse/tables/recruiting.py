"""Schema ``recruiting``: what readers query."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKeyConstraint, Index, Integer, Numeric, Text, func
from sqlalchemy import Table as _Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

from include.warehouse.tables.columns import metadata, moment, texts


def _recruiting(name: str, *items: SchemaItem) -> _Table:
    return _Table(name, metadata, Column("tenant", Text, primary_key=True), *items, schema="recruiting")


def _records(name: str, *fields: SchemaItem) -> _Table:
    """A table of one row a record: the key, the fields, the bookkeeping."""
    return _recruiting(
        name,
        Column("remote_id", Text, primary_key=True),
        *fields,
        moment("remote_created_at"),
        moment("remote_updated_at"),
        moment("first_seen_at", nullable=False, server_default=func.now()),
        moment("changed_at", nullable=False, server_default=func.now()),
        moment("remote_deleted_at"),
        Column("content_hash", Text, nullable=False),
        Column("extraction_id", BigInteger, nullable=False),
    )


def _children(name: str, parent: str, key: str, *fields: SchemaItem) -> _Table:
    """A table of one row an element of a list inside a record; ``position`` counts from 1."""
    return _recruiting(
        name,
        Column(key, Text, primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        *fields,
        ForeignKeyConstraint(
            ["tenant", key],
            [f"recruiting.{parent}.tenant", f"recruiting.{parent}.remote_id"],
            ondelete="CASCADE",
        ),
    )


def _history(name: str) -> _Table:
    """Every state that a record was in; ``valid_to`` is null while it is the present one."""
    return _recruiting(
        name,
        Column("remote_id", Text, primary_key=True),
        moment("valid_from", primary_key=True),
        moment("valid_to"),
        Column("record", JSONB, nullable=False),
        Column("extraction_id", BigInteger, nullable=False),
    )


def _dated() -> list[Column[object]]:
    return [
        Column("start_date", Date),
        Column("start_precision", Text),
        Column("end_date", Date),
        Column("end_precision", Text),
    ]


def _changed_by() -> Column[object]:
    """Of a link: the extraction that last changed it; 0 for those older than the column."""
    return Column("extraction_id", BigInteger, nullable=False, server_default="0")


contacts = _records(
    "contacts",
    *texts("profile_id", "crm_contact_id", "first_name", "last_name", "full_name", "headline", "summary"),
    *texts("picture_url", "location", "city", "region", "country", "country_code", "linkedin_url", "linkedin_id"),
    *texts("title", "company_name"),
    Column("total_years_experience", Numeric),
)
contact_experiences = _children(
    "contact_experiences",
    "contacts",
    "contact_id",
    *texts("title", "company_name"),
    *_dated(),
    Column("is_current", Boolean),
    Column("description", Text),
)
contact_educations = _children(
    "contact_educations", "contacts", "contact_id", *texts("institution", "degree", "field_of_study"), *_dated()
)
contact_skills = _children("contact_skills", "contacts", "contact_id", Column("name", Text, nullable=False))
contact_projects = _recruiting(
    "contact_projects",
    Column("contact_id", Text, primary_key=True),
    Column("project_id", Text, primary_key=True),
    _changed_by(),
)
contacts_history = _history("contacts_history")

candidates = _records(
    "candidates",
    *texts("slug", "first_name", "middle_name", "last_name", "full_name", "email"),
    *texts("mobile_phone", "mobile_phone_e164", "fixed_phone", "fixed_phone_e164", "status", "status_label"),
    *texts("locality", "country_code", "linkedin_url", "linkedin_id"),
    Column("profile_completeness", Integer),
    *texts("avatar_small", "avatar_medium", "avatar_large"),
)
candidate_users = _recruiting(
    "candidate_users",
    Column("candidate_id", Text, primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    moment("remote_deleted_at"),
    _changed_by(),
)
candidates_history = _history("candidates_history")

for _keyed in (contacts, candidates):
    Index(None, _keyed.c.tenant, _keyed.c.linkedin_id)
Index(None, candidates.c.tenant, candidates.c.email)
# The whole key both ways: while a new table has no statistics, a lookup of one link takes either index.
Index(None, contact_projects.c.tenant, contact_projects.c.project_id, contact_projects.c.contact_id)
Index(None, candidate_users.c.tenant, candidate_users.c.user_id, candidate_users.c.candidate_id)
