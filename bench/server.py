"""The Postgres server that both write to, a database each: what it can tell of what was written."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg2
from psycopg2 import sql
from sqlalchemy import URL

OURS, DLT, GROWN = "bench_ours", "bench_dlt", "bench_grown"
DATABASES = (OURS, DLT)


@dataclass(frozen=True, slots=True)
class Server:
    """
    The Postgres server.

    :param folder: of its socket
    """

    folder: Path

    def create(self, *databases: str) -> None:
        """Make databases anew, if none are named those of both."""
        databases = databases or DATABASES
        self.drop(*databases)
        for database in databases:
            self._execute("postgres", sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def drop(self, *databases: str) -> None:
        """Drop databases, if none are named all that a bench makes, as far as they are there."""
        for database in databases or (*DATABASES, GROWN):
            gone = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
            self._execute("postgres", gone)

    def url(self, database: str) -> URL:
        """The URL of a database."""
        return URL.create("postgresql", username="postgres", database=database, query={"host": str(self.folder)})

    def written(self, database: str) -> dict[str, tuple[int, int, int]]:
        """By ``schema.table``: tuples inserted, updated and deleted since the database is there."""
        query = "SELECT schemaname || '.' || relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"
        return {name: tuple(counts) for name, *counts in self.rows(database, query)}

    def wal(self) -> int:
        """The position in the write-ahead log, in bytes."""
        return int(self.rows("postgres", "SELECT pg_current_wal_lsn() - '0/0'")[0][0])

    def settle(self, *databases: str) -> None:
        """
        Leave nothing for later in databases, if none are named in those of both.

        The log is the server's, and a vacuum of one's rows would be in the other's figures.
        After a checkpoint, the next to write logs every page once in full, whoever it is.
        """
        for database in databases or DATABASES:
            self._execute(database, "VACUUM ANALYZE")
        self._execute("postgres", "CHECKPOINT")

    def cpu(self) -> float:
        """The CPU seconds of the server until now: of its processes, and of the ended ones of them."""
        file = Path(self.rows("postgres", "SHOW data_directory")[0][0]) / "postmaster.pid"
        postmaster = psutil.Process(int(file.read_text().split()[0]))
        seconds = sum(postmaster.cpu_times()[:4])
        for process in postmaster.children():
            with suppress(psutil.NoSuchProcess):
                seconds += sum(process.cpu_times()[:2])
        return float(seconds)

    def version(self) -> str:
        """The version of Postgres."""
        return str(self.rows("postgres", "SHOW server_version")[0][0]).split()[0]

    def rows(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """What a query answers."""
        return self._execute(database, query)

    def _execute(self, database: str, query: Any) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(host=str(self.folder), user="postgres", dbname=database)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()
