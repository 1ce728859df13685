"""The refresh of a CRM that is too large for one slice, and what plan and publish say of any refresh."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from include.contract import Slice
from include.sandbox.scale import Scale
from tests.dags.test_refresh import key_of

CONTACTS, CANDIDATES = "leonar_contacts_refresh", "recruitsome_candidates_refresh"
HOUR = 3600
READ = "select slice, verdict, (counts ->> 'pages')::int from ingest.extractions where run_id = :run_id order by id"


@pytest.fixture(autouse=True)
def _windows_of_75_contacts(monkeypatch):
    monkeypatch.setattr("include.cutting.WINDOW_PAGES", 3)


@pytest.fixture
def scale():
    # Up to today: a cut is looked for from the present backwards.
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Scale(contacts=300, candidates=250, projects=2, users=3, days=60, until=today, odd=0)


@pytest.fixture
def summary():
    """What publish returned, and the extra of the asset event that it gave."""
    from airflow.models.asset import AssetEvent
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    def summary(done):
        with create_session() as session:
            returned = session.scalar(
                XComModel.get_many(
                    run_id=done.run_id, dag_ids=done.dag_id, task_ids="publish", key="return_value"
                ).with_only_columns(XComModel.value)
            )
            extra = session.scalar(select(AssetEvent.extra).where(AssetEvent.source_run_id == done.run_id))
        return XComModel.deserialize_value(type("Row", (), {"value": returned})), extra

    return summary


@pytest.fixture
def held(sql, sandbox):
    """Holds Postgres against the world: every live contact alive, every other one tombstoned."""

    def held():
        living = {key_of(contact) for contact in sandbox.world()["contacts"] if contact["live"]}
        rows = sql("select remote_id from recruiting.contacts where remote_deleted_at is null")
        return {id for (id,) in rows} == living

    return held


@pytest.fixture
def read(sql):
    """The extractions of a run in the order in which they began: the label of each, its verdict and its pages."""

    def read(done):
        rows = sql(READ, run_id=done.run_id)
        return [(Slice.from_json(slice).label, verdict, pages) for slice, verdict, pages in rows]

    return read


def searches(sandbox):
    """The searches of the log: the bounds and the page of each."""
    bodies = [request["body"] for request in sandbox.requests("leonar", "/sourcing/contacts/search")]
    return [(body.get("created_after"), body.get("created_before"), body["page"]) for body in bodies]


def test_a_large_crm_is_read_in_windows_that_are_kept(run, sql, sandbox, held, read):
    done = run(CONTACTS)
    assert done.state == "success", done.log[-3000:]
    assert held()
    first = read(done)
    assert len({label for label, *_ in first}) == 4
    assert {verdict for _, verdict, _ in first} == {"complete"}
    assert "2 projects to read, everything known; " in done.log
    assert f"{sum(pages for *_, pages in first)} pages expected: 1,7" in done.log

    sandbox.forget()
    sandbox.insert("contacts", 3)
    gone = [one["index"] for one in sandbox.world()["contacts"] if one["live"]][:300:60]
    sandbox.delete("contacts", indices=gone)
    again = run(CONTACTS)
    assert again.state == "success", again.log[-3000:]
    second = read(again)
    assert sorted(label for label, *_ in second) == sorted(label for label, *_ in first)
    assert held()
    assert sql("select count(*)::int from recruiting.contacts where remote_deleted_at is not null") == [(5,)]
    asked = searches(sandbox)
    everything, newest = asked[:2]
    assert everything == (None, None, 1)
    assert f"created since {newest[0]}" in " ".join(label for label, *_ in second)
    assert newest[1:] == (None, 1)
    assert len(asked[2:]) == len(set(asked[2:])) == sum(pages for *_, pages in second)


@pytest.mark.parametrize(
    "readings",
    [
        {"created_after": "exclusive", "created_before": "exclusive", "created_unit": "date"},
        {"created_before": "inclusive", "created_unit": "date", "created_zone": "Pacific/Kiritimati"},
        {"counts": "rounded"},
        {"created_takes": "datetime"},
    ],
    ids=str,
)
def test_whatever_the_filters_and_the_counts_mean_every_contact_is_read(run, sandbox, held, read, readings):
    sandbox.readings(**readings)
    done = run(CONTACTS)
    assert done.state == "success", done.log[-3000:]
    assert held()
    proven = readings.keys() <= {"created_after", "created_before", "created_unit", "created_zone"}
    assert len(read(done)) == (4 if proven else 1)


def test_the_stalest_windows_are_read_as_far_as_the_budget_goes(run, sql, sandbox, held, read, summary):
    all_four = [label for label, *_ in read(run(CONTACTS))]
    # One contact of the window that was read first, and so is stalest, and one of that which was read last.
    first, *_, last = sql(
        "select min(remote_id) from recruiting.contacts group by extraction_id order by extraction_id"
    )
    gone = [one["index"] for one in sandbox.world()["contacts"] if key_of(one) in (*first, *last)]
    sandbox.delete("contacts", indices=gone)

    # The projects, two counts, and so many pages that two of four windows fit above the reserve.
    sandbox.limits("leonar", 1000, HOUR, used=1000 - 100 - 3 - 8)
    some = run(CONTACTS)
    assert some.state == "success", some.log[-3000:]
    assert "2 windows are left to later refreshes" in some.log
    stalest = [label for label, *_ in read(some)]
    assert sorted(stalest) == sorted(all_four[:2])
    returned, _ = summary(some)
    assert returned["stalest"]["label"] == all_four[2]
    read_at = datetime.fromisoformat(returned["stalest"]["read_at"])
    assert f"Stalest: {all_four[2]}, read completely {read_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" in some.log
    assert read_at < datetime.now(UTC)
    # The first is gone: every window was read after it was last seen. The other waits until its own is read again.
    assert returned["tombstoned"] == 1
    assert not held()

    sandbox.limits("leonar", 1000, HOUR, used=1000 - 100 - 3 - 8)
    rest = run(CONTACTS)
    assert rest.state == "success", rest.log[-3000:]
    assert sorted(label for label, *_ in read(rest)) == sorted(all_four[2:])
    assert held()
    returned, extra = summary(rest)
    assert returned["tombstoned"] == 1
    assert returned["stalest"]["label"] == stalest[0]
    assert extra["stalest"] == returned["stalest"]


def test_plan_says_what_a_refresh_costs_before_it_is_spent(run, sandbox):
    first = run(CANDIDATES)
    assert "pages expected: not known before the first read" in first.log
    counts = sandbox.counts()["users"].values()
    again = run(CANDIDATES)
    assert f"{sum(math.ceil(count / 100) for count in counts)} pages expected" in again.log


def test_a_user_who_left_is_told_from_those_that_the_source_lists(run, sql, sandbox, summary):
    run(CANDIDATES)
    sandbox.leave(2)
    sandbox.readings(leavers="missing")
    done = run(CANDIDATES)
    assert done.state == "success", done.log[-3000:]
    listed = "select slice ->> 'owner', slice -> 'listed', verdict from ingest.extractions where run_id = :run_id"
    assert sorted(sql(listed, run_id=done.run_id)) == [
        ("1", True, "complete"),
        ("2", False, "partial"),
        ("3", True, "complete"),
    ]
    assert sql("select count(*)::int from recruiting.candidates where remote_deleted_at is not null") == [(0,)]
    returned, _ = summary(done)
    (began,) = sql("select min(started_at) from ingest.extractions where owner = '2'")[0]
    assert returned["stalest"] == {"label": "2 · everything", "read_at": began.isoformat()}
    assert "Stalest: 2 · everything, read completely" in done.log


def test_a_user_whom_a_person_names_counts_as_listed(run, sql, sandbox):
    sandbox.leave(2)
    run(CANDIDATES, user_ids=["2"])
    assert sql("select slice -> 'listed' from ingest.extractions") == [(True,)]


def test_a_run_narrowed_by_a_filter_or_to_projects_is_not_cut(run, sql, sandbox):
    projects = sorted(sandbox.world()["projects"])
    run(CONTACTS, project_ids=projects[:1])
    run(CONTACTS, filters={"contact_types": ["candidate", "client", "lead", "partner"]})
    assert sql(
        "select count(*)::int, count(*) filter (where slice ->> 'window' is null)::int from ingest.extractions"
    ) == [(2, 2)]


def test_a_small_crm_is_read_again_without_being_counted(run, sandbox):
    sandbox.delete("contacts", 270)
    run(CONTACTS)
    sandbox.forget()
    run(CONTACTS)
    assert searches(sandbox) == [(None, None, 1), (None, None, 2)]


def test_an_interval_is_asked_for_with_guard_days_and_not_with_bounds(run, sandbox, sql):
    run(CONTACTS)
    sandbox.forget()
    day = datetime.now(UTC).date() - timedelta(days=5)
    run("leonar_contacts", created_from=f"{day}", created_before=f"{day + timedelta(days=1)}")
    assert {one[:2] for one in searches(sandbox)} == {(f"{day - timedelta(days=2)}", f"{day + timedelta(days=2)}")}
    assert sql("select slice ->> 'bounds' from ingest.extractions where dag_id = 'leonar_contacts'") == [("{}",)]
