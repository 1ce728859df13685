"""The Postgres that is kept true, through its Airflow connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk.exceptions import AirflowNotFoundException
from sqlalchemy import Engine

from include.errors import Misconfigured, WarehouseRefusal, WarehouseTrouble
from include.warehouse.engine import connect
from plugins.hooks.connected import UNDEFINED

CONN_ID = "recruiting_postgres"
# What libpq takes in a connection string and people write in a connection's extra or its URI's query.
LIBPQ = {
    "host", "sslmode", "sslrootcert", "sslcert", "sslkey", "options", "connect_timeout", "target_session_attrs",
    "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "application_name", "channel_binding",
}  # fmt: skip


@contextmanager
def warehouse() -> Iterator[Engine]:
    """
    An engine for the connection ``recruiting_postgres``, disposed of afterwards.

    The Postgres provider prefers psycopg 3 and drops libpq's options: the driver and the options are named here, once.
    """
    hook = PostgresHook(postgres_conn_id=CONN_ID, sqlalchemy_scheme="postgresql+psycopg2")
    try:
        extra = hook.get_connection(CONN_ID).extra_dejson
    except AirflowNotFoundException:
        raise Misconfigured("the connection is not defined", where={"connection": CONN_ID}, advice=UNDEFINED) from None
    options = {name: str(value) for name, value in extra.items() if name in LIBPQ}
    engine = connect(hook.sqlalchemy_url.update_query_dict(options))
    try:
        yield engine
    except (WarehouseTrouble, WarehouseRefusal) as fault:
        fault.place(connection=CONN_ID)
        raise
    finally:
        engine.dispose()
