"""The hooks against the sandbox over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from include.contract import Slice
from include.errors import (
    Forbidden,
    Limited,
    LinkTrouble,
    Missing,
    Refused,
    ServerTrouble,
    Unauthorized,
    UnreadableAnswer,
)
from include.sandbox import leonar
from include.sources import SOURCES
from plugins.hooks import api


def read(hook, number=1, owner=None):
    async def page():
        owners = await hook.owners() if owner is None else [owner]
        async with hook.reading(Slice(hook.source.name, "default", hook.conn_id, owners[0])) as reader:
            return await reader.read(number)

    return asyncio.run(page())


@pytest.mark.parametrize("source", SOURCES)
def test_the_hook_has_the_conn_type_of_its_source(hook, source):
    assert hook(source).conn_type == source
    assert hook(source).hook_name == SOURCES[source].title


@pytest.mark.parametrize("source", SOURCES)
def test_owners_and_pages_are_read_with_the_key_as_bearer(hook, sandbox, source):
    page = read(hook(source))
    assert len(page.records) == SOURCES[source].page_size
    assert not page.last
    assert {request["status"] for request in sandbox.requests(source)} == {200}


@pytest.mark.parametrize(
    ("source", "key", "error", "said"),
    [
        ("leonar", "leo_wrong", Unauthorized, "invalid_api_key"),
        ("leonar", "leo_scopeless", Forbidden, "insufficient_scope"),
        ("recruitsome", "wrong", Unauthorized, "Unauthenticated"),
        ("recruitsome", "recruitsome_scopeless", Forbidden, "INSUFFICIENT_SCOPE"),
    ],
)
def test_a_key_that_does_not_do_is_not_tried_twice(hook, sandbox, source, key, error, said):
    with pytest.raises(error, match=said) as raised:
        read(hook(source, key=key))
    assert f"connection {source}_default" in str(raised.value)
    assert key not in str(raised.value)
    assert len(sandbox.requests()) == 1


def test_an_unknown_owner_is_missing(hook):
    with pytest.raises(Missing, match="project 00000000-0000-4000-8000-000000000000, page 1"):
        read(hook("leonar"), owner="00000000-0000-4000-8000-000000000000")


def test_a_refused_request_says_the_vendors_words(hook):
    with pytest.raises(Refused, match="answered 400, validation_error"):
        read(hook("leonar"), owner="not a uuid")


@pytest.mark.parametrize("effect", [{"effect": "status", "value": status} for status in (408, 500, 502, 503)], ids=str)
def test_a_server_in_trouble_is_tried_again(hook, sandbox, effect):
    sandbox.trouble([{**effect, "path": "/search", "times": 1}])
    assert read(hook("leonar")).records
    sandbox.trouble([{**effect, "path": "/search"}])
    with pytest.raises(ServerTrouble, match=f"answered {effect['value']}"):
        read(hook("leonar"))


@pytest.mark.parametrize(
    ("effect", "error"), [("reset", LinkTrouble), ("truncate", LinkTrouble), ("malformed", UnreadableAnswer)]
)
def test_an_answer_that_breaks_is_tried_again(hook, sandbox, effect, error):
    sandbox.trouble([{"effect": effect, "path": "/candidates", "times": 1}])
    assert read(hook("recruitsome")).records
    sandbox.trouble([{"effect": effect, "path": "/candidates"}])
    with pytest.raises(error, match=r"connection recruitsome_default, user .*, page 1"):
        read(hook("recruitsome"))


def test_silence_is_not_waited_out(hook, sandbox, monkeypatch):
    monkeypatch.setattr(api, "TIMEOUT", api.aiohttp.ClientTimeout(total=0.3))
    sandbox.trouble([{"effect": "stall", "value": 5, "path": "/candidates"}])
    with pytest.raises(LinkTrouble, match="TimeoutError"):
        read(hook("recruitsome"))


def test_nobody_there_is_link_trouble(hook):
    with pytest.raises(LinkTrouble, match="Leonar did not answer"):
        read(hook("leonar", host="http://127.0.0.1:9"))


def test_a_spent_budget_says_until_when_and_sends_nothing(hook, sandbox):
    sandbox.limits("leonar", 10, 3600)
    leonar = hook("leonar", budget_reserve=0.5)
    for _ in range(2):
        read(leonar)
    (project,) = asyncio.run(leonar.owners())[:1]
    with pytest.raises(Limited, match="down to its reserve: 5 of 10 requests left") as raised:
        read(leonar, owner=project)
    assert raised.value.resume_at
    assert len(sandbox.requests("leonar")) == 5


@pytest.mark.parametrize("source", SOURCES)
def test_a_429_says_until_when_and_is_not_tried_again(hook, sandbox, source):
    sandbox.trouble([{"effect": "status", "value": 429, "pages": [1], "after": 1, "retry_after": 600}])
    before = datetime.now(UTC)
    with pytest.raises(Limited, match=rf"answered 429.*connection {source}_default.*, page 1\)") as raised:
        read(hook(source))
    assert timedelta(seconds=599) < raised.value.resume_at - before < timedelta(seconds=605)
    assert [request["status"] for request in sandbox.requests()] == [200, 429]


def test_with_the_reset_alone_to_go_by_the_task_waits_for_it(hook, sandbox, monkeypatch):
    monkeypatch.setattr(leonar, "headers", lambda *told: {"X-RateLimit-Reset": str(int(told[3]))})
    sandbox.limits("leonar", 3, 600)
    crm = hook("leonar")
    for _ in range(2):
        read(crm, owner=min(sandbox.world()["projects"]))
    assert str(crm.budget) == "budget not told"
    with pytest.raises(Limited, match="answered 429") as raised:
        read(crm)
    assert raised.value.resume_at > datetime.now(UTC) + timedelta(seconds=500)
    with pytest.raises(Limited, match="the source asks to wait"):
        read(crm)
    assert [request["status"] for request in sandbox.requests()] == [200, 200, 200, 429]


def test_with_retry_after_alone_to_go_by_the_task_waits_for_it(hook, sandbox):
    sandbox.readings(rate_headers="retry_after")
    sandbox.limits("recruitsome", 1, 600)
    ats = hook("recruitsome")
    with pytest.raises(Limited, match="answered 429") as raised:
        read(ats)
    assert raised.value.resume_at > datetime.now(UTC) + timedelta(seconds=500)
    with pytest.raises(Limited, match="the source asks to wait"):
        read(ats)
    assert [request["status"] for request in sandbox.requests()] == [200, 429]


def test_a_429_that_says_nothing_is_tried_again_and_then_left_to_the_tasks_retry(hook, sandbox):
    sandbox.readings(rate_headers="none")
    sandbox.limits("recruitsome", 1, 600)
    ats = hook("recruitsome")
    with pytest.raises(Limited, match="answered 429") as raised:
        read(ats)
    assert raised.value.resume_at is None
    assert [request["status"] for request in sandbox.requests()] == [200, 429, 429]
    assert ats.pace.width == 2


@pytest.mark.parametrize(("status", "name"), [(429, "limited"), (503, "server_trouble")])
def test_a_short_wait_is_waited_for_in_the_task(hook, sandbox, status, name):
    sandbox.trouble([{"effect": "status", "value": status, "path": "/candidates", "retry_after": 0.5, "times": 1}])
    ats = hook("recruitsome")
    assert read(ats).records
    assert ats.counts == {"requests": 3, name: 1}


def test_a_503_with_a_long_retry_after_is_waited_for_outside_the_task(hook, sandbox):
    sandbox.trouble([{"effect": "status", "value": 503, "path": "/candidates", "retry_after": 600}])
    with pytest.raises(Limited, match="the source asks to wait") as raised:
        read(hook("recruitsome"))
    assert raised.value.resume_at > datetime.now(UTC) + timedelta(seconds=500)
    assert [request["status"] for request in sandbox.requests()] == [200, 503]


@pytest.mark.parametrize(
    ("effect", "name"),
    [
        ({"effect": "status", "value": 408}, "server_trouble"),
        ({"effect": "status", "value": 502}, "server_trouble"),
        ({"effect": "status", "value": 429, "retry_after": 0}, "limited"),
        ({"effect": "reset"}, "link_trouble"),
        ({"effect": "truncate"}, "link_trouble"),
        ({"effect": "malformed"}, "unreadable_answer"),
    ],
    ids=str,
)
def test_a_fault_on_the_way_is_counted_by_its_kind(hook, sandbox, effect, name):
    sandbox.trouble([{**effect, "path": "/search", "times": 1}])
    crm = hook("leonar")
    assert read(crm).records
    assert crm.counts == {"requests": 3, name: 1}


@pytest.mark.parametrize(("source", "path"), [("leonar", "/search"), ("recruitsome", "/candidates")])
def test_a_connection_that_breaks_in_use_costs_a_request_that_is_counted(hook, sandbox, source, path):
    api_hook = hook(source)

    async def two_pages():
        (owner, *_) = await api_hook.owners()
        async with api_hook.reading(Slice(source, "default", api_hook.conn_id, owner)) as reader:
            return [await reader.read(number) for number in (1, 2)]

    sandbox.trouble([{"effect": "reset", "path": path, "pages": [2], "times": 1}])
    assert [page.number for page in asyncio.run(two_pages())] == [1, 2]
    assert api_hook.counts == {"requests": 4, "link_trouble": 1}
    assert len(sandbox.requests()) == 4


def test_what_a_person_must_mend_is_no_fault_on_the_way(hook):
    crm = hook("leonar", key="leo_wrong")
    with pytest.raises(Unauthorized):
        read(crm)
    assert crm.counts == {"requests": 1}


def test_the_same_key_at_the_same_place_is_one_account(hook, sandbox):
    accounts = [
        hook("leonar").account,
        hook("leonar", host=f"{sandbox.url}/api/v1/").account,
        hook("leonar", key="leo_other").account,
        hook("leonar", host="https://crm.example.com").account,
    ]
    assert accounts[0] == accounts[1]
    assert len(set(accounts)) == 3
    assert not any(b"leo_" in account for account in accounts)


def test_a_base_url_without_the_api_behind_it_is_named(hook, sandbox):
    with pytest.raises(Missing, match="Check the base URL in the connection's host"):
        read(hook("leonar", host=f"{sandbox.url}/nowhere"))


def test_a_redirect_does_not_take_the_key_elsewhere(hook, sandbox):
    class Redirect(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", f"{sandbox.url}{self.path}")
            self.end_headers()

        def log_message(self, *_):
            """Not to the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Redirect) as server:
        Thread(target=server.serve_forever).start()
        with pytest.raises(Refused, match="answered 302"):
            read(hook("leonar", host=f"http://127.0.0.1:{server.server_port}"))
        server.shutdown()
    assert not sandbox.requests()
