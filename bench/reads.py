"""What a piece of work reads of each table, as Postgres counts it: the same on any machine, unlike seconds."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Engine, text

POLL_SECONDS = 0.002
OTHERS = """
select count(*) from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""
READ = """
select schemaname || '.' || relname, seq_tup_read, coalesce(idx_tup_fetch, 0),
    heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)
    + coalesce(toast_blks_read + toast_blks_hit + tidx_blks_read + tidx_blks_hit, 0)
from pg_stat_user_tables join pg_statio_user_tables using (relid, schemaname, relname)
"""


class Reads(NamedTuple):
    """
    What is read of a table.

    :param scanned: rows, by sequential scans
    :param fetched: rows, by indexes
    :param blocks: of the table and of its indexes, each as often as it is looked into
    """

    scanned: int = 0
    fetched: int = 0
    blocks: int = 0


@contextmanager
def reading(engine: Engine) -> Iterator[dict[str, Reads]]:
    """
    Count, by ``schema.table``, what the work in the block reads. Nobody else may use the database meanwhile.

    The counts are there when the block has ended.
    """
    counts: dict[str, Reads] = {}
    before = _until_now(engine)
    yield counts
    for table, now in _until_now(engine).items():
        counts[table] = Reads(*(one - other for one, other in zip(now, before.get(table, Reads()), strict=True)))


def _until_now(engine: Engine) -> Mapping[str, Reads]:
    # A session's counts are complete when it has ended.
    engine.dispose()
    with engine.connect() as conn:
        while conn.scalar(text(OTHERS)):
            conn.rollback()
            time.sleep(POLL_SECONDS)
        return {table: Reads(*counts) for table, *counts in conn.execute(text(READ))}
