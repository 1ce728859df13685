"""The tables, as SQLAlchemy knows them; the migrations make them, and a test holds the two together.

Three schemas: ``recruiting`` is what readers query, ``ingest`` the ledger and the landed pages, ``staging`` transient.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Text,
    Uuid,
    func,
)
from sqlalchemy import Table as _Table
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.schema import SchemaItem

from include.warehouse.comments import explain

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(referred_table_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def _moment(name: str, **more: object) -> Column[object]:
    return Column(name, DateTime(timezone=True), **more)  # type: ignore[arg-type]


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names]


def _recruiting(name: str, *items: SchemaItem) -> _Table:
    return _Table(name, metadata, Column("tenant", Text, primary_key=True), *items, schema="recruiting")


def _records(name: str, *fields: SchemaItem) -> _Table:
    """A table of one row a record: the key, the fields, the bookkeeping."""
    return _recruiting(
        name,
        Column("remote_id", Text, primary_key=True),
        *fields,
        _moment("remote_created_at"),
        _moment("remote_updated_at"),
        _moment("first_seen_at", nullable=False, server_default=func.now()),
        _moment("changed_at", nullable=False, server_default=func.now()),
        _moment("remote_deleted_at"),
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
        _moment("valid_from", primary_key=True),
        _moment("valid_to"),
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
    *_texts("profile_id", "crm_contact_id", "first_name", "last_name", "full_name", "headline", "summary"),
    *_texts("picture_url", "location", "city", "region", "country", "country_code", "linkedin_url", "linkedin_id"),
    *_texts("title", "company_name"),
    Column("total_years_experience", Numeric),
)
contact_experiences = _children(
    "contact_experiences",
    "contacts",
    "contact_id",
    *_texts("title", "company_name"),
    *_dated(),
    Column("is_current", Boolean),
    Column("description", Text),
)
contact_educations = _children(
    "contact_educations", "contacts", "contact_id", *_texts("institution", "degree", "field_of_study"), *_dated()
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
    *_texts("slug", "first_name", "middle_name", "last_name", "full_name", "email"),
    *_texts("mobile_phone", "mobile_phone_e164", "fixed_phone", "fixed_phone_e164", "status", "status_label"),
    *_texts("locality", "country_code", "linkedin_url", "linkedin_id"),
    Column("profile_completeness", Integer),
    *_texts("avatar_small", "avatar_medium", "avatar_large"),
)
candidate_users = _recruiting(
    "candidate_users",
    Column("candidate_id", Text, primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    _moment("remote_deleted_at"),
    _changed_by(),
)
candidates_history = _history("candidates_history")

for _keyed in (contacts, candidates):
    Index(None, _keyed.c.tenant, _keyed.c.linkedin_id)
Index(None, candidates.c.tenant, candidates.c.email)
# The whole key both ways: while a new table has no statistics, a lookup of one link takes either index.
Index(None, contact_projects.c.tenant, contact_projects.c.project_id, contact_projects.c.contact_id)
Index(None, candidate_users.c.tenant, candidate_users.c.user_id, candidate_users.c.candidate_id)

extractions = _Table(
    "extractions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    *[Column(name, Text, nullable=False) for name in ("tenant", "source", "owner", "dag_id", "run_id")],
    Column("map_index", Integer, nullable=False),
    Column("slice", JSONB, nullable=False),
    _moment("started_at", nullable=False, server_default=func.now()),
    _moment("completed_at"),
    Column("verdict", Text),
    Column("reason", Text),
    Column("reported_total", BigInteger),
    Column("counts", JSONB, nullable=False, server_default="{}"),
    Column("drift", JSONB, nullable=False, server_default="{}"),
    _moment("waits_until"),
    Index(None, "dag_id", "run_id", "map_index"),
    Index(None, "tenant", "source", "owner", "completed_at"),
    schema="ingest",
)
"""The ledger: one row an extraction. ``verdict`` is ``complete`` or ``partial``, with the ``reason`` if partial."""

pages = _Table(
    "pages",
    metadata,
    Column("extraction_id", BigInteger, primary_key=True),
    Column("pass", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _moment("read_at", nullable=False, server_default=func.now()),
    Column("last", Boolean, nullable=False),
    Column("totals", ARRAY(BigInteger), nullable=False),
    Column("records", ARRAY(Uuid(as_uuid=False)), nullable=False),
    ForeignKeyConstraint(["extraction_id"], ["ingest.extractions.id"], ondelete="CASCADE"),
    schema="ingest",
)
"""The landed pages: the checkpoint. ``records`` are the keys into ``ingest.records``, in the page's order."""

records = _Table(
    "records",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("hash", Uuid(as_uuid=False), primary_key=True),
    Column("remote_id", Text),
    Column("body", JSON, nullable=False),
    _moment("landed_at", nullable=False, server_default=func.now()),
    schema="ingest",
)
"""The landed records by their content: a record that comes again as it was is not stored again. ``body`` is ``json``
and not ``jsonb``, which takes neither NUL characters nor lone surrogates."""

issues = _Table(
    "issues",
    metadata,
    Column("extraction_id", BigInteger, primary_key=True),
    Column("pass", Integer, primary_key=True, autoincrement=False),
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["extraction_id"], ["ingest.extractions.id"], ondelete="CASCADE"),
    schema="ingest",
)

owners = _Table(
    "owners",
    metadata,
    *[Column(name, Text, primary_key=True) for name in ("tenant", "source", "owner")],
    _moment("first_seen_at", nullable=False, server_default=func.now()),
    schema="ingest",
)
"""Every project and user ever seen: one that the source no longer lists is still read."""

budgets = _Table(
    "budgets",
    metadata,
    *[Column(name, Text, primary_key=True) for name in ("tenant", "source")],
    Column("allowed", BigInteger),
    Column("remaining", BigInteger, nullable=False),
    _moment("resets_at"),
    Column("reserve", Double, nullable=False),
    _moment("told_at", nullable=False),
    schema="ingest",
)
"""What is left of each budget, as its source last told."""

ended_links = _Table(
    "ended_links",
    metadata,
    *[Column(name, Text, primary_key=True) for name in ("tenant", "source", "remote_id", "owner")],
    Column("extraction_id", BigInteger, nullable=False),
    schema="ingest",
)
"""The links that ended and left no row, and the extraction that said so: an older one does not bring them back."""

staged = _Table(
    "records",
    metadata,
    Column("extraction_id", BigInteger, primary_key=True),
    Column("remote_id", Text, primary_key=True),
    Column("content_hash", Text, nullable=False),
    Column("linked", Boolean),
    Column("record", JSONB, nullable=False),
    schema="staging",
    prefixes=["UNLOGGED"],
)
"""The normalized records of an extraction, each with its children, until they are merged."""

explain(metadata)
