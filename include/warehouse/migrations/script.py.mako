"""${message}.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

from alembic import op

from include.errors import Permanent

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else 'op.execute("")'}


def downgrade() -> None:
    """Refuse."""
    raise Permanent(
        "migrations only go forward", advice="Restore the backup that was taken before this migration instead."
    )
