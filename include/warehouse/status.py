"""The status: how fresh and how complete each tenant's source is. Counts of it, never a person.

What the page reads, in one short read-only transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import ProgrammingError

from include.contract import Slice, Source
from include.errors import Permanent
from include.sources import SOURCES
from include.warehouse.budgets import Told, told
from include.warehouse.engine import spoken
from include.warehouse.findings import Findings, findings
from include.warehouse.layout import Layout
from include.warehouse.progress import Progress, unfinished
from include.warehouse.staleness import past_of
from include.warehouse.tables import extractions
from include.warehouse.timeline import Stretch, days, hours

PATIENCE = "5s"
"""How long one statement may take, and wait for a lock."""

MISSING = ("42P01", "42703", "3F000")
"""The SQLSTATEs of a table, a column and a schema that are not there."""


@dataclass(frozen=True, slots=True)
class Read:
    """A stretch that was read completely.

    :param label: of the slice
    :param at: ``None``: never
    """

    label: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """What is known of one source of one tenant.

    :param last: the last complete read, of whatever stretch, by when it ended
    :param stalest: of all that refreshes keep fresh what was not read for the longest time, by when that began;
        ``None``: nothing was ever refreshed
    :param live: rows without a tombstone
    :param tombstoned: rows with one
    :param budget: what the answers last told of it, ``None``: nothing ever
    """

    source: Source
    tenant: str
    last: Read | None
    stalest: Read | None
    live: int
    tombstoned: int
    budget: Told | None
    days: Sequence[Stretch]
    hours: Sequence[Stretch]
    unfinished: Sequence[Progress]
    findings: Findings


@dataclass(frozen=True, slots=True)
class Status:
    """What is known at a moment, of every tenant and source that was ever read.

    :param at: in UTC
    """

    at: datetime
    sources: Sequence[SourceStatus]


@spoken()
def status(engine: Engine) -> Status:
    """How things stand, by tenant and source.

    :raises WarehouseTrouble: Postgres cannot be reached, went away, or does not answer in time
    :raises WarehouseRefusal: it refuses
    :raises Permanent: it is not migrated to this version
    """
    try:
        with _glance(engine) as conn:
            now = conn.scalars(select(func.now())).one().astimezone(UTC)
            known = select(*extractions.c["tenant", "source"]).distinct().order_by("tenant", "source")
            pairs = [(SOURCES[row.source], row.tenant) for row in conn.execute(known) if row.source in SOURCES]
            return Status(now, [_source(conn, source, tenant, now) for source, tenant in pairs])
    except ProgrammingError as fault:
        if getattr(fault.orig, "pgcode", None) not in MISSING:
            raise
        raise Permanent(
            "the warehouse is not migrated to this version of the project",
            advice="Trigger any of the ingest DAGs: its task plan migrates the warehouse.",
            help="docs/operations.md#a-new-version",
        ) from None


@contextmanager
def _glance(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment, writes nothing and does not wait for long."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as conn:
        conn.execute(select(func.set_config("statement_timeout", PATIENCE, True)))
        yield conn


def _source(conn: Connection, source: Source, tenant: str, now: datetime) -> SourceStatus:
    live, tombstoned = _rows(conn, source, tenant)
    budget = told(conn, tenant, source.name)
    spendable = budget.budget.left(budget.reserve, now) if budget else None
    return SourceStatus(
        source,
        tenant,
        _last(conn, source, tenant),
        _stalest(conn, source, tenant),
        live,
        tombstoned,
        budget,
        days(conn, source, tenant, now),
        hours(conn, source, tenant, now),
        unfinished(conn, source, tenant, now, spendable),
        findings(conn, source, tenant, now),
    )


def _rows(conn: Connection, source: Source, tenant: str) -> tuple[int, int]:
    table = Layout.of(source).table
    deleted = func.count(table.c.remote_deleted_at)
    live, tombstoned = conn.execute(select(func.count() - deleted, deleted).where(table.c.tenant == tenant)).one()
    return live, tombstoned


def _last(conn: Connection, source: Source, tenant: str) -> Read | None:
    latest = (
        select(*extractions.c["slice", "completed_at"])
        .filter_by(tenant=tenant, source=source.name, verdict="complete")
        .order_by(extractions.c.completed_at.desc())
        .limit(1)
    )
    row = conn.execute(latest).one_or_none()
    return Read(Slice.from_json(row.slice).label, row.completed_at) if row else None


def _stalest(conn: Connection, source: Source, tenant: str) -> Read | None:
    past = past_of(conn, source, tenant)
    kept = [one.slice for one in past.extractions if one.slice.refreshes and not source.narrowed(one.slice.filters)]
    stalest = past.stalest(kept) if kept else None
    if stalest is None:
        return None
    read_at = stalest["read_at"]
    return Read(stalest["label"] or "", datetime.fromisoformat(read_at) if read_at else None)
