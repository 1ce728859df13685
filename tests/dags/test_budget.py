"""What a limit does to a run: it waits without a worker slot, shares its key, and counts what went wrong."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from include.contract import Slice, Window
from include.errors import Forbidden, Limited, Missing, Unauthorized
from include.sandbox.scale import Scale
from include.sandbox.server import Sandbox
from include.sandbox.world import World
from include.warehouse.sharing import BEHIND, company
from plugins.defaults import DEFAULTS
from plugins.hooks import hook_of
from plugins.operators.extract import ExtractOperator
from plugins.operators.waiting import WaitingTrigger
from tests.dags.conftest import UNTIL

CANDIDATES = "recruitsome_candidates_refresh"
WINDOW = Window(UNTIL - timedelta(days=100), UNTIL)


@pytest.fixture
def scale():
    return Scale(contacts=300, candidates=4_000, projects=1, users=2, days=20, until=UNTIL, odd=0)


@pytest.fixture
def extract(connect):
    """Extracts a slice of candidates as its task does; two that run at once are two tasks of one key."""
    connect("recruitsome_default", max_concurrency=4)

    def extract(owner, run_id="run", **slice):
        given = Slice("recruitsome", "default", "recruitsome_default", owner, **slice)
        operator = ExtractOperator(task_id="extract", source="recruitsome", slice=given.to_json())
        return operator.do({"ti": SimpleNamespace(dag_id="test", run_id=run_id, map_index=int(owner))})

    return extract


@pytest.fixture
def pages(sandbox):
    """The status of every request for a page of candidates."""
    return lambda: [request["status"] for request in sandbox.requests("recruitsome", "/candidates")]


def reach(reached, other):
    """Wait for what another thread does, unless it ends before."""
    while not reached():
        assert not other.done(), other.result()
        time.sleep(0.01)


def test_sixty_requests_in_twenty_seconds_are_enough_for_160_pages(run, sql, connect, monkeypatch):
    monkeypatch.setitem(DEFAULTS, "retries", 0)
    world = World(Scale(contacts=4_000, candidates=1, projects=1, users=1, days=20, until=UNTIL, odd=0))
    with Sandbox(world, limits={"leonar": (60, 20)}) as sandbox:
        connect("leonar_default", host=sandbox.url)
        done = run("leonar_contacts", created_from=WINDOW.start.isoformat(), created_before=WINDOW.end.isoformat())
        requests = sandbox.requests("leonar")
    assert done.state == "success", done.log[-3000:]
    assert sql("select count(*)::int from recruiting.contacts where remote_deleted_at is null") == [(4_000,)]
    assert "Deferred until" in done.log
    assert {request["status"] for request in requests} == {200}
    searched = [request["page"] for request in requests if request["path"].endswith("/search")]
    assert sorted(searched) == list(range(1, 161))


@pytest.mark.parametrize("rate_headers", ["retry_after", "none"])
def test_a_short_limit_is_waited_for_in_the_task(extract, sandbox, pages, monkeypatch, rate_headers):
    monkeypatch.setattr("plugins.hooks.api.TRIES", 50)
    sandbox.readings(rate_headers=rate_headers)
    sandbox.delete("candidates", 2_000)
    sandbox.limits("recruitsome", 10, 4)
    receipt = extract("1")
    assert receipt["verdict"] == "complete"
    assert 0 < receipt["limited"] == pages().count(429)
    assert receipt["pages"] == pages().count(200) > 10


def test_two_tasks_of_one_key_keep_to_its_reserve_together(extract, sandbox, pages, sql):
    sandbox.limits("recruitsome", 30, 3600)
    sandbox.trouble([{"effect": "latency", "value": 0.2}])
    with ThreadPoolExecutor() as pool:
        tasks = [pool.submit(extract, owner, window=WINDOW) for owner in ("1", "2")]
    for task in tasks:
        with pytest.raises(Limited, match="down to its reserve"):
            task.result()
    waits = [task.exception().resume_at for task in tasks]
    assert sql("select array_agg(waits_until order by map_index) from ingest.extractions") == [(waits,)]
    ((allowed, remaining, reserve),) = sql("select allowed, remaining, reserve from ingest.budgets")
    assert (allowed, reserve) == (30, 0.1)
    # Answers overtake each other, and the tasks do not hear each other's.
    assert 30 - len(pages()) <= remaining <= 30 - len(pages()) + 4
    assert set(pages()) == {200}
    assert 30 - 3 - 4 <= len(pages()) <= 30 - 3 + 4


def test_a_refresh_makes_way_for_an_interval_of_its_key_and_goes_on_after(
    extract, engine, sandbox, pages, sql, monkeypatch
):
    monkeypatch.setattr("include.pace.ATTEND_EVERY", 0.2)
    sandbox.trouble([{"effect": "latency", "value": 0.3}])
    with ThreadPoolExecutor() as pool:
        refresh = pool.submit(extract, "1")
        # What is left is told while the task reads.
        reach(lambda: len(pages()) >= 5 and sql("select from ingest.budgets"), refresh)
        account = hook_of("recruitsome", "recruitsome_default").account
        with company(engine, account, refreshes=False):
            with pytest.raises(Limited, match="an interval's run of the same key reads first") as raised:
                refresh.result()
            assert raised.value.resume_at - datetime.now(UTC) < BEHIND
            sent = len(pages())
            with pytest.raises(Limited):
                extract("1")
            assert len(pages()) == sent
            assert sql("select count(*)::int from ingest.pages") == [(sent,)]
            extract("2", "interval", window=WINDOW, filters={"search": "nobody"})
    sandbox.trouble([])
    receipt = extract("1")
    assert receipt["verdict"] == "complete"
    assert receipt["pages"] == len([1 for request in sandbox.requests() if request["owner"] == "1"])


def test_a_refresh_that_makes_way_gives_its_worker_slot_back_and_burns_no_retry(run, engine, monkeypatch):
    monkeypatch.setitem(DEFAULTS, "retries", 0)
    monkeypatch.setattr("plugins.operators.extract.BEHIND", timedelta(seconds=1))
    with ExitStack() as interval:
        account = hook_of("leonar", "leonar_default").account
        interval.enter_context(company(engine, account, refreshes=False))

        def trigger(moment, reason):
            interval.close()
            return WaitingTrigger(moment, reason)

        monkeypatch.setattr("plugins.operators.verb.WaitingTrigger", trigger)
        done = run("leonar_contacts_refresh")
    assert done.state == "success", done.log[-3000:]
    assert re.search(r"an interval's run of the same key reads first.*Deferred until", done.log)


def test_a_refresh_waits_longer_for_a_spent_budget_than_an_interval_does(extract, sandbox):
    sandbox.limits("recruitsome", 10, 600, used=10)
    waits = []
    for owner, slice in (("1", {"window": WINDOW}), ("2", {})):
        with pytest.raises(Limited) as raised:
            extract(owner, **slice)
        waits.append(raised.value.resume_at)
    assert BEHIND - timedelta(seconds=5) < waits[1] - waits[0] < BEHIND + timedelta(seconds=5)


def test_every_fault_on_the_way_is_in_the_receipt(run, sandbox, sql):
    effects = [{"effect": "status", "value": status} for status in (500, 429, 502)]
    effects += [{"effect": effect} for effect in ("reset", "truncate", "malformed")]
    rules = [{**effect, "path": "/search", "pages": [2 + n], "times": 1} for n, effect in enumerate(effects)]
    sandbox.trouble(rules)
    done = run("leonar_contacts_refresh")
    assert done.state == "success", done.log[-3000:]
    counted = sql("select counts from ingest.extractions")[0][0]
    faults = {"server_trouble": 2, "limited": 1, "link_trouble": 2, "unreadable_answer": 1}
    assert {name: counted.get(name) for name in faults} == faults
    assert counted["requests"] == counted["pages"] + len(effects)
    assert all(name in done.log for name in faults)


def test_the_first_error_is_told_when_postgres_does_not_take_the_counts(extract, engine, sandbox, pages):
    sandbox.trouble([{"effect": "latency", "value": 1, "pages": [1]}, {"effect": "status", "value": 401, "pages": [1]}])
    with ThreadPoolExecutor() as pool:
        failing = pool.submit(extract, "1")
        reach(pages, failing)
        with engine.begin() as conn:
            conn.execute(text("alter table ingest.extractions rename to elsewhere"))
        with pytest.raises(Unauthorized):
            failing.result()


@pytest.mark.parametrize(("status", "error"), [(404, Missing), (403, Forbidden)])
def test_an_owner_that_is_listed_no_more_and_answers_with_a_refusal_is_reported(extract, sandbox, sql, status, error):
    sandbox.trouble([{"effect": "status", "value": status, "path": "/candidates", "owner": "2"}])
    with pytest.raises(error):
        extract("2", "listed")
    receipt = extract("2", "not listed", listed=False)
    assert receipt["verdict"] == "partial"
    assert receipt["reason"].startswith(f"user 2 is no longer listed, and Recruitsome answered {status}")
    assert receipt["reason"].endswith("its candidates stay as they are")
    assert (receipt["pages"], receipt["requests"]) == (0, 1)
    assert sql("select count(*)::int from ingest.pages") == [(0,)]


def test_an_owner_that_is_listed_no_more_and_answers_is_read(extract):
    receipt = extract("2", listed=False)
    assert receipt["verdict"] == "complete"
    assert receipt["records"]


def test_a_user_who_left_and_is_hidden_costs_no_run_and_no_candidate(run, sandbox, sql):
    assert run(CANDIDATES).state == "success"
    live = "select count(*)::int from recruiting.candidates where remote_deleted_at is null"
    before = sql(live)
    sandbox.readings(leavers="missing")
    sandbox.leave(2)
    done = run(CANDIDATES)
    assert done.state == "success", done.log[-3000:]
    assert "user 2 is no longer listed, and Recruitsome answered 404" in done.log
    assert sql(live) == before
