"""Alerts of real runs, as a mail server gets them through Airflow's own notifier."""

import json
import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from include.sandbox.scale import Scale
from tests.dags.conftest import UNTIL

CONTACTS, CANDIDATES = "leonar_contacts_refresh", "recruitsome_candidates_refresh"
SMTP = "airflow.providers.smtp.notifications.smtp.SmtpNotifier"
MAIL = {"to": "data@agency.example", "subject": "{{ alert.subject }}", "html_content": "{{ alert.html }}"}


@pytest.fixture
def scale():
    return Scale(contacts=60, candidates=60, projects=1, users=2, days=20, until=UNTIL, odd=0)


class Inbox(Sink):
    """What was sent, each mail's subject and body."""

    def __init__(self):
        super().__init__()
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((mail["Subject"], mail.get_body().get_content()))
        assert envelope.rcpt_tos == [MAIL["to"]]
        return "250 OK"


@pytest.fixture
def inbox(monkeypatch):
    """The mails that a server got which the connection ``smtp_default`` names."""
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "airflow@agency.example"}
    conn = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(conn))
    yield inbox.mails
    server.stop()


@pytest.fixture
def notify(monkeypatch):
    """Names notifiers in the environment."""

    def notify(*notifiers):
        monkeypatch.setenv("RECRUITING_NOTIFIERS", json.dumps(notifiers))

    return notify


def test_a_run_that_fails_is_told_once(run, connect, notify, inbox):
    notify({"classpath": SMTP, "kwargs": MAIL})
    connect("leonar_acme", key="leo_wrong")
    done = run(CONTACTS, conn_id="leonar_acme")
    assert done.state == "failed"
    [(subject, body)] = inbox
    assert subject == f"Recruiting Ingest: {CONTACTS} of tenant acme has failed"
    assert f"/dags/{CONTACTS}/runs/" in body
    assert "Source: leonar" in body
    assert done.run_id in body
    assert "leo_wrong" not in body


def test_a_partial_run_ends_green_and_is_told_with_every_partial_slice(run, sandbox, notify, inbox):
    notify({"classpath": SMTP, "kwargs": MAIL})
    sandbox.trouble([{"effect": "totals", "value": "+9", "path": "/candidates", "owner": "2"}])
    assert run(CANDIDATES).state == "success"
    [(subject, body)] = inbox
    assert subject == f"Recruiting Ingest: {CANDIDATES} of tenant default is partial"
    assert "2 · everything: " in body
    assert "1 · everything: " not in body
    assert "What to do: docs/operations.md#a-read-is-partial" in body


def test_a_good_run_and_one_whose_kind_nobody_wants_are_not_told(run, sandbox, notify, inbox):
    notify({"classpath": SMTP, "kwargs": MAIL, "on": ["failed", "late"]})
    assert run(CANDIDATES).state == "success"
    sandbox.trouble([{"effect": "totals", "value": "+9", "path": "/candidates", "owner": "2"}])
    assert "Partial: " in run(CANDIDATES).log
    assert not inbox


def test_a_notifier_that_fails_keeps_no_other_from_being_told_and_fails_no_run(run, sandbox, notify, inbox, caplog):
    away = {"classpath": SMTP, "kwargs": {**MAIL, "smtp_conn_id": "smtp_nowhere"}}
    notify({"classpath": "nowhere.Notifier"}, away, {"classpath": SMTP, "kwargs": MAIL})
    sandbox.trouble([{"effect": "totals", "value": "+9", "path": "/candidates"}])
    assert run(CANDIDATES).state == "success"
    assert "is partial was not told through nowhere.Notifier: No module named 'nowhere'" in caplog.text
    assert len(inbox) == 1
