"""The DAG housekeeping between runs of the others: what it clears, and that these end in the right rows."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from include.sandbox.scale import Scale
from tests.dags.test_refresh import key_of

CONTACTS, CANDIDATES = "leonar_contacts_refresh", "recruitsome_candidates_refresh"
EXTRACTED = "select id from ingest.extractions where run_id = '{}'"
LANDED = "select count(*)::int from ingest.pages where extraction_id in ({})"
ROWS = "select remote_id from recruiting.{} where remote_deleted_at is null"


@pytest.fixture(autouse=True)
def _windows_of_50_contacts(monkeypatch):
    monkeypatch.setattr("include.cutting.WINDOW_PAGES", 2)


@pytest.fixture
def scale():
    # Up to today: a cut is looked for from the present backwards.
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Scale(contacts=130, candidates=120, projects=2, users=2, days=60, until=today, odd=0)


@pytest.fixture
def age(engine):
    """Lets days go by for all that was read."""

    def age(days):
        with engine.begin() as conn:
            for table, moments in (("pages", ["read_at"]), ("extractions", ["started_at", "completed_at"])):
                past = ", ".join(f"{moment} = {moment} - interval '{days} days'" for moment in moments)
                conn.execute(text(f"update ingest.{table} set {past}"))

    return age


@pytest.fixture
def held(sql, sandbox):
    """Holds Postgres against the world: every live record alive, every other one tombstoned."""

    def held():
        world = sandbox.world()
        contacts = {key_of(one) for one in world["contacts"] if one["live"]}
        candidates = {str(one["id"]) for one in world["candidates"] if one["live"]}
        return [{id for (id,) in sql(ROWS.format(table))} for table in ("contacts", "candidates")] == [
            contacts,
            candidates,
        ]

    return held


def test_between_refreshes_what_is_old_and_not_needed_goes_and_every_run_ends_in_the_right_rows(
    run, sql, sandbox, age, held, tuples
):
    first = [run(dag_id) for dag_id in (CONTACTS, CANDIDATES)]
    landed = [sql(f"select count(*)::int from ingest.{table}") for table in ("pages", "records")]
    kept = run("housekeeping")
    assert kept.state == "success", kept.log[-3000:]
    assert "Older than 30 days: 0 pages, 0 records, 0 issues, 0 staged, 0 abandoned" in kept.log
    assert [sql(f"select count(*)::int from ingest.{table}") for table in ("pages", "records")] == landed

    age(40)
    assert run("housekeeping").state == "success"
    # However old: the next refresh may be of some windows alone, and looks back to the oldest.
    assert [sql(f"select count(*)::int from ingest.{table}") for table in ("pages", "records")] == landed

    for kind in ("contacts", "candidates"):
        sandbox.change(kind, indices=[one["index"] for one in sandbox.world()[kind]][:7])
        sandbox.delete(kind, 4)
        sandbox.insert(kind, 3)
    second = [run(dag_id) for dag_id in (CONTACTS, CANDIDATES)]
    assert held()
    assert run("housekeeping").state == "success"
    for old, new in zip(first, second, strict=True):
        assert sql(LANDED.format(EXTRACTED.format(old.run_id))) == [(0,)]
        assert sql(LANDED.format(EXTRACTED.format(new.run_id))) > [(1,)]
    named = "select count(distinct hash)::int from ingest.pages, unnest(records) hash"
    assert sql("select count(*)::int from ingest.records") == sql(named)

    age(40)
    sandbox.delete("contacts", 2)
    sandbox.delete("candidates", 2)
    # One window alone is as much as the budget bears; what it says of the others is as old as they are.
    sandbox.limits("leonar", 1000, 3600, used=1000 - 100 - 3 - 2)
    some = run(CONTACTS)
    assert "windows are left to later refreshes" in some.log
    assert run("housekeeping").state == "success"
    sandbox.limits("leonar", 1000, 3600, used=0)
    assert {run(dag_id).state for dag_id in (CONTACTS, CANDIDATES, "housekeeping")} == {"success"}
    assert held()
    before = tuples()
    for dag_id in ("leonar_contacts_replay", "recruitsome_candidates_replay"):
        replayed = run(dag_id)
        assert replayed.state == "success", replayed.log[-3000:]
    assert tuples() == before
    assert held()


def test_a_run_is_told_how_long_to_keep_and_refuses_a_param_that_it_does_not_have(run, sql, age):
    run("recruitsome_candidates", created_from="2020-01-01")
    age(10)
    mistyped = run("housekeeping", retention_day=365)
    assert mistyped.state == "failed"
    assert "the DAG has no param retention_day. It has retention_days; trigger again." in mistyped.log
    assert run("housekeeping").state == "success"
    assert sql("select count(*)::int from ingest.records") != [(0,)]
    done = run("housekeeping", retention_days=9)
    assert "Older than 9 days: " in done.log
    assert sql("select (select count(*) from ingest.pages) + (select count(*) from ingest.records)") == [(0,)]


def test_housekeeping_of_a_warehouse_that_nobody_has_used_makes_its_tables(run, monkeypatch, blank_url):
    url = blank_url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv("AIRFLOW_CONN_RECRUITING_POSTGRES", url)
    done = run("housekeeping")
    assert done.state == "success", done.log[-3000:]
    assert "0 pages_left, 0 records_left" in done.log
