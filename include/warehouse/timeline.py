"""The timeline: what a tenant's receipts of a source count, day by day and hour by hour."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, func, select

from include.contract import Source
from include.warehouse.tables import extractions

DAYS, HOURS = 30, 24
"""How many are told, this one included."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day or an hour.

    :param start: aware, in UTC
    :param counts: by name, those that are zero too
    """

    start: datetime
    counts: Mapping[str, int]


def days(conn: Connection, source: Source, tenant: str, now: datetime) -> Sequence[Stretch]:
    """The rows ``inserted``, ``updated`` (those that came back too) and ``tombstoned``, oldest day first.

    :param now: in UTC
    """
    first = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    changed = {
        "inserted": _count("inserted"),
        "updated": _count("updated") + _count("revived"),
        "tombstoned": _count("tombstoned"),
    }
    return _summed(conn, source, tenant, changed, "day", [first + timedelta(days=day) for day in range(DAYS)])


def hours(conn: Connection, source: Source, tenant: str, now: datetime) -> Sequence[Stretch]:
    """The ``requests`` of the extractions that ended in an hour, or began in it and go on; oldest hour first.

    :param now: in UTC
    """
    first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    sent = {"requests": _count("requests")}
    return _summed(conn, source, tenant, sent, "hour", [first + timedelta(hours=hour) for hour in range(HOURS)])


def _count(name: str) -> ColumnElement[int]:
    return func.coalesce(cast(extractions.c.counts[name].astext, BigInteger), 0)


def _summed(
    conn: Connection,
    source: Source,
    tenant: str,
    counted: Mapping[str, ColumnElement[int]],
    unit: Literal["day", "hour"],
    starts: Sequence[datetime],
) -> Sequence[Stretch]:
    moment = func.coalesce(extractions.c.completed_at, extractions.c.started_at)
    start = func.date_trunc(unit, moment, "UTC").label("start")
    sums = (func.sum(count).label(name) for name, count in counted.items())
    query = select(start, *sums).filter_by(tenant=tenant, source=source.name).where(moment >= starts[0]).group_by(start)
    found = {row.start: Counter({name: int(row._mapping[name]) for name in counted}) for row in conn.execute(query)}
    nothing = Counter[str]()
    return [Stretch(start, {name: found.get(start, nothing)[name] for name in counted}) for start in starts]
