"""Brings a database to the latest migration, whoever else does the same at this moment.

``python -m include.warehouse.migrate postgresql://owner@host/recruiting`` does it by hand.
"""

import sys
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from include.errors import Permanent, WarehouseRefusal
from include.warehouse.engine import connect, spoken

LOCK = 0x52454352
"""The key of the advisory lock; any number will do, as long as it stays."""

FORBIDDEN = "42501"
"""The SQLSTATE of a privilege that is missing."""


@cache
def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


@spoken()
def migrate(engine: Engine) -> bool:
    """Apply the pending migrations, all of them or none; whether there were any.

    One query when there are none. Several callers wait for each other.

    :raises WarehouseTrouble: Postgres cannot be reached, or went away
    :raises Permanent: Postgres refuses, most likely because the role may not create schemas; or a newer version of the
        project has migrated the database
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as conn:
        if _current(conn) == head:
            return False
    with engine.begin() as conn:
        conn.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        config = _config()
        config.attributes["connection"] = conn
        try:
            command.upgrade(config, "head")
        except CommandError as fault:
            raise Permanent(
                f"the warehouse cannot be migrated: {fault}",
                advice="Deploy the version of this project that last migrated it, or a newer one.",
                help="docs/operations.md#a-new-version",
            ) from None
        except ProgrammingError as fault:
            if getattr(fault.orig, "pgcode", None) != FORBIDDEN:
                raise
            raise WarehouseRefusal(
                "this role may not migrate the warehouse",
                advice="Let the owner of its tables do it, then clear this task.",
                help="docs/access.md",
            ) from None
    return True


def _current(conn: Connection) -> str | None:
    try:
        current: str | None = conn.scalar(text("select version_num from ingest.alembic_version"))
    except ProgrammingError:
        return None
    return current


if __name__ == "__main__":
    migrate(connect(sys.argv[1]))
