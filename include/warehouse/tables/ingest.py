"""Schemas ``ingest``, the ledger and the landed pages, and ``staging``, which is transient."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

from include.warehouse.tables.columns import metadata, moment

extractions = Table(
    "extractions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    *[Column(name, Text, nullable=False) for name in ("tenant", "source", "owner", "dag_id", "run_id")],
    Column("map_index", Integer, nullable=False),
    Column("slice", JSONB, nullable=False),
    moment("started_at", nullable=False, server_default=func.now()),
    moment("completed_at"),
    Column("verdict", Text),
    Column("reason", Text),
    Column("reported_total", BigInteger),
    Column("counts", JSONB, nullable=False, server_default="{}"),
    Column("drift", JSONB, nullable=False, server_default="{}"),
    moment("waits_until"),
    Index(None, "dag_id", "run_id", "map_index"),
    Index(None, "tenant", "source", "owner", "completed_at"),
    schema="ingest",
)
"""The ledger: one row an extraction. ``verdict`` is ``complete`` or ``partial``, with the ``reason`` if partial."""

pages = Table(
    "pages",
    metadata,
    Column("extraction_id", BigInteger, primary_key=True),
    Column("pass", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    moment("read_at", nullable=False, server_default=func.now()),
    Column("last", Boolean, nullable=False),
    Column("totals", ARRAY(BigInteger), nullable=False),
    Column("records", ARRAY(Uuid(as_uuid=False)), nullable=False),
    ForeignKeyConstraint(["extraction_id"], ["ingest.extractions.id"], ondelete="CASCADE"),
    schema="ingest",
)
"""The landed pages: the checkpoint. ``records`` are the keys into ``ingest.records``, in the page's order."""

records = Table(
    "records",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("hash", Uuid(as_uuid=False), primary_key=True),
    Column("remote_id", Text),
    Column("body", JSON, nullable=False),
    moment("landed_at", nullable=False, server_default=func.now()),
    schema="ingest",
)
"""The landed records by their content: a record that comes again as it was is not stored again. ``body`` is ``json``
and not ``jsonb``, which takes neither NUL characters nor lone surrogates."""

issues = Table(
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

owners = Table(
    "owners",
    metadata,
    *[Column(name, Text, primary_key=True) for name in ("tenant", "source", "owner")],
    moment("first_seen_at", nullable=False, server_default=func.now()),
    schema="ingest",
)
"""Every project and user ever seen: one that the source no longer lists is still read."""

budgets = Table(
    "budgets",
    metadata,
    *[Column(name, Text, primary_key=True) for name in ("tenant", "source")],
    Column("allowed", BigInteger),
    Column("remaining", BigInteger, nullable=False),
    moment("resets_at"),
    Column("reserve", Double, nullable=False),
    moment("told_at", nullable=False),
    schema="ingest",
)
"""What is left of each budget, as its source last told."""

ended_links = Table(
    "ended_links",
    metadata,
    *[Column(name, Text, primary_key=True) for name in ("tenant", "source", "remote_id", "owner")],
    Column("extraction_id", BigInteger, nullable=False),
    schema="ingest",
)
"""The links that ended and left no row, and the extraction that said so: an older one does not bring them back."""

staged = Table(
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
