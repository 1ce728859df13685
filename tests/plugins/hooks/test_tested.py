"""The Test button of the connection form, against the sandbox over HTTP."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from plugins.portless import without_port
from tests.plugins.hooks.conftest import KEYS

NOWHERE = "00000000-0000-4000-8000-000000000000"


def pressed(hook):
    """Whether the Test button is green, and what it says."""
    return hook.test_connection()


@pytest.fixture
def projects(sandbox):
    """The ids of the sandbox's projects."""
    return sorted(sandbox.world()["projects"])


def test_it_says_how_many_owners_there_are_and_what_is_left_of_the_budget(hook):
    done, found = pressed(hook("leonar"))
    assert done
    assert re.fullmatch(r"2 projects, 1,999 of 2,000 requests left until \d\d:\d\d:\d\d UTC", found)
    done, found = pressed(hook("recruitsome"))
    assert done
    assert found == "health ok, 2 users, 4,998 of 5,000 requests left"


def test_a_source_that_tells_nothing_of_its_budget_has_one_that_is_not_told(hook, sandbox):
    sandbox.readings(rate_headers="none")
    assert pressed(hook("recruitsome")) == (True, "health ok, 2 users, budget not told")


def test_it_counts_the_owners_that_the_connection_names(hook, projects):
    done, found = pressed(hook("leonar", project_ids=projects[0].upper()))
    assert done
    assert found.startswith("2 projects, 1 of them in project_ids, 1,999 of 2,000")


@pytest.mark.parametrize(
    ("source", "given", "said"),
    [
        ("leonar", {"project_ids": [NOWHERE]}, f"project_ids names {NOWHERE}, not among the 2 projects that Leonar"),
        ("recruitsome", {"user_ids": "1, 77,78"}, "user_ids names 77, 78, not among the 2 users that Recruitsome"),
        ("recruitsome", {"user_ids": list(range(71, 80))}, "71, 72, 73, 74, 75 and 4 more, not among"),
    ],
)
def test_an_owner_that_the_source_does_not_list_is_named(hook, source, given, said):
    done, message = pressed(hook(source, **given))
    assert not done
    assert said in message
    assert f"Mend {next(iter(given))}" in message


def test_a_key_that_may_read_under_an_owner_needs_not_list_them(hook, sandbox):
    sandbox.trouble([{"effect": "status", "value": 403, "path": "/team"}])
    done, message = pressed(hook("recruitsome"))
    assert not done
    assert "Give the key the scope" in message
    done, message = pressed(hook("recruitsome", user_ids=[1]))
    assert done
    assert message.startswith("health ok, user 1 can be read, 4,99")


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"budget_reserve": 2}, "budget_reserve in the extra is not a number from 0 to 0.95"),
        ({"max_concurrency": "many"}, "max_concurrency in the extra is not a number from 1 to 64"),
        ({"filters": "all"}, "filters is not an object"),
        ({"filters": {"shoe_size": 44}}, "the filter shoe_size is unknown. Leonar takes job_titles,"),
        ({"project_ids": ["not a uuid"]}, "one of the project_ids is not a UUID"),
        ({"project_ids": {"a": 1}}, "project_ids is not a list of ids"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_field_that_no_run_could_use_is_named_before_anything_is_sent(hook, sandbox, extra, said):
    done, message = pressed(hook("leonar", **extra))
    assert not done
    assert said in message
    assert not re.search("task|trigger|not a uuid\\b", message)
    assert not sandbox.requests()


@pytest.mark.parametrize(
    ("source", "key", "said"),
    [
        (
            "leonar",
            "leo_wrong",
            r"Leonar answered 401, invalid_api_key.*\. Put a valid key of this Base URL into the field API key\.",
        ),
        (
            "recruitsome",
            "recruitsome_scopeless",
            r"answered 403, INSUFFICIENT_SCOPE.* Give the key the scope or the",
        ),
    ],
)
def test_a_wrong_key_is_said_with_the_field_that_mends_it(hook, source, key, said):
    done, message = pressed(hook(source, key=key))
    assert not done
    assert re.search(said, message)
    assert key not in message
    assert not re.search("connection|task", message)


def test_a_host_that_is_not_there_is_said_soon(hook):
    done, message = pressed(hook("leonar", host="http://127.0.0.1:9"))
    assert not done
    assert re.fullmatch(r"Leonar did not answer: \w+\. Check the field Base URL, .*", message)


@pytest.mark.parametrize("host", ["http://app.example.com", "ftp://127.0.0.1", " "])
def test_a_base_url_that_is_none_or_would_give_the_key_away_is_refused(hook, host):
    done, message = pressed(hook("leonar", host=host))
    assert not done
    assert message.endswith("Put the base URL, like https://app.leonar.app/api/v1, in host.")


def test_a_path_without_the_api_behind_it_is_said(hook, sandbox):
    done, message = pressed(hook("leonar", host=f"{sandbox.url}/nowhere"))
    assert not done
    assert "Check the base URL" in message


def test_a_web_page_instead_of_the_api_is_said(hook):
    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Log in</title>")

        def log_message(self, *_):
            """Not to the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever).start()
        done, message = pressed(hook("leonar", host=f"http://127.0.0.1:{server.server_port}"))
        server.shutdown()
    assert not done
    assert message.startswith("Leonar did not answer with JSON, but a web page: is the base URL right. Check the field")


def test_a_spent_budget_is_no_fault_of_the_connection(hook, sandbox):
    sandbox.trouble([{"effect": "status", "value": 429, "retry_after": 600}])
    done, message = pressed(hook("leonar"))
    assert not done
    assert re.search(r"until \d\d:\d\d:\d\d UTC\. The key is accepted, and nothing has to be mended", message)


def test_a_server_in_trouble_is_the_vendors(hook, sandbox):
    sandbox.trouble([{"effect": "status", "value": 502}])
    assert pressed(hook("leonar")) == (
        False,
        "Leonar answered 502. The vendor is in trouble: try again later.",
    )


@pytest.fixture
def form(api, monkeypatch):
    """Adds a connection as the UI does, presses its Test button, and removes it."""
    monkeypatch.setenv("AIRFLOW__CORE__TEST_CONNECTION", "Enabled")
    # As airflow.api_fastapi.main does, by which the API server starts.
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    path = "/api/v2/connections"

    def test(**fields):
        made = api.admin.post(path, json={"connection_id": "leonar_form", "conn_type": "leonar", **fields})
        assert made.status_code == 201, made.text
        try:
            listed = api.admin.get(f"{path}/leonar_form").json()
            names = ("connection_id", "conn_type", "description", "host", "login", "password", "schema")
            blank = {name: listed[name] or "" for name in names}
            pressed = {**blank, "extra": listed["extra"] or "{}", "port": listed["port"] or 0}
            return api.admin.post(f"{path}/test", json=pressed).json()
        finally:
            api.admin.delete(f"{path}/leonar_form")

    return test


@pytest.mark.filterwarnings("ignore:The HMAC key is")
def test_the_button_of_a_connection_without_a_port_tests_it_with_the_key_that_is_stored(form, sandbox):
    answer = form(host=sandbox.url, password=KEYS["leonar"])
    assert answer["status"] is True, answer
    assert answer["message"].startswith("2 projects, 1,999 of 2,000 requests left")


@pytest.mark.filterwarnings("ignore:The HMAC key is")
def test_the_button_shows_what_is_wrong_and_no_made_up_id(form, sandbox):
    extra = {"project_ids": NOWHERE, "filters": {"keywords": ["python"]}, "budget_reserve": 0.2}
    answer = form(host=sandbox.url, password=KEYS["leonar"], extra=json.dumps(extra))
    assert answer["status"] is False
    assert answer["message"] == (
        f"project_ids names {NOWHERE}, not among the 2 projects that Leonar lists for this key. "
        "Mend project_ids; one that has left, and is still to be read, may stay."
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"conn_type": "leonar", "port": 8080}',
        b'{"conn_type": "postgres", "port": 0}',
        b'{"conn_type": "leonar"}',
        b"[0]",
        b"{",
        b"\xff",
    ],
)
def test_what_is_not_a_connection_of_ours_with_port_0_is_left_as_it_came(body):
    assert without_port(body) == body
