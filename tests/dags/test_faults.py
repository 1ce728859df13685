"""Every way an answer can fail, on every place of a read: all rows, a green run, each fault in the receipt."""

from collections import Counter

import aiohttp
import pytest

from include.sandbox.scale import Scale
from include.sandbox.server import Sandbox
from include.sandbox.world import World
from plugins.hooks import api
from tests.dags.conftest import UNTIL
from tests.reading import KINDS, PATHS, Pipeline, asked, faults, live, slices

STALL = 5
FAULTS = {
    "500": ({"effect": "status", "value": 500}, "server_trouble"),
    "502 in HTML": ({"effect": "status", "value": 502}, "server_trouble"),
    "503": ({"effect": "status", "value": 503, "retry_after": 0}, "server_trouble"),
    "reset": ({"effect": "reset"}, "link_trouble"),
    "truncated": ({"effect": "truncate"}, "link_trouble"),
    "malformed": ({"effect": "malformed"}, "unreadable_answer"),
    "stalled": ({"effect": "stall", "value": STALL}, "link_trouble"),
    "429": ({"effect": "status", "value": 429, "retry_after": 0.2}, "limited"),
}
PAGES = {"first": 1, "middle": 3, "last": 5}
REFRESH = {"leonar": "leonar_contacts_refresh", "recruitsome": "recruitsome_candidates_refresh"}


@pytest.fixture(scope="module")
def sandbox():
    # Five pages each, and eighty in the long run: a fault on the tenth request, eight times.
    small = Scale(contacts=110, candidates=430, projects=1, users=1, days=20, until=UNTIL, odd=0)
    with Sandbox(World(small)) as sandbox:
        yield sandbox


@pytest.fixture
def impatient(monkeypatch):
    """A stall is a fault once it outlasts the time-out."""

    def impatient(seconds):
        timeout = aiohttp.ClientTimeout(total=90, sock_connect=10, sock_read=seconds)
        monkeypatch.setattr(api, "TIMEOUT", timeout)

    return impatient


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source", PATHS)
def test_a_fault_costs_one_request_and_no_row(connect, engine, sandbox, impatient, source, fault, place):
    if fault == "stalled":
        impatient(2)
    rule, kind = FAULTS[fault]
    sandbox.trouble([{**rule, "path": PATHS[source], "pages": [PAGES[place]], "times": 1}])
    sandbox.forget()
    pipeline = Pipeline(engine, sandbox)
    (receipt,) = pipeline.ingest(source)
    assert pipeline.held(source) == set(live(sandbox, source))
    assert receipt["verdict"] == "complete", receipt["reason"]
    assert faults(receipt) == {kind: 1}
    (slice,) = slices(sandbox, source)
    expected = Counter({(slice.owner, page): 1 for page in range(1, 6)}) + Counter([(slice.owner, PAGES[place])])
    assert asked(sandbox, source) == expected
    assert receipt["requests"] == 6


class TestEveryTenthRequest:
    """A world of its own: eighty pages and more."""

    @pytest.fixture
    def sandbox(self):
        scale = Scale(contacts=2_000, candidates=8_000, projects=1, users=1, days=20, until=UNTIL, odd=0)
        with Sandbox(World(scale)) as sandbox:
            yield sandbox

    @pytest.mark.parametrize("source", PATHS)
    def test_failing_once_in_all_eight_ways_leaves_the_run_green_and_whole(self, run, sandbox, sql, impatient, source):
        impatient(STALL - 2)
        sandbox.trouble(
            [
                {**rule, "path": PATHS[source], "after": 10 * number - 1, "times": 1}
                for number, (rule, _) in enumerate(FAULTS.values(), start=1)
            ]
        )
        done = run(REFRESH[source])
        assert done.state == "success", done.log[-3000:]
        assert set(done.tasks.values()) == {"success"}
        held = {
            id for (id,) in sql(f"select remote_id from recruiting.{KINDS[source]} where remote_deleted_at is null")
        }
        assert held == set(live(sandbox, source))
        ((verdict, counts),) = sql("select verdict, counts from ingest.extractions")
        assert verdict == "complete"
        assert Counter(faults(counts)) == Counter(kind for _, kind in FAULTS.values())
        assert counts["requests"] == 80 + len(FAULTS)
        assert all(kind in done.log for kind in faults(counts))
