"""Links have an order, and extractions tell what drifted.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

from include.errors import Permanent

revision = "0002"
down_revision = "0001"

# Links that are there already are older than any extraction to come.
LINKS = """
alter table recruiting.contact_projects add column extraction_id bigint not null default 0;
alter table recruiting.candidate_users add column extraction_id bigint not null default 0;

create table ingest.ended_links (
    tenant text,
    source text,
    remote_id text,
    owner text,
    extraction_id bigint not null,
    primary key (tenant, source, remote_id, owner)
);
"""

DRIFT = "alter table ingest.extractions add column drift jsonb not null default '{}'"


def upgrade() -> None:
    """Add the columns and the table."""
    for statements in (LINKS, DRIFT):
        op.execute(statements)


def downgrade() -> None:
    """Refuse."""
    raise Permanent(
        "migrations only go forward", advice="Restore the backup that was taken before this migration instead."
    )
