"""The metrics of real runs, as a StatsD server gets them from Airflow's own client."""

import re
import socket
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils

from include.sandbox.scale import Scale
from tests.conftest import ROOT
from tests.dags.conftest import UNTIL

CONTACTS, CANDIDATES = "leonar_contacts_refresh", "recruitsome_candidates_refresh"
SENT = re.compile(r"airflow\.(recruiting\.[^,:]+)([^:]*):([-\d.]+)\|(c|g|ms)")


@pytest.fixture
def scale():
    return Scale(contacts=60, candidates=60, projects=1, users=2, days=20, until=UNTIL, odd=0)


@pytest.fixture
def statsd(monkeypatch):
    """Switches Airflow's metrics on; what they sent of ours since, as lists of numbers by name, tags and kind."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**20)
    server.setblocking(False)
    more = {"statsd_on": "True", "statsd_host": "127.0.0.1", "statsd_port": str(server.getsockname()[1])}

    def statsd(**settings):
        for name, value in (more | settings).items():
            monkeypatch.setenv(f"AIRFLOW__METRICS__{name.upper()}", value)
        stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)
        return received

    def received():
        found = defaultdict(list)
        while True:
            try:
                packet = server.recv(65536).decode()
            except BlockingIOError:
                return dict(found)
            for name, tags, number, kind in SENT.findall(packet):
                found[name + tags, kind].append(float(number))

    yield statsd
    monkeypatch.undo()
    stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)
    server.close()


def test_the_numbers_of_a_run_are_sent_under_its_source_and_tenant(run, connect, sandbox, statsd, sql):
    received = statsd()
    sandbox.limits("leonar", 1000, 3600)
    sandbox.trouble([{"effect": "status", "value": 502, "path": "/search", "pages": [2], "times": 1}])
    connect("leonar_acme.fr")
    assert run(CONTACTS, conn_id="leonar_acme.fr").state == "success"
    sent = {
        name.removeprefix("recruiting.leonar.acme__fr."): (kind, numbers)
        for (name, kind), numbers in received().items()
    }
    counted = sql("select counts from ingest.extractions")[0][0]
    counters = {name: sum(numbers) for name, (kind, numbers) in sent.items() if kind == "c"}
    [[rows]] = sql(
        "select count(*)::int + (select count(*)::int from recruiting.contact_projects) from recruiting.contacts"
    )
    assert counters == {
        "requests": len(sandbox.requests()),
        "faults": 1,
        "pages": counted["pages"],
        "records": 60,
        "rejected": 0,
        "issues": counted["issues"],
        "changed": rows,
        "partial": 0,
    }
    assert sent["budget_left"] == ("g", [1000 - 2, 1000 - len(sandbox.requests())])
    kind, [age] = sent["staleness"]
    assert kind == "g"
    assert 0 < age < 600
    assert run(CONTACTS, conn_id="leonar_acme.fr").state == "success"
    assert sum(received()["recruiting.leonar.acme__fr.changed", "c"]) == 0


def test_a_backend_that_takes_tags_gets_them_and_names_without(run, statsd):
    received = statsd(statsd_influxdb_enabled="True")
    assert run(CANDIDATES).state == "success"
    tags = f",dag_id={CANDIDATES},source=recruitsome,tenant=default"
    sent = received()
    assert sum(sent[f"recruiting.records{tags}", "c"]) > 60
    assert all(name.endswith(tags) for name, _ in sent)


def test_every_metric_that_is_sent_is_named_in_the_docs_with_its_kind(run, sandbox, statsd, monkeypatch):
    monkeypatch.setattr("include.pace.LONGEST_HOLD", timedelta())
    received = statsd()
    sandbox.limits("leonar", 40, 2, used=39)
    assert run(CONTACTS).state == "success"
    kinds, sent = {"c": "counter", "g": "gauge", "ms": "timer"}, received()
    documented = re.findall(r"^\| `recruiting\.(\w+)` \| (\w+) \|", (ROOT / "docs/metrics.md").read_text(), re.M)
    assert {(name.rpartition(".")[2], kinds[kind]) for name, kind in sent} == set(documented)
    waits = sent["recruiting.leonar.default.wait", "ms"]
    assert all(0 <= wait < 60_000 for wait in waits)


def test_without_airflows_metrics_a_run_sends_none(run, monkeypatch):
    monkeypatch.setattr(socket.socket, "sendto", lambda *_: pytest.fail("a datagram was sent"))
    since = datetime.now(UTC) - timedelta(days=3)
    assert run("recruitsome_candidates", created_from=f"{since:%Y-%m-%d}").state == "success"
