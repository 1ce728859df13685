"""Runs migrations on the connection that ``include.warehouse.migrate`` opened, inside its transaction."""

from alembic import context
from sqlalchemy import text

from include.warehouse.tables import metadata

connection = context.config.attributes["connection"]
connection.execute(text("create schema if not exists ingest"))
context.configure(connection=connection, target_metadata=metadata, version_table_schema="ingest", include_schemas=True)
context.run_migrations()
