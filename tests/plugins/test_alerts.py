"""What the environment may say of alerts, and how a message reads."""

import json
from datetime import timedelta

import pytest
from airflow.sdk.definitions.callback import SyncCallback

from include.sources import SOURCES
from plugins.alerts import MOST_REASONS, Alert, alerts, late
from tests.conftest import ROOT

ALERT = Alert("failed", "leonar_contacts", "manual__1+1", "leonar", "acme", ["<b>It</b> broke."], "docs/operations.md")
TELL = {"classpath": "tests.plugins.test_alerts.Told"}


class Told(dict):
    """A notifier that keeps what it is told."""

    told: list = []  # noqa: RUF012

    def __call__(self, context):
        self.told.append((context["alert"], dict(self)))


@pytest.fixture
def say(monkeypatch):
    def say(notifiers, hours=None):
        monkeypatch.setenv("RECRUITING_NOTIFIERS", notifiers if isinstance(notifiers, str) else json.dumps(notifiers))
        if hours is not None:
            monkeypatch.setenv("RECRUITING_DEADLINE_HOURS", hours)

    return say


def test_nobody_is_told_anything_unless_the_environment_says_so(monkeypatch):
    monkeypatch.delenv("RECRUITING_NOTIFIERS", raising=False)
    monkeypatch.setenv("RECRUITING_DEADLINE_HOURS", "6")
    assert alerts("leonar", due=True) == {}


def test_a_deadline_is_hours_after_the_run_was_queued_and_runs_where_tasks_run(say):
    say([TELL], "1.5")
    deadline = alerts("leonar", due=True)["deadline"]
    assert deadline.interval == timedelta(minutes=90)
    assert isinstance(deadline.callback, SyncCallback)
    assert deadline.callback.path == "plugins.alerts.late"
    assert "deadline" not in alerts("leonar")


@pytest.mark.parametrize("hours", ["", "0"])
def test_without_hours_there_is_no_deadline(say, hours):
    say([TELL], hours)
    assert set(alerts("leonar", due=True)) == {"on_failure_callback"}


@pytest.mark.parametrize(
    "given",
    [
        "smtp",
        "7",
        "[1]",
        '["a.B"]',
        '[{"kwargs": {}}]',
        '[{"classpath": "a.B", "to": "x"}]',
        '[{"classpath": "a.B", "on": ["success"]}]',
    ],
)
def test_what_cannot_be_read_is_refused_when_the_dags_are_parsed(say, given):
    say(given)
    with pytest.raises(ValueError, match=r"RECRUITING_NOTIFIERS .* docs/alerts\.md"):
        alerts("leonar")


@pytest.mark.parametrize("hours", ["six", "-1", "nan", "inf"])
def test_a_deadline_that_is_no_number_of_hours_is_refused(say, hours):
    say([TELL], hours)
    with pytest.raises(ValueError, match=r"RECRUITING_DEADLINE_HOURS .* docs/alerts\.md"):
        alerts("leonar", due=True)


def test_a_late_run_is_told_with_its_tenant_and_state(say):
    say([{**TELL, "kwargs": {"channel": "#data"}}])
    run = {"dag_id": "leonar_contacts", "dag_run_id": "r", "conf": {"conn_id": "leonar_acme"}, "state": "running"}
    late(source="leonar", hours=6, context={"dag_run": {**run, "queued_at": "2026-11-21T03:00:00Z"}})
    alert, kwargs = Told.told.pop()
    assert (alert.kind, alert.tenant, kwargs) == ("late", "acme", {"channel": "#data"})
    assert alert.lines[1].endswith("within 6 hours: it is running.")
    late(
        source="leonar", hours=6, context={"dag_run": {**run, "queued_at": "2026-11-21T03:00:00Z", "state": "success"}}
    )
    assert not Told.told


def test_a_message_has_the_run_the_reason_the_page_and_a_link():
    assert ALERT.lines[:-1] == [
        "Recruiting Ingest: leonar_contacts of tenant acme has failed.",
        "<b>It</b> broke.",
        "Source: leonar",
        "Tenant: acme",
        "Run: manual__1+1",
        "What to do: docs/operations.md",
    ]
    assert ALERT.lines[-1].endswith("/dags/leonar_contacts/runs/manual__1%2B1")
    assert "&lt;b&gt;It&lt;/b&gt; broke." in ALERT.html
    assert ALERT.text.splitlines() == ALERT.lines


def test_a_message_of_many_slices_stays_short():
    many = Alert("partial", "d", "r", "leonar", "acme", [f"{n}: moving." for n in range(100)], "h")
    assert many.lines[MOST_REASONS : MOST_REASONS + 2] == ["4: moving.", "... and 95 more."]


def test_the_pages_that_alerts_point_to_are_there():
    operations, own = ((ROOT / "docs" / name).read_text() for name in ("operations.md", "alerts.md"))
    assert "\n## A read is partial\n" in operations
    assert "## A run is late\n" in own


def test_every_dag_has_alerts_and_those_that_read_have_a_deadline(say):
    from airflow.dag_processing.dagbag import DagBag

    say([TELL], "6")
    bag = DagBag(str(ROOT / "dags"), bundle_name="dags-folder", bundle_path=ROOT / "dags")
    assert not bag.import_errors
    assert all(dag.on_failure_callback for dag in bag.dags.values())
    reading = {f"{name}_{source.table}{kind}" for name, source in SOURCES.items() for kind in ("", "_refresh")}
    assert {dag_id for dag_id, dag in bag.dags.items() if dag.deadline} == reading
