"""A crowd is what the few are that it is made of, so many times, and nobody in it is somebody else."""

import pytest
from sqlalchemy import text

from bench.crowd import multiply, neglect, some, tables
from include.sources import SOURCES
from tests.ingestion import PROJECTS, Ingestion, candidate, contact, rows

FEW, TIMES = 30, 4


@pytest.fixture(params=SOURCES)
def ingestion(engine, request):
    ingestion = Ingestion(engine, SOURCES[request.param])
    make, owner = {"leonar": (contact, PROJECTS[0]), "recruitsome": (candidate, "1")}[request.param]
    ingestion.ingest([make(f"known-{n}", linkedin_url=n) for n in range(FEW)], owner)
    return ingestion


def counted(ingestion):
    names = [table.fullname for table in tables(ingestion.source)]
    return {name: rows(ingestion.engine, f"select count(*) from {name}")[0] for name in names}


def test_all_that_grows_grows_by_as_much(ingestion):
    few = counted(ingestion)
    for times, total in ((TIMES, TIMES), (2, 2 * TIMES)):
        with ingestion.engine.begin() as conn:
            multiply(conn, ingestion.source, times)
        assert counted(ingestion) == {name: count * total for name, count in few.items()}
    assert few[f"recruiting.{ingestion.source.table}"] == few["ingest.issues"] == FEW


def test_what_has_landed_is_on_a_page_and_is_a_row(ingestion):
    with ingestion.engine.begin() as conn:
        multiply(conn, ingestion.source, TIMES)
    placed = rows(
        ingestion.engine, "select remote_id from ingest.pages, unnest(records) hash join ingest.records using (hash)"
    )
    assert sorted(placed) == sorted(
        rows(ingestion.engine, f"select remote_id from recruiting.{ingestion.source.table}")
    )


def test_another_source_stays_as_it_is(engine):
    other = Ingestion(engine, SOURCES["recruitsome"])
    other.ingest([candidate(1)])
    contacts = Ingestion(engine, SOURCES["leonar"])
    contacts.ingest([contact("A")], PROJECTS[0])
    with engine.begin() as conn:
        multiply(conn, contacts.source, TIMES)
    assert counted(contacts)["ingest.records"] == 1 + TIMES
    assert counted(other)["recruiting.candidates"] == 1


def test_some_are_copies_and_not_the_known(ingestion):
    with ingestion.engine.begin() as conn:
        multiply(conn, ingestion.source, TIMES)
        found = some(conn, ingestion.source, FEW)
    assert len(set(found)) == FEW
    assert not any(id.startswith("known") for id in found)


def test_a_neglected_table_gets_no_statistics_by_itself(ingestion):
    with ingestion.engine.begin() as conn:
        neglect(conn, ingestion.source)
        options = conn.scalar(text("select reloptions from pg_class where oid = 'ingest.records'::regclass"))
    assert options == ["autovacuum_enabled=false"]
