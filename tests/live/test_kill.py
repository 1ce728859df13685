"""SIGKILL for a task in the middle of its extract: the next try goes on where it stopped."""

from collections import Counter

import psutil
import pytest

from tests.dags.test_refresh import key_of
from tests.ingestion import rows

pytestmark = pytest.mark.timeout(600)

DAG = "leonar_contacts_refresh"
PAGE_SIZE, MAX_CONCURRENCY = 25, 8
LANDED = """
    select pages.number from ingest.pages join ingest.extractions on extractions.id = pages.extraction_id
    where extractions.tenant = 'killed'
"""
SESSIONS = """
    select count(*) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""


@pytest.fixture
def killed(live):
    """A demo in which nothing happens, with an empty tenant whose source is slow."""
    live.settle()
    live.connect("killed")
    live.control("DELETE", "requests")
    live.control("PUT", "trouble", [{"effect": "latency", "value": 0.5, "vendor": "leonar"}])
    yield live
    live.control("PUT", "trouble", [])


def asked_of(live):
    """The numbers of the pages that a refresh has asked for; the interval DAGs ask by date."""
    log = live.control("GET", "requests", {"vendor": "leonar", "path": "/sourcing/contacts/search"})
    return [request["page"] for request in log if "created_after" not in request["body"]]


def test_a_task_killed_in_the_middle_of_extract_asks_for_no_landed_page_again(killed):
    path = killed.trigger(DAG, "leonar_killed")
    killed.wait(lambda: len(rows(killed.engine, LANDED)) >= 20, "twenty landed pages")
    task = killed.ask("GET", f"{path}/taskInstances/ingest.extract/0")
    process = psutil.Process(task["pid"])
    assert task["id"] in " ".join(process.cmdline())
    process.kill()
    killed.wait(lambda: rows(killed.engine, SESSIONS) == [0], "the end of its sessions")
    landed, before = set(rows(killed.engine, LANDED)), len(asked_of(killed))
    killed.control("PUT", "trouble", [])

    killed.wait(lambda: killed.ask("GET", path)["state"] in ("success", "failed"), "the end of the run")
    # Plan has counted the CRM by its first page.
    asked = asked_of(killed)[1:]
    assert killed.ask("GET", path)["state"] == "success"
    assert killed.ask("GET", f"{path}/taskInstances/ingest.extract/0")["try_number"] == 2

    living = {key_of(contact) for contact in killed.control("GET", "world")["contacts"] if contact["live"]}
    everything = set(range(1, -(-len(living) // PAGE_SIZE) + 1))
    assert len(landed) >= 20
    assert everything - landed
    assert set(asked) == everything
    assert not landed & set(asked[before - 1 :])
    twice = {page: times for page, times in Counter(asked).items() if times > 1}
    assert len(twice) <= MAX_CONCURRENCY
    assert set(twice.values()) <= {2}
    assert set(rows(killed.engine, "select remote_id from recruiting.contacts where tenant = 'killed'")) == living
    assert rows(killed.engine, "select verdict from ingest.extractions where tenant = 'killed'") == ["complete"]
