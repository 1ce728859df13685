"""Landing: pages and their records, as they came, in ``ingest``. What has landed is the checkpoint."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import JSON, Engine, Text, bindparam, cast, distinct, func, select, true
from sqlalchemy.dialects.postgresql import insert

from include.canonical import digest, text_of, value_of
from include.checkpoint import Audit, Verdict
from include.contract import Page, Record, Slice, Source
from include.warehouse import ledger
from include.warehouse.engine import spoken
from include.warehouse.scratch import looked_up
from include.warehouse.tables import extractions, owners, records
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
        *places.c["extraction_id", "pass", "number"],
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
"""Every landed record at its place: extraction, pass, page and position (from 1)."""


class Landing:
    """The landed pages of one extraction. Its methods block, and are called from one thread at a time.

    :param id: of the extraction, in the ledger
    :param resumed: how many of its pages had landed before
    :param pages: how many of its pages have landed now
    """

    def __init__(self, engine: Engine, source: Source, slice: Slice, id: int, resumed: int) -> None:
        self.engine = engine
        self.source = source
        self.slice = slice
        self.id = id
        self.resumed = self.pages = resumed

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
                return cls(engine, source, slice, conn.scalars(new.returning(extractions.c.id)).one(), 0)
            landed = select(func.count()).where(places.c.extraction_id == latest.id)
            return cls(engine, source, slice, latest.id, conn.scalars(landed).one())

    @spoken()
    def land(self, attempt: int, pages: Sequence[Page]) -> None:
        """Commit pages of a pass, all or none; one that has landed before stays as it was."""
        bodies: dict[UUID, dict[str, object]] = {}
        rows = [self._row(attempt, page, bodies) for page in pages]
        whose = {"tenant": self.slice.tenant, "source": self.slice.source}
        store = insert(records).values(body=cast(bindparam("text", type_=Text), JSON)).on_conflict_do_nothing()
        with self.engine.begin() as conn:
            # In the order of their keys: two extractions that land the same records do not wait for each other.
            if bodies:
                conn.execute(store, [{**whose, "hash": key, **bodies[key]} for key in sorted(bodies)])
            conn.execute(insert(places).on_conflict_do_nothing(), rows)
        self.pages += len(pages)

    def _row(self, attempt: int, page: Page, bodies: dict[UUID, dict[str, object]]) -> dict[str, object]:
        keys = []
        for record in page.records:
            text = text_of(record)
            keys.append(UUID(digest(text)))
            bodies[keys[-1]] = {"remote_id": self.source.identity(record), "text": text}
        totals = [total for total in page.totals if abs(total) < 2**63]
        place = {"extraction_id": self.id, "pass": attempt, "number": page.number}
        return {**place, "last": page.last, "totals": totals, "records": keys}

    @spoken()
    def ends(self, attempt: int) -> dict[int, bool]:
        """The numbers of a pass's landed pages, each with whether it was the last."""
        landed = select(places.c.number, places.c.last).filter_by(**{"extraction_id": self.id, "pass": attempt})
        with self.engine.connect() as conn:
            return {row.number: row.last for row in conn.execute(landed)}

    @spoken()
    def page(self, attempt: int, number: int) -> Page | None:
        """A landed page, its records equal to those that came."""
        place = {"extraction_id": self.id, "pass": attempt, "number": number}
        bodies = select(cast(LANDED.c.body, Text)).filter_by(**place).order_by(LANDED.c.position)
        with self.engine.connect() as conn:
            landed = conn.execute(select(places.c.last, places.c.totals).filter_by(**place)).one_or_none()
            if landed is None:
                return None
            held: list[Record] = [value_of(text) for text in conn.scalars(bodies)]
        return Page(number, held, landed.last, tuple(landed.totals))

    @spoken()
    def audit(self, attempt: int) -> Audit:
        """What a pass landed."""
        of_pass = (places.c.extraction_id == self.id, places.c["pass"] == attempt)
        told = select(func.count()).where(*of_pass, func.cardinality(places.c.totals) > 0).scalar_subquery()
        each = func.unnest(places.c.totals).table_valued("total", name="each").render_derived()
        alike = (
            select(each.c.total)
            .select_from(places.join(each, true()))
            .where(*of_pass)
            .group_by(each.c.total)
            .having(func.count(distinct(places.c.number)) == told)
        )
        held = select(
            select(func.count()).where(*of_pass).scalar_subquery(),
            func.count(),
            func.count(distinct(LANDED.c.identity)),
            told,
        ).where(LANDED.c.extraction_id == self.id, LANDED.c["pass"] == attempt)
        with self.engine.connect() as conn:
            landed, held_records, different, tellers = conn.execute(held).one()
            return Audit(landed, held_records, different, frozenset(conn.scalars(alike)), tellers > 0)

    @spoken()
    def barren(self, attempt: int, number: int) -> bool:
        """Whether a landed page holds nothing that is not on another page of the pass."""
        of_pass = (LANDED.c.extraction_id == self.id, LANDED.c["pass"] == attempt)
        here = select(LANDED.c.identity).where(*of_pass, LANDED.c.number == number)
        elsewhere = select(LANDED.c.identity).where(*of_pass, LANDED.c.number != number)
        with self.engine.connect() as conn:
            return conn.execute(here.except_(elsewhere).limit(1)).first() is None

    @spoken()
    def count(self, **counts: int) -> None:
        """Add to the counts of the receipt: several tries of one task sum up."""
        with self.engine.begin() as conn:
            known = ledger.receipt(conn, self.id, claim=True).counts
            ledger.count(conn, self.id, {name: known.get(name, 0) + more for name, more in counts.items()})

    @spoken()
    def complete(self, verdict: Verdict) -> dict[str, int]:
        """Close the extraction; its counts, with the pages and the different records of all passes."""
        different = select(func.count(distinct(LANDED.c.identity))).where(LANDED.c.extraction_id == self.id)
        landed = select(func.count()).where(places.c.extraction_id == self.id)
        with self.engine.begin() as conn:
            counts = {"pages": conn.scalars(landed).one(), "records": conn.scalars(different).one()}
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
