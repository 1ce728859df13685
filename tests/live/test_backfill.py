"""``./run airflow backfill create`` under a real scheduler: seven days, and the same seven days once more."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from tests.dags.test_refresh import key_of
from tests.ingestion import rows

pytestmark = pytest.mark.timeout(600)

KEYS = {"contacts": key_of, "candidates": lambda candidate: str(candidate["id"])}
DAGS = {"leonar_contacts": "contacts", "recruitsome_candidates": "candidates"}
DAY = timedelta(days=1)
DAYS = 7
WRITTEN = """
    select sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del)
    from pg_stat_user_tables where schemaname = 'recruiting'
"""


@pytest.fixture(scope="module")
def week():
    """The first and the last day: well before the day that the demo itself reads, well after the world's first."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - 20 * DAY, today - (20 - DAYS + 1) * DAY


def closed(live, dag_id):
    """Whether no backfill of a DAG is open."""
    return all(one["completed_at"] for one in live.ask("GET", f"/api/v2/backfills?dag_id={dag_id}")["backfills"])


def backfill(live, week, *more):
    """Backfill both DAGs at once, and wait for the end."""
    for dag_id in DAGS:
        # Airflow takes one backfill of a DAG at a time, and closes it up to half a minute after its last run.
        live.wait(partial(closed, live, dag_id), f"an end of the last backfill of {dag_id}")
        days = ["--from-date", f"{week[0]:%Y-%m-%d}", "--to-date", f"{week[1]:%Y-%m-%d}"]
        conf = f'{{"conn_id": "{dag_id.split("_")[0]}_filled"}}'
        live.airflow("backfill", "create", "--dag-id", dag_id, *days, "--dag-run-conf", conf, *more)
    live.settle()


@pytest.fixture(scope="module")
def backfilled(live, week):
    """A demo beside whose own tenant another one, which was empty, has been backfilled."""
    live.connect("filled")
    backfill(live, week)
    return live


def created(world, kind, start, end, odd):
    """The keys of the live records that were created in an interval."""
    return {
        KEYS[kind](one)
        for one in world[kind]
        if one["live"] and (odd or not one["odd"]) and start <= datetime.fromisoformat(one["created_at"]) < end
    }


@pytest.mark.parametrize("dag_id", DAGS)
def test_a_backfill_runs_each_of_its_days_once(backfilled, week, dag_id):
    runs = backfilled.runs(dag_id, "backfill")
    days = [datetime.fromisoformat(run["data_interval_start"]) for run in runs]
    assert days == [week[0] + number * DAY for number in range(DAYS)]
    assert {run["state"] for run in runs} == {"success"}


@pytest.mark.parametrize("dag_id", DAGS)
def test_a_backfill_brings_what_was_created_in_its_days_and_no_more(backfilled, week, dag_id):
    kind, (first, last) = DAGS[dag_id], week
    held = set(rows(backfilled.engine, f"select remote_id from recruiting.{kind} where tenant = 'filled'"))
    world = backfilled.control("GET", "world")
    wanted = created(world, kind, first, last + DAY, odd=False)
    guard = DAY if kind == "contacts" else timedelta()
    assert len(wanted) > 300
    assert wanted <= held <= created(world, kind, first - 2 * guard, last + DAY + guard, odd=True)


def test_a_backfill_of_days_that_are_there_changes_nothing(backfilled, week):
    count = "select count(*) from ingest.extractions where tenant = 'filled'"
    (before,), (extractions,) = rows(backfilled.engine, WRITTEN), rows(backfilled.engine, count)
    backfill(backfilled, week, "--reprocess-behavior", "completed")
    assert rows(backfilled.engine, count) == [2 * extractions]
    assert {run["state"] for dag_id in DAGS for run in backfilled.runs(dag_id, "backfill")} == {"success"}
    assert rows(backfilled.engine, WRITTEN) == [before]
