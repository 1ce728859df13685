"""What an increment reads does not depend on how much is there, nor on what Postgres knows of it.

The figures are Postgres' own counts, not times. Autovacuum makes no statistics here: the tests do, or do not.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bench.crowd import multiply, neglect, some, tables
from bench.reads import Reads, reading
from include.contract import Window
from include.sources import SOURCES
from include.warehouse.landing import remember_owners
from tests.ingestion import Ingestion, candidate, contact

KNOWN, NEW, CHANGED = 40, 100, 60
INCREMENT = KNOWN + NEW + CHANGED
SMALL, LARGE = 250, 10
"""How often the known are multiplied, and that again: 10,000 and 100,000 records."""
WINDOW = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))


@pytest.fixture(params=SOURCES)
def ingestion(engine, request):
    """A source of which some records are known; one link has ended and begun again."""
    ingestion = Ingestion(engine, SOURCES[request.param])
    with engine.begin() as conn:
        neglect(conn, ingestion.source)
    known, owner = [record(ingestion, f"known-{n}") for n in range(KNOWN)], new_owner(ingestion, 0)
    for held in (known[:2], known[:1]):
        ingestion.refresh({owner: held})
    ingestion.ingest(known, owner)
    return ingestion


def record(ingestion, id, **fields):
    """A record with an issue and, if it has children, with one: it is copied a hundred thousand times."""
    if ingestion.source.name == "recruitsome":
        return candidate(id, profile_completeness=-1, **fields)
    small = {"experiences": [], "educations": [], "skills": ["SQL"], "summary": None}
    return contact(id, total_years_experience=-1, **small, **fields)


def new_owner(ingestion, number):
    source = ingestion.source.name
    owner = str(number + 1) if source == "recruitsome" else f"3c90c3cc-0d44-4b50-8888-00000000000{number}"
    remember_owners(ingestion.engine, ingestion.tenant, source, [owner])
    return owner


def grow(ingestion, times):
    with ingestion.engine.begin() as conn:
        multiply(conn, ingestion.source, times)


def analyze(ingestion):
    with ingestion.engine.begin() as conn:
        conn.execute(text("set local default_statistics_target = 10"))
        conn.execute(text("analyze"))


def increment(ingestion, number):
    """Some new records, some of the many with changes, and the known as they were."""
    with ingestion.engine.connect() as conn:
        many = some(conn, ingestion.source, CHANGED)
    differing = [*many, *(f"new-{number}-{n}" for n in range(NEW))]
    changed = [record(ingestion, id, first_name=f"Nova {number}") for id in differing]
    return changed + [record(ingestion, f"known-{n}") for n in range(KNOWN)]


def work(ingestion, number):
    """What is read of the tables that grow: by an interval with an increment of an owner who has nothing else, and by
    a refresh of this owner that lacks one of its records."""
    records, owner = increment(ingestion, number), new_owner(ingestion, number)
    growing = {table.fullname for table in tables(ingestion.source)}
    with reading(ingestion.engine) as interval:
        counts = ingestion.ingest(records, owner, window=WINDOW)
    assert (counts["inserted"], counts["updated"], counts["unchanged"]) == (NEW, CHANGED, KNOWN)
    with reading(ingestion.engine) as refresh:
        assert ingestion.refresh({owner: records[:-1]})["unlinked"] == 1
    steps = {"interval": interval, "refresh": refresh}
    return {step: {table: counts for table, counts in read.items() if table in growing} for step, read in steps.items()}


def blocks(read):
    return sum(counts.blocks for counts in read.values())


@pytest.mark.parametrize("analyzed", [False, True], ids=["never analyzed", "analyzed"])
def test_an_increment_reads_as_much_of_a_large_warehouse_as_of_a_small_one(ingestion, analyzed):
    """Analyzed: as long as it was tiny, which says nothing of what it is now, and once more when it is large."""
    if analyzed:
        analyze(ingestion)
    grow(ingestion, SMALL)
    small = work(ingestion, 1)
    grow(ingestion, LARGE)
    large = {"grown": work(ingestion, 2)}
    if analyzed:
        analyze(ingestion)
        large["analyzed"] = work(ingestion, 3)
    for known, steps in large.items():
        for step, read in steps.items():
            assert set(read) == {table.fullname for table in tables(ingestion.source)}
            most = Reads(*map(max, zip(*read.values(), strict=True)))
            # A guard against mass deletions counts some rows, wherever they are.
            assert most.scanned <= INCREMENT / 10, (known, step, read)
            assert most.fetched <= INCREMENT * 10, (known, step, read)
            assert blocks(read) <= 2 * blocks(small[step]), (known, step, read, small[step])
