"""What has landed: every record at its place, and what the pages of an extraction show."""

from typing import Any

from sqlalchemy import Connection, Row, Select, Text, and_, cast, distinct, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from include.canonical import value_of
from include.checkpoint import Audit, Reading, Sheet
from include.contract import Page, Record
from include.warehouse.scratch import looked_up
from include.warehouse.tables import extractions, records
from include.warehouse.tables import pages as places

_element = (
    func.unnest(places.c.records).table_valued("hash", with_ordinality="position", name="element").render_derived()
)

_record = looked_up(
    select(*records.c["remote_id", "body"]).where(
        records.c.tenant == extractions.c.tenant,
        records.c.source == extractions.c.source,
        records.c.hash == _element.c.hash,
    ),
    "record",
)
LANDED = (
    select(
        *extractions.c["tenant", "source", "owner"],
        extractions.c.slice["scope"].astext.label("scope"),
        *places.c["extraction_id", "pass", "number", "read_at"],
        *_element.c["position", "hash"],
        *_record.c["remote_id", "body"],
        func.coalesce(_record.c.remote_id, cast(_element.c.hash, Text)).label("identity"),
    )
    .select_from(places)
    .join(extractions, extractions.c.id == places.c.extraction_id)
    .join(_element, true())
    .join(_record, true())
    .subquery("landed")
)
"""Every landed record at its place, extraction, pass, page and position (from 1), and when it was read."""


def readings(conn: Connection, extraction_id: int) -> list[Reading]:
    """Every landed page of every pass, in the order of passes."""
    return [_reading(row) for row in conn.execute(_readings(extraction_id).order_by(places.c["pass"]))]


def _readings(extraction_id: int) -> Select[Any]:
    columns = (places.c["pass"], places.c.number, places.c.last, places.c.totals)
    held = func.cardinality(places.c.records).label("held")
    return select(*columns, held).where(places.c.extraction_id == extraction_id)


def _reading(row: Row[Any]) -> Reading:
    return Reading(row[0], row.number, row.last, frozenset(row.totals), row.held)


def page(conn: Connection, extraction_id: int, attempt: int, number: int) -> Page | None:
    """A landed page, its records equal to those that came."""
    place = {"extraction_id": extraction_id, "pass": attempt, "number": number}
    found = conn.execute(select(places.c.last, places.c.totals).filter_by(**place)).one_or_none()
    if found is None:
        return None
    bodies = select(cast(LANDED.c.body, Text)).filter_by(**place).order_by(LANDED.c.position)
    held: list[Record] = [value_of(text) for text in conn.scalars(bodies)]
    return Page(number, held, found.last, tuple(found.totals))


def audit(conn: Connection, extraction_id: int, since: int, size: int) -> Audit:
    """What the passes from ``since`` on landed, of each page the latest reading."""
    latest = (
        _readings(extraction_id)
        .where(places.c["pass"] >= since)
        .ext(distinct_on(places.c.number))
        .order_by(places.c.number, places.c["pass"].desc())
    )
    there = latest.subquery("latest")
    on = and_(
        LANDED.c.extraction_id == extraction_id, *(LANDED.c[name] == there.c[name] for name in ("pass", "number"))
    )
    held = LANDED.join(there, on)
    placed = select(LANDED.c.number, func.count().over(partition_by=LANDED.c.identity).label("places"))
    twice = placed.select_from(held).subquery("twice")
    different = conn.scalars(select(func.count(distinct(LANDED.c.identity))).select_from(held)).one()
    doubled = set(conn.scalars(select(twice.c.number).distinct().where(twice.c.places > 1)))
    of_state = (LANDED.c.extraction_id == extraction_id, LANDED.c["pass"] >= since)
    seen = conn.scalars(select(func.count(distinct(LANDED.c.identity))).where(*of_state)).one()
    shifted = {row.number: row.differs for row in conn.execute(_shifted(extraction_id))}
    sheets = [
        Sheet(
            one.attempt, one.number, one.last, one.totals, one.records, one.number in doubled, shifted.get(one.number)
        )
        for one in map(_reading, conn.execute(latest))
    ]
    return Audit(sheets, different, size, seen)


def _shifted(extraction_id: int) -> Select[Any]:
    """Of each page that several passes read, whether the latest found other records on it than the one before."""
    own = places.c.extraction_id == extraction_id
    several = select(places.c.number).where(own).group_by(places.c.number).having(func.count() > 1)
    on = and_(*(LANDED.c[name] == places.c[name] for name in ("extraction_id", "pass", "number")))
    identities = func.array_agg(aggregate_order_by(LANDED.c.identity, LANDED.c.position))
    read = (
        select(*places.c["number", "pass"], identities.label("identities"))
        .select_from(places.outerjoin(LANDED, on))
        .where(own, places.c.number.in_(several))
        .group_by(*places.c["number", "pass"])
        .subquery("read")
    )
    before = func.lag(read.c.identities).over(partition_by=read.c.number, order_by=read.c["pass"])
    differs = read.c.identities.is_distinct_from(before).label("differs")
    compared = select(*read.c["number", "pass"], differs).subquery("compared")
    latest = select(*compared.c["number", "differs"]).ext(distinct_on(compared.c.number))
    return latest.order_by(compared.c.number, compared.c["pass"].desc())


def barren(conn: Connection, extraction_id: int, attempt: int, number: int) -> bool:
    """Whether a landed page holds nothing that is not on another page of the passes up to this one."""
    of_passes = (LANDED.c.extraction_id == extraction_id, LANDED.c["pass"] <= attempt)
    here = select(LANDED.c.identity).where(*of_passes, LANDED.c.number == number)
    elsewhere = select(LANDED.c.identity).where(*of_passes, LANDED.c.number != number)
    # What repeats repeats the first pages or the one before, as a rule: those tell at once, all others cost a scan.
    near = elsewhere.where(LANDED.c.number.in_([1, 2, 3, number - 1]))
    return not any(conn.execute(here.except_(others).limit(1)).first() for others in (near, elsewhere))
