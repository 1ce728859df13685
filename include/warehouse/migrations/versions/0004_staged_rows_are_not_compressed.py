"""Staged rows live for minutes: compressing them costs more than it saves.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

from include.errors import Permanent

revision = "0004"
down_revision = "0003"

STAGING = "alter table staging.records set (toast_tuple_target = 8160)"


def upgrade() -> None:
    """Set the storage parameter."""
    op.execute(STAGING)


def downgrade() -> None:
    """Refuse."""
    raise Permanent(
        "migrations only go forward", advice="Restore the backup that was taken before this migration instead."
    )
