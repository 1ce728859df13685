"""Who reads with one API key at this moment: its budget is shared, and a refresh takes its place behind the intervals.

Each reader holds an advisory lock for as long as it reads, in a transaction that does nothing else: it is there while
the reader lives, behind a pooler too, and gone with it however it ends. All share it, so nobody ever waits for it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from include.errors import Limited
from include.warehouse.engine import spoken

INTERVAL, REFRESH = 1, 2
BEHIND = timedelta(seconds=30)
"""So much later than an interval's run does a refresh go on once the budget is renewed: it finds that one reading."""

KEEPALIVE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
"""A machine that dies says no good-bye: within a minute Postgres notices, and its reader is none any more."""

_READERS = text(
    "select objid as kind, count(*) as many from pg_locks"
    " where locktype = 'advisory' and granted and objsubid = 2 and classid = cast(:account as oid)"
    " and database = (select oid from pg_database where datname = current_database()) group by objid"
)


class Company:
    """The readers of one key, as one of them sees the others. Made by :func:`company`."""

    def __init__(self, conn: Connection, account: int, refreshes: bool) -> None:
        self.conn = conn
        self.account = account
        self.refreshes = refreshes

    async def attend(self) -> int:
        """How many read with the key at this moment, this one among them.

        :raises Limited: this is a refresh, and an interval's run reads with the key
        :raises WarehouseTrouble: Postgres cannot be reached, or went away
        """
        readers = await asyncio.to_thread(self._readers)
        if self.refreshes and readers.get(INTERVAL):
            raise Limited("an interval's run of the same key reads first", resume_at=datetime.now(UTC))
        return sum(readers.values())

    @spoken()
    def _readers(self) -> dict[int, int]:
        """How many read an interval, and how many refresh."""
        return {row.kind: row.many for row in self.conn.execute(_READERS, {"account": self.account})}


@contextmanager
def company(engine: Engine, account: bytes, *, refreshes: bool) -> Iterator[Company]:
    """Inside, one reads with a key, and the key's other readers know of it.

    :param account: a hash of the key and of where it is used
    :raises WarehouseTrouble: Postgres cannot be reached, or went away
    """
    place = int.from_bytes(account[:4])
    with spoken():
        conn = engine.connect().execution_options(isolation_level="READ COMMITTED")
    try:
        with spoken():
            # The lock takes a signed number, and shows it as an unsigned one.
            signed = place - 2**32 * (place >= 2**31)
            conn.execute(select(*(func.set_config(name, value, True) for name, value in KEEPALIVE.items())))
            conn.execute(select(func.pg_advisory_xact_lock_shared(signed, REFRESH if refreshes else INTERVAL)))
        yield Company(conn, place, refreshes)
    finally:
        # If Postgres went away, the lock has too.
        with suppress(DBAPIError):
            conn.close()
