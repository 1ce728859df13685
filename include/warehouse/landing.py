"""Landing: pages and their records, as they came, in ``ingest``. What has landed is the checkpoint."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    Connection,
    Engine,
    Interval,
    Text,
    any_,
    bindparam,
    cast,
    distinct,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.schema import CreateTable

from include.canonical import digest, text_of
from include.checkpoint import Audit, Reading, Verdict
from include.contract import Page, Record, Slice, Source
from include.warehouse import landed, ledger
from include.warehouse.engine import spoken
from include.warehouse.landed import LANDED
from include.warehouse.scratch import scratch
from include.warehouse.staging import copy
from include.warehouse.tables import extractions, owners, records
from include.warehouse.tables import pages as places

_KEYS: BindParameter[Any] = bindparam("keys", type_=ARRAY(records.c.hash.type))
_WHOSE = {name: bindparam(name, type_=Text) for name in ("tenant", "source")}
_EACH = func.unnest(_KEYS).table_valued("key", with_ordinality="place", name="each").render_derived()
_HELD = select(records.c.hash).filter_by(**_WHOSE).where(records.c.hash == any_(_KEYS))
_NEW = select(_EACH.c.place).where(_EACH.c.key.not_in(_HELD)).order_by(_EACH.c.place)
"""Which of the keys, by place from 1, are of records that are not there yet."""
# One a connection, and not one a commit: each leaves dead rows in Postgres' catalog.
_ARRIVED = scratch("arrived", *(Column(c.name, c.type) for c in records.c["hash", "remote_id", "body"]), keep=True)
_RECORDS = (
    insert(records)
    .from_select([*_WHOSE, *_ARRIVED.c.keys()], select(*_WHOSE.values(), *_ARRIVED.c))
    .on_conflict_do_nothing()
)
_PAGES = insert(places).on_conflict_do_nothing()
_LOCK = func.hashtextextended(_WHOSE["source"], func.hashtext(_WHOSE["tenant"]))
_SHARED, _ALONE = select(func.pg_advisory_xact_lock_shared(_LOCK)), select(func.pg_advisory_xact_lock(_LOCK))


def hold(conn: Connection, tenant: str, source: str, *, alone: bool = False) -> None:
    """Keep a tenant's landed records from being erased until the transaction ends; ``alone``, also from being landed.

    In a statement of its own: what the next one finds is there to stay.
    """
    conn.execute(_ALONE if alone else _SHARED, {"tenant": tenant, "source": source})


class Landing:
    """The landed pages of one extraction. Its methods block; no two calls of ``land`` overlap.

    :param id: of the extraction, in the ledger
    :param resumed: how many of its pages had landed before
    :param idle: how long ago the last of them had landed
    :ivar pages: how many of its pages have landed now
    """

    def __init__(
        self, engine: Engine, source: Source, slice: Slice, id: int, resumed: int = 0, idle: timedelta | None = None
    ) -> None:
        self.engine = engine
        self.source = source
        self.slice = slice
        self.id = id
        self.resumed = self.pages = resumed
        self.idle = idle or timedelta()

    @classmethod
    @spoken()
    def open(
        cls, engine: Engine, source: Source, slice: Slice, *, dag_id: str, run_id: str, map_index: int
    ) -> "Landing":
        """The extraction that this task has begun and not completed; else a new one.

        :raises WarehouseTrouble: Postgres cannot be reached, or went away
        """
        task = {"dag_id": dag_id, "run_id": run_id, "map_index": map_index, "slice": slice.to_json()}
        begun = select(extractions.c.id, extractions.c.completed_at).filter_by(**task)
        new = insert(extractions).values(tenant=slice.tenant, source=slice.source, owner=slice.owner, **task)
        with engine.begin() as conn:
            # Two tries of one task, one of them given up for dead, go on with one extraction.
            conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(dag_id), func.hashtext(run_id))))
            latest = conn.execute(begun.order_by(extractions.c.id.desc()).limit(1)).one_or_none()
            if latest is None or latest.completed_at:
                return cls(engine, source, slice, conn.scalars(new.returning(extractions.c.id)).one())
            rest = cast(func.now() - func.max(places.c.read_at), Interval)
            held = select(func.count(), rest)
            resumed, idle = conn.execute(held.where(places.c.extraction_id == latest.id)).one()
            ledger.count(conn, latest.id, {}, columns={"waits_until": None})
            return cls(engine, source, slice, latest.id, resumed, idle)

    @spoken()
    def land(self, attempt: int, pages: Sequence[Page]) -> None:
        """Commit pages of a pass, all or none; one that has landed before stays as it was."""
        bodies: dict[str, tuple[Record, bytes]] = {}
        rows = [self._row(attempt, page, bodies) for page in pages]
        with self.engine.begin() as conn:
            hold(conn, self.slice.tenant, self.slice.source)
            self._store(conn, bodies)
            conn.execute(_PAGES, rows)
        self.pages += len(pages)

    def _row(self, attempt: int, page: Page, bodies: dict[str, tuple[Record, bytes]]) -> dict[str, object]:
        texts = [text_of(record) for record in page.records]
        keys = [digest(text) for text in texts]
        bodies.update(zip(keys, zip(page.records, texts, strict=True), strict=True))
        totals = [total for total in page.totals if abs(total) < 2**63]
        place = {"extraction_id": self.id, "pass": attempt, "number": page.number}
        return {**place, "last": page.last, "totals": totals, "records": keys}

    def _store(self, conn: Connection, bodies: Mapping[str, tuple[Record, bytes]]) -> None:
        """Insert the records that are not there yet; most have been read before, and are not sent again."""
        # In the order of their keys: two extractions that land the same records do not wait for each other.
        keys = sorted(bodies)
        whose = {"tenant": self.slice.tenant, "source": self.slice.source}
        new = [keys[place - 1] for place in conn.scalars(_NEW, {**whose, "keys": keys})]
        if new:
            conn.execute(CreateTable(_ARRIVED, if_not_exists=True))
            copy(conn, _ARRIVED, ((key, self.source.identity(bodies[key][0]), bodies[key][1]) for key in new))
            conn.execute(_RECORDS, whose)

    @spoken()
    def readings(self) -> list[Reading]:
        """Every landed page of every pass, in the order of passes."""
        with self.engine.connect() as conn:
            return landed.readings(conn, self.id)

    @spoken()
    def page(self, attempt: int, number: int) -> Page | None:
        """A landed page, its records equal to those that came."""
        with self.engine.connect() as conn:
            return landed.page(conn, self.id, attempt, number)

    @spoken()
    def audit(self, since: int) -> Audit:
        """What the passes from ``since`` on landed, of each page the latest reading."""
        with self.engine.connect() as conn:
            return landed.audit(conn, self.id, since, self.source.page_size)

    @spoken()
    def barren(self, attempt: int, number: int) -> bool:
        """Whether a landed page holds nothing that is not on another page of the passes up to this one."""
        with self.engine.connect() as conn:
            return landed.barren(conn, self.id, attempt, number)

    @spoken()
    def count(self, **counts: int) -> None:
        """Add to the counts of the receipt: several tries of one task sum up."""
        with self.engine.begin() as conn:
            known = ledger.receipt(conn, self.id, claim=True).counts
            ledger.count(conn, self.id, {name: known.get(name, 0) + more for name, more in counts.items()})

    @spoken()
    def wait(self, until: datetime) -> None:
        """Tell that the extraction does not go on before that moment."""
        with self.engine.begin() as conn:
            ledger.count(conn, self.id, {}, columns={"waits_until": until})

    @spoken()
    def complete(self, verdict: Verdict) -> dict[str, int]:
        """Close the extraction; its counts, with the pages and the different records of all passes.

        ``pages`` counts every reading, ``moved`` those that read a page again.
        """
        different = select(func.count(distinct(LANDED.c.identity))).where(LANDED.c.extraction_id == self.id)
        held = select(func.count(), func.count(distinct(places.c.number))).where(places.c.extraction_id == self.id)
        with self.engine.begin() as conn:
            read, once = conn.execute(held).one()
            counts = {"pages": read, "moved": read - once, "records": conn.scalars(different).one(), **verdict.counts}
            said = {"verdict": str(verdict), "reason": verdict.reason, "reported_total": verdict.total}
            ledger.count(conn, self.id, counts, columns={"completed_at": func.now(), **said})
            return dict(ledger.receipt(conn, self.id).counts)


@spoken()
def known_owners(engine: Engine, tenant: str, source: str) -> list[str]:
    """Every owner that a tenant's source ever had, sorted."""
    with engine.connect() as conn:
        known = select(owners.c.owner).filter_by(tenant=tenant, source=source).order_by(owners.c.owner)
        return list(conn.scalars(known))


@spoken()
def remember_owners(engine: Engine, tenant: str, source: str, found: Sequence[str]) -> None:
    """Keep owners for good; those known already are left as they are."""
    rows = [{"tenant": tenant, "source": source, "owner": owner} for owner in sorted(set(found))]
    if rows:
        with engine.begin() as conn:
            conn.execute(insert(owners).on_conflict_do_nothing(), rows)
