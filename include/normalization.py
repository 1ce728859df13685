"""Normalization: landed records become staged rows and issues, in batches, so that memory stays flat."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Integer, Result, Row, Select, Text, cast, select, true
from sqlalchemy.dialects.postgresql import distinct_on

from include.canonical import digest, joined, text_of, value_of
from include.contract import Record, Slice, Source
from include.drift import ENOUGH, Drift, vanished
from include.errors import Permanent, TooManyRejects
from include.warehouse import ledger
from include.warehouse.engine import spoken
from include.warehouse.landed import LANDED
from include.warehouse.scratch import looked_up
from include.warehouse.staging import copy, discard
from include.warehouse.tables import extractions, issues, records, staged

BATCH = 500
"""Records normalized at a time; twice as many wait, to be so or to be stored."""

Batch = Sequence[Row[int, int, int, str]]
Rows = list[tuple[object, ...]]


@spoken()
def normalize(engine: Engine, source: Source, extraction_id: int, *, tolerated: float = 0.05) -> dict[str, int]:
    """Stage the rows of what an extraction landed, and write down its issues, in place of those of an earlier try.

    :param tolerated: the share of rejected records up to which the rest is staged; a single one always is
    :returns: how many records were ``staged``, ``rejected``, and ``outside`` the window, and their ``issues``
    :raises TooManyRejects: nothing is staged, the issues are written
    :raises Permanent: it is not in the ledger, or its pages have been cleared
    :raises WarehouseTrouble: Postgres cannot be reached, or went away
    """
    counts = Counter[str](staged=0, rejected=0, outside=0, issues=0)
    drift = Drift(source.shape)
    with engine.begin() as conn:
        receipt = ledger.receipt(conn, extraction_id, claim=True)
        slice = receipt.slice
        if receipt.counts.get("cleared"):
            raise Permanent(
                "housekeeping has cleared its pages",
                where={"extraction": extraction_id},
                advice="Refresh instead: the records are read anew.",
                help="docs/operations.md#keeping-what-has-landed",
            )
        discard(conn, extraction_id)
        _through(conn, extraction_id, partial(_rows, source, slice, extraction_id, counts, drift))
        normalized, rejected = counts["staged"] + counts["rejected"], counts["rejected"]
        too_many = rejected > 1 and rejected > tolerated * normalized
        if too_many:
            discard(conn, extraction_id, staged)
            counts["staged"] = 0
        ledger.count(conn, extraction_id, counts, forget=ledger.MERGED, columns={"drift": drift.to_json()})
    if too_many:
        raise TooManyRejects(
            f"{rejected:,} of {normalized:,} records have no identity",
            where={"connection": slice.conn_id, source.owner_noun: slice.owner, "extraction": extraction_id},
        )
    return dict(counts)


@spoken()
def drifted(engine: Engine, extraction_id: int) -> tuple[dict[str, Any], list[str]]:
    """The schema drift of an extraction's records, and the fields that have vanished since an earlier one of its kind.

    :returns: as :meth:`Drift.to_json` and :func:`vanished` tell
    """
    enough = cast(extractions.c.drift["records"].astext, Integer) >= ENOUGH
    with engine.connect() as conn:
        now = ledger.receipt(conn, extraction_id)
        alike = {"tenant": now.slice.tenant, "source": now.slice.source}
        earlier = select(extractions.c.drift).filter_by(**alike).where(extractions.c.id < extraction_id, enough)
        before = conn.scalars(earlier.order_by(extractions.c.id.desc()).limit(1)).first()
        return dict(now.drift), vanished(now.drift, before or {})


def _landed(conn: Connection, extraction_id: int) -> Iterator[Batch]:
    """The landed records, of several with one identity that which was read last."""
    place = [LANDED.c[name] for name in ("pass", "number", "position")]
    key = [LANDED.c[name] for name in ("tenant", "source", "hash")]
    latest = (
        select(*place, *key)
        .where(LANDED.c.extraction_id == extraction_id)
        .ext(distinct_on(LANDED.c.identity))
        .order_by(LANDED.c.identity, *(part.desc() for part in place))
        .subquery("latest")
    )
    # The bodies come last, by their key: they are not sorted with the rest.
    this = select(records.c.body).where(*(records.c[part.name] == latest.c[part.name] for part in key))
    record = looked_up(this, "record")
    body = cast(record.c.body, Text)
    bodies: Select[Any] = select(*(latest.c[part.name] for part in place), body).join(record, true())
    landed: Result[int, int, int, str] = conn.execute(bodies, execution_options={"yield_per": BATCH})
    return landed.partitions()


def _through(conn: Connection, extraction_id: int, rows: Callable[[Batch], tuple[Rows, Rows]]) -> None:
    """Normalize batch by batch; while one is at work, the one before is stored and the next is fetched.

    One thread alone speaks to Postgres meanwhile, one thing after the other.
    """
    batches = _landed(conn, extraction_id)
    with ThreadPoolExecutor(1) as speaker:
        fetching, storing = speaker.submit(next, batches, None), speaker.submit(_store, conn, [], [])
        while (batch := fetching.result()) is not None:
            fetching = speaker.submit(next, batches, None)
            normalized = rows(batch)
            storing.result()
            storing = speaker.submit(_store, conn, *normalized)
        storing.result()


def _store(conn: Connection, rows: Rows, found: Rows) -> None:
    copy(conn, staged, rows)
    copy(conn, issues, found)


def _rows(
    source: Source, slice: Slice, extraction_id: int, counts: Counter[str], drift: Drift, batch: Batch
) -> tuple[Rows, Rows]:
    """The rows of ``staging.records`` and of ``ingest.issues`` that a batch becomes."""
    rows: Rows = []
    found: Rows = []
    for attempt, page, position, body in batch:
        record = value_of(body)
        if _outside(source, slice, record):
            counts["outside"] += 1
            continue
        normalized = source.normalize(record)
        drift.take(record, normalized.issues)
        if normalized.issues:
            by_field = {fault.field: fault.reason for fault in reversed(normalized.issues)}
            found += [(extraction_id, attempt, page, position, field, reason) for field, reason in by_field.items()]
        if normalized.remote_id is None:
            counts["rejected"] += 1
            continue
        # What some owners alone are told would make the hash depend on who was asked.
        told = {name: normalized.row.pop(name) for name in source.sticky}
        alike = text_of(normalized.row)
        row = joined(alike, text_of(told)) if told else alike
        rows.append((extraction_id, normalized.remote_id, digest(alike), normalized.linked, row))
    counts.update(staged=len(rows), issues=len(found))
    return rows, found


def _outside(source: Source, slice: Slice, record: Record) -> bool:
    """Whether a record was created outside the window: a page that is searched for holds such as well.

    A record that does not say when it was created counts as inside only where the source itself kept to the window.
    """
    if slice.window is None:
        return False
    created_at = source.created_at(record)
    return slice.strategy != "all" if created_at is None else created_at not in slice.window
