"""Readers have their views and their roles, and everything says what it is for.

Revision ID: 0003
Revises: 0002
"""

import logging
from pathlib import Path

from alembic import op

from include.errors import Permanent

revision = "0003"
down_revision = "0002"

FOLDER = Path(__file__).parent


def upgrade() -> None:
    """Make views and functions, comment everything, grant what the roles are for."""
    for part in ("history", "anonymous", "access", "comments"):
        op.execute((FOLDER / f"0003_{part}.sql").read_text())
    missing = [row.grant_access for row in op.get_bind().exec_driver_sql("select ingest.grant_access()")]
    if missing:
        logging.getLogger("include.warehouse.migrate").warning(
            "This role of Postgres may not create roles. Until somebody who may creates %s, only the owner of the "
            "warehouse can use it: docs/access.md says how.",
            ", ".join(missing),
        )


def downgrade() -> None:
    """Refuse."""
    raise Permanent(
        "migrations only go forward", advice="Restore the backup that was taken before this migration instead."
    )
