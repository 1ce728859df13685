"""Our writing beside a bare COPY-and-merge: the same rows by both, in processes of their own."""

import pytest

from bench import bare, writing
from bench.server import OURS
from bench.tables import judged
from bench.writing import Spent
from include.sources import SOURCES
from include.warehouse.engine import connect
from include.warehouse.migrate import migrate
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows


@pytest.fixture
def loaded(server):
    """A first load, and another one after it."""
    engine = connect(server.url(OURS))
    migrate(engine)
    crm, ats = contacts(engine), candidates(engine)
    for load in range(2):
        crm.refresh({PROJECTS[0]: [contact(f"A{n}", headline=str(load)) for n in range(5)]})
        ats.refresh({owner: [candidate(n) for n in range(1, 7 + load)] for owner in ("1", "2")})
    yield engine
    engine.dispose()


def test_both_write_the_rows_of_the_first_load_and_normalization_is_measured_alone(services, server, loaded):
    spent = writing.write(services, server, rounds=2)
    assert {name: len(costs) for name, costs in spent.items()} == dict.fromkeys(("ours", "bare", *SOURCES), 2)
    assert all(cost.wall > 0 and cost.cpu > 0 for costs in spent.values() for cost in costs)
    assert [spent[source][0].records for source in SOURCES] == [10, 7]
    assert rows(loaded, "select count(*), min(headline), max(headline) from recruiting.contacts") == [(5, "0", "0")]
    assert rows(loaded, "select count(*) from recruiting.candidates") == [6]


def test_a_bare_load_brings_every_column_back_and_merges_with_what_is_there(loaded):
    before = bare.rows(loaded)
    assert all(before.values())
    with loaded.begin() as conn:
        conn.exec_driver_sql("update recruiting.contacts set headline = 'other'")
        conn.exec_driver_sql("delete from recruiting.candidates where remote_id = '1'")
    bare.load(loaded, before)
    assert {name: sorted(lines.splitlines()) for name, lines in bare.rows(loaded).items()} == {
        name: sorted(lines.splitlines()) for name, lines in before.items()
    }
    bare.empty(loaded)
    assert not any(bare.rows(loaded).values())
    assert rows(loaded, "select count(*) from recruiting.contacts_history") == [0]


def spent(wall, cpu=1.0, records=0):
    return Spent(wall, cpu, 0.5, records)


@pytest.mark.parametrize(
    ("ours", "cpu", "verdicts"), [(6.0, 2.0, [True, True, True]), (6.1, 2.1, [False, False, False])]
)
def test_the_bounds_are_judged_by_the_medians(ours, cpu, verdicts):
    alone = {source: [spent(1, 9), spent(1, cpu, 30_000), spent(1, cpu, 30_000)] for source in SOURCES}
    written = {"ours": [spent(ours), spent(1), spent(99)], "bare": [spent(2), spent(2), spent(0.1)], **alone}
    found = writing.bounds(written)
    assert [bound.holds for bound in found] == verdicts
    assert judged(found).count("DOES NOT HOLD") == verdicts.count(False)
    assert "2.0 s" in writing.told(written)
