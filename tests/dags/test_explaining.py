"""What a run says of itself where people look: names, notes, states, and the sentences of its logs."""

import asyncio
import re
from datetime import UTC, datetime

import pytest
from airflow.triggers.base import TriggerEvent
from sqlalchemy import select

from include.sandbox.scale import Scale
from plugins import notes
from plugins.links import StatusPageLink
from plugins.operators.waiting import WaitingTrigger
from tests.dags.conftest import UNTIL

CONTACTS, CANDIDATES = "leonar_contacts_refresh", "recruitsome_candidates_refresh"
OURS = re.compile(r"\] (.*?) +\[airflow\.task\.operators\.plugins")


@pytest.fixture
def scale():
    return Scale(contacts=300, candidates=420, projects=1, users=2, days=20, until=UNTIL, odd=0.05)


@pytest.fixture
def session(dags):
    from airflow.utils.session import create_session

    # One of its own: `dag.test()` has that of this thread.
    with create_session(scoped=False) as session:
        yield session


@pytest.fixture
def note(session):
    """The note of a run, and the run."""
    from airflow.models.dagrun import DagRun

    def note(done):
        session.expire_all()
        run = session.query(DagRun).filter_by(dag_id=done.dag_id, run_id=done.run_id).one()
        return run.note, run

    return note


@pytest.fixture
def named(session):
    """The names of a run's mapped tasks, by task and place."""
    from airflow.models.taskinstance import TaskInstance

    def named(run_id):
        session.expire_all()
        tasks = session.query(TaskInstance).filter_by(run_id=run_id).filter(TaskInstance.map_index >= 0)
        return {(task.task_id.split(".")[1], task.map_index): task.rendered_map_index for task in tasks}

    return named


def test_a_run_that_fails_before_anything_is_read_says_why_in_its_note(run, connect, note):
    connect("leonar_default", key="leo_wrong")
    done = run(CONTACTS)
    assert done.state == "failed"
    said, _ = note(done)
    assert said.startswith("⚠ Leonar answered 401")
    assert said.count("⚠") == 1
    assert "leo_wrong" not in said


def test_publish_leads_to_the_status_page(run, session):
    from airflow.models.xcom import XComModel

    done = run(CONTACTS)
    left = select(XComModel).filter_by(run_id=done.run_id, key=StatusPageLink().xcom_key)
    (link,) = session.scalars(left).all()
    assert link.task_id == "publish"
    assert XComModel.deserialize_value(link).endswith("/plugin/recruiting")


def test_a_partial_slice_is_named_in_the_run_and_in_its_note(run, sandbox, note, named):
    sandbox.leave(2)
    run(CANDIDATES, user_ids=["1", "2"])
    sandbox.readings(leavers="missing")
    done = run(CANDIDATES)
    assert done.state == "success", done.log[-3000:]
    said, _ = note(done)
    assert said.startswith(
        "⚠ 1 of 2 slices partial (2 · everything: user 2 is no longer listed, and Recruitsome answered"
    )
    assert "2 · everything · partial" in named(done.run_id).values()
    assert "2 slices, 1 partial:" in done.log
    assert re.search(r"^2 · everything +partial ", done.log, re.MULTILINE)
    assert re.search(r"^all +\d", done.log, re.MULTILINE)


def test_a_slice_that_fails_has_its_name_and_the_note_says_what_did_not_come_through(run, sandbox, note, named):
    sandbox.trouble([{"effect": "status", "value": 404, "path": "/candidates", "owner": "2"}])
    done = run(CANDIDATES)
    assert done.state == "failed"
    failed = [task for task, state in done.tasks.items() if state == "failed" and task != "publish"]
    ((name,),) = (re.findall(r"ingest.extract\[(\d)\]", task) for task in failed)
    assert named(done.run_id)["extract", int(name)] == "2 · everything"
    assert note(done)[0] == "⚠ 1 of 2 slices did not come through (2 · everything)"
    assert "reason='Recruitsome answered 404" in done.log or 'reason="Recruitsome answered 404' in done.log


def test_what_a_person_wrote_into_the_note_stays_and_what_is_over_goes(run, session, note):
    done = run(CANDIDATES)
    said, dag_run = note(done)
    assert said is None
    for theirs in ("asked the vendor\n⚠ 1 of 2 slices partial", "⚠ 1 of 2 slices partial"):
        dag_run.note = theirs
        session.commit()
        notes.on_dag_run_success(dag_run)
        session.commit()
        assert note(done)[0] == ("asked the vendor" if "asked" in theirs else None)


def test_a_task_that_waits_says_until_when_and_why_until_it_goes_on(run, sandbox, session, named, monkeypatch):
    from airflow.models.dagrun import DagRun

    seen = []

    async def renew(trigger):
        sandbox.limits("leonar", 2_000, 3_600)
        (run_id,) = session.scalars(select(DagRun.run_id).where(DagRun.state == "running"))
        seen.append((f"until {trigger.moment:%Y-%m-%d %H:%M:%S} UTC", named(run_id)["extract", 0]))
        yield TriggerEvent(None)

    monkeypatch.setattr(WaitingTrigger, "run", renew)
    sandbox.limits("leonar", 100, 3_600, used=85)
    done = run("leonar_contacts", created_from="2020-01-01", created_before="2030-01-01")
    assert done.state == "success", done.log[-3000:]
    ((until, name),) = seen
    assert name.endswith(f"created 2020-01-01 to 2030-01-01 · waits until {until[-12:]}")
    assert named(done.run_id)["extract", 0].endswith("created 2020-01-01 to 2030-01-01")
    assert f"See docs/operations.md#the-budget-is-spent. Deferred {until}." in done.log


def test_a_long_read_tells_how_far_it_is_folded_away_above_its_receipt(run, sandbox, monkeypatch):
    monkeypatch.setattr("include.telling.FIRST", 0.2)
    sandbox.trouble([{"effect": "latency", "value": 0.1, "path": "/search", "after": 2}])
    done = run(CONTACTS)
    said = OURS.findall(done.log)
    begin = next(n for n, line in enumerate(said) if line.startswith("::group::Reading"))
    folded = said[begin : said.index("::endgroup::", begin)]
    told = r"\d+ of 12 pages, [\d.]+ a second, about \d+ s to go; 1,9\d\d of 2,000 requests left until \S+ UTC\."
    assert any(re.fullmatch(told, line) for line in folded)
    receipt = (
        r"Read; 1,9\d\d of 2,000 requests left until \S+ UTC:\n +requests +pages +records.*\ncomplete +12 +12 +300"
    )
    assert re.search(receipt, done.log)
    assert re.search(r"Merged:\n\S*inserted", done.log)
    assert sum(line.startswith("::group::") for line in said) == sum(line.startswith("::endgroup::") for line in said)


def test_a_short_read_tells_nothing_on_its_way(run):
    assert " a second" not in run(CONTACTS).log


def test_where_there_was_nothing_to_read_nothing_is_normalized_and_no_asset_updated(run, session, sql):
    from airflow.models.asset import AssetEvent

    done = run("leonar_contacts", created_from="2001-01-01", created_before="2001-01-02")
    assert done.state == "success"
    assert {task for task, state in done.tasks.items() if state == "skipped"} == {"ingest.normalize[0]"}
    assert sql("select verdict, (counts ->> 'unchanged')::int from ingest.extractions") == [("complete", 0)]
    assert not session.query(AssetEvent).filter_by(source_run_id=done.run_id).count()
    assert "1 slice, none partial:" in done.log


def test_a_trigger_waits_for_its_moment_and_can_be_made_anew():
    path, given = WaitingTrigger(datetime.now(UTC), "the budget is down").serialize()
    assert path == "plugins.operators.waiting.WaitingTrigger"

    async def events():
        return [event async for event in WaitingTrigger(**given).run()]

    assert asyncio.run(events()) == [TriggerEvent(None)]
