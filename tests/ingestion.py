"""What the warehouse's tests share: made-up records, and the way of an extraction without requests."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from include.checkpoint import Verdict
from include.contract import Page, Slice, Source
from include.normalization import normalize
from include.sources import SOURCES
from include.warehouse.landing import Landing
from include.warehouse.merge import upsert
from include.warehouse.tombstones import tombstone

PROJECTS = ["3c90c3cc-0d44-4b50-8888-8dd257360521", "3c90c3cc-0d44-4b50-8888-8dd257360522"]


def candidate(id: Any, **fields: Any) -> dict[str, Any]:
    """A Recruitsome candidate; ``fields`` overrides."""
    record = {
        "id": id,
        "slug": f"candidate-{id}",
        "first_name": "Noor",
        "middle_name": "van der",
        "last_name": f"Voorbeeld{id}",
        "full_name": f"Noor van der Voorbeeld{id}",
        "email": f"noor.{id}@example.com",
        "mobile_phone": None,
        "fixed_phone": None,
        "status": {"value": "potential", "label": "Potential Candidate"},
        "locality": "Utrecht",
        "country_code": "NL",
        "linkedin_url": f"https://linkedin.com/in/noor-{id}",
        "profile_completeness": 75,
        "avatar": {"small": None, "medium": None, "large": None},
        "created_at": "2024-01-15T09:00:00+00:00",
        "updated_at": "2024-01-20T14:30:00+00:00",
    }
    return record | fields


def contact(id: str | None, **fields: Any) -> dict[str, Any]:
    """A Leonar profile; ``fields`` overrides."""
    job = {"title": "Engineer", "company_name": "Voorbeeld BV"}
    record = {
        "profile_id": id,
        "first_name": "Zoë",
        "last_name": "Exemple",
        "headline": "Engineer",
        "picture_url": None,
        "location": "Paris, Île-de-France, France",
        "linkedin_url": f"https://www.linkedin.com/in/zoe-{id}",
        "summary": "Builds\tthings\nand \\ more",
        "current_job": job,
        "experiences": [
            {**job, "start_date": "2021-03", "end_date": None, "description": None, "is_current": True},
            {**job, "start_date": "2018", "end_date": "2021-02-28", "description": "Before", "is_current": False},
        ],
        "educations": [{"educational_establishment": "École", "diploma": "MSc", "specialization": "CS"}],
        "skills": ["Python", "SQL"],
        "total_years_experience": 8.2,
        "already_in_project": True,
        "existing_contact_id": None,
    }
    return record | fields


@dataclass
class Ingestion:
    """The tasks of an ingest DAG over records that are given instead of read."""

    engine: Engine
    source: Source
    tenant: str = "acme"
    runs: int = 0

    def begin(self, owner: str, **slice: Any) -> Landing:
        """A new extraction, nothing landed."""
        self.runs += 1
        given = Slice(self.source.name, self.tenant, f"{self.source.name}_{self.tenant}", owner, **slice)
        task = {"dag_id": "test", "run_id": f"{self.tenant}-{self.runs}", "map_index": 0}
        return Landing.open(self.engine, self.source, given, **task)

    def extract(self, records: Sequence[Any], owner: str = "1", *, complete: bool = True, **slice: Any) -> int:
        """Land and complete; the extraction's id."""
        landing = self.begin(owner, **slice)
        size = self.source.page_size
        cuts = range(0, max(len(records), 1), size)
        pages = [Page(n, records[cut : cut + size], cut == cuts[-1]) for n, cut in enumerate(cuts, start=1)]
        landing.land(1, pages)
        landing.complete(Verdict(complete, None if complete else "records kept moving"))
        return landing.id

    def merge(self, extraction_id: int) -> dict[str, int]:
        """Normalize and upsert; the counts of upsert that are not zero."""
        normalize(self.engine, self.source, extraction_id)
        return {name: count for name, count in upsert(self.engine, self.source, extraction_id).items() if count}

    def ingest(self, records: Sequence[Any], owner: str = "1", **slice: Any) -> dict[str, int]:
        """Extract, normalize, upsert."""
        return self.merge(self.extract(records, owner, **slice))

    def refresh(
        self, owners: dict[str, Sequence[Any]], *, allow_mass_delete: bool = False, **slice: Any
    ) -> Counter[str]:
        """A whole refresh run, deletions too; its summed counts that are not zero."""
        ids = [self.extract(records, owner, **slice) for owner, records in owners.items()]
        counts = Counter[str]()
        for id in ids:
            counts.update(self.merge(id))
        counts.update(tombstone(self.engine, self.source, ids, allow_mass_delete=allow_mass_delete))
        return +counts


def candidates(engine: Engine, tenant: str = "acme") -> Ingestion:
    """An ingestion of candidates."""
    return Ingestion(engine, SOURCES["recruitsome"], tenant)


def contacts(engine: Engine, tenant: str = "acme") -> Ingestion:
    """An ingestion of contacts."""
    return Ingestion(engine, SOURCES["leonar"], tenant)


def rows(engine: Engine, query: str) -> list[Any]:
    """What a query answers: plain values where it has one column, else tuples."""
    with engine.connect() as conn:
        found = conn.execute(text(query)).all()
    return [row[0] if len(row) == 1 else tuple(row) for row in found]


@contextmanager
def tuples(engine: Engine, column: str = "n_tup_ins + n_tup_upd + n_tup_del") -> Iterator[Counter[str]]:
    """Counts, by table of ``recruiting``, what the transactions inside do, as Postgres itself counts it."""
    counted = Counter[str]()
    query = f"select relname, {column} from pg_stat_xact_user_tables where schemaname = 'recruiting'"

    def held(conn: Connection) -> dict[str, int]:
        return dict(conn.execute(text(query)).all())

    # A session reports to the statistics now and then, not after each transaction: the difference is this one's.
    def begin(conn: Connection) -> None:
        conn.info["held"] = held(conn)

    def commit(conn: Connection) -> None:
        before = conn.info["held"]
        counted.update({name: n - before.get(name, 0) for name, n in held(conn).items() if n != before.get(name, 0)})

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", commit)
    try:
        yield counted
    finally:
        event.remove(engine, "begin", begin)
        event.remove(engine, "commit", commit)
