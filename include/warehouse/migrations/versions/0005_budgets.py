"""The ledger knows what is left of a budget, and until when an extraction waits for it.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

from include.errors import Permanent

revision = "0005"
down_revision = "0004"

BUDGETS = """
create table ingest.budgets (
    tenant text,
    source text,
    allowed bigint,
    remaining bigint not null,
    resets_at timestamptz,
    reserve double precision not null,
    told_at timestamptz not null,
    primary key (tenant, source)
);

comment on table ingest.budgets is 'What a source last told of its rate limit, one row a tenant; a source that tells nothing has none.';
comment on column ingest.budgets.tenant is 'Whose data: the connection id after its prefix. leonar_acme and recruitsome_acme are tenant acme, leonar_default is tenant default.';
comment on column ingest.budgets.source is 'The system: leonar or recruitsome.';
comment on column ingest.budgets.allowed is 'Requests a window, for all who use the key; null: not told.';
comment on column ingest.budgets.remaining is 'Requests that were left in the window.';
comment on column ingest.budgets.resets_at is 'When the window ends, and allowed is there again; null: not told.';
comment on column ingest.budgets.reserve is 'Share of allowed that is kept for the key''s other users: budget_reserve of the connection.';
comment on column ingest.budgets.told_at is 'When the answer came that told it.';
"""  # noqa: E501

WAIT = """
alter table ingest.extractions add column waits_until timestamptz;
comment on column ingest.extractions.waits_until is 'Until when its task is deferred, or was; null: it reads, or never had to wait.';
"""  # noqa: E501


def upgrade() -> None:
    """Add the table and the column."""
    for statements in (BUDGETS, WAIT):
        op.execute(statements)


def downgrade() -> None:
    """Refuse."""
    raise Permanent(
        "migrations only go forward", advice="Restore the backup that was taken before this migration instead."
    )
