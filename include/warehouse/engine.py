"""The one place that makes an engine, and the one that says what Postgres says."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from include.errors import IngestError, WarehouseRefusal, WarehouseTrouble

VALUES = ("22", "23")
"""The SQLSTATE classes whose messages quote values: data exceptions and integrity violations."""

LOCKED_OUT = ("authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")
"""What no wait mends, among the reasons why there is no connection; those come without an SQLSTATE."""


def connect(url: str | URL) -> Engine:
    """An engine for a Postgres URL, whichever driver the URL names; nothing is connected yet.

    Statements are shown without their parameters, so that no error holds a person's data.
    """
    named = make_url(url).set(drivername="postgresql+psycopg2")
    defaults = {"application_name": "recruiting-ingest", "connect_timeout": "10"}
    missing = {name: value for name, value in defaults.items() if name not in named.query}
    return create_engine(
        named.update_query_dict(missing),
        hide_parameters=True,
        pool_pre_ping=True,
        executemany_mode="values_plus_batch",
        # Whoever waited for a turn has to see what was written meanwhile, whatever the database's default.
        isolation_level="READ COMMITTED",
    )


@contextmanager
def spoken() -> Iterator[None]:
    """Inside, and around a function that it decorates, an error of Postgres says one clause and no person's data.

    :raises WarehouseTrouble: Postgres cannot be reached, went away, or asks to try again
    :raises WarehouseRefusal: Postgres refuses the password, the database or the statement
    """
    try:
        yield
    except (DBAPIError, psycopg2.Error) as error:
        raise _fault(error) from None


def _fault(error: BaseException) -> IngestError:
    """The error that came first; those after it, such as of a roll-back, only tell whether the connection broke."""
    chain = [error]
    while isinstance(chain[-1].__context__, (DBAPIError, psycopg2.Error)):
        chain.append(chain[-1].__context__)
    clause = _clause(chain[-1].orig if isinstance(chain[-1], DBAPIError) else chain[-1])
    if any(map(_broken, chain)) and not any(phrase in clause for phrase in LOCKED_OUT):
        return WarehouseTrouble(f"Postgres: {clause}")
    return WarehouseRefusal(f"Postgres refuses: {clause}")


def _broken(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError))


def _clause(cause: BaseException | None) -> str:
    """The first line of the primary message; where that would quote a value, the error's name and place alone."""
    diag = cause.diag if isinstance(cause, psycopg2.Error) else None
    if diag and diag.sqlstate and diag.sqlstate.startswith(VALUES):
        place = diag.constraint_name or diag.column_name or diag.table_name
        return f"{type(cause).__name__} ({diag.sqlstate}{f', {place}' if place else ''})"
    primary = (diag and diag.message_primary) or str(cause)
    return next(iter(primary.strip().splitlines()), type(cause).__name__).rstrip(".")
