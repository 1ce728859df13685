"""Nobody says how the two APIs mean it: under every reading of what is unknown, the rows are the world's."""

from datetime import timedelta
from typing import get_args, get_type_hints

import pytest

from include.contract import Window
from include.sandbox.readings import Readings
from include.sandbox.scale import Scale
from plugins.hooks import hook_of
from tests.dags.conftest import UNTIL
from tests.reading import PATHS, Pipeline, live

DAY = timedelta(days=1)
OLD_DAY = Window(UNTIL - 9 * DAY, UNTIL - 8 * DAY)
YESTERDAY = Window(UNTIL - DAY, UNTIL)
REFRESH = "recruitsome_candidates_refresh"


@pytest.fixture
def scale():
    return Scale(contacts=330, candidates=640, projects=2, users=2, days=20, until=UNTIL, odd=0)


@pytest.fixture
def pipeline(connect, engine, sandbox):
    return Pipeline(engine, sandbox)


def created(sandbox, source, window):
    return {id for id, moment in live(sandbox, source).items() if moment in window}


def honest(receipts):
    """Complete, or the receipt says why not."""
    return all(receipt["verdict"] == "complete" or receipt["reason"] for receipt in receipts)


def complete(receipts):
    return all(receipt["verdict"] == "complete" for receipt in receipts)


def reads_everything(pipeline, sandbox, source):
    """Two intervals, a refresh, and a second one that finds nobody gone; the receipts of the refreshes."""
    for window in (OLD_DAY, YESTERDAY):
        receipts = pipeline.ingest(source, window)
        assert honest(receipts)
        assert created(sandbox, source, window)
        assert created(sandbox, source, window) <= pipeline.held(source)
    both = []
    for _ in range(2):
        receipts = pipeline.refresh(source)
        assert honest(receipts)
        assert pipeline.held(source) == set(live(sandbox, source))
        assert pipeline.held(source, deleted=True) == set()
        both += receipts
    return both


SETTLED = [
    *(("leonar", {"order": order}) for order in ("newest", "oldest", "name", "shuffled")),
    *(("leonar", {"counts": counts}) for counts in ("total_is_crm", "filtered_is_page", "null", "missing")),
    ("leonar", {"contact_id": "always"}),
    ("recruitsome", {"rate_headers": "retry_after"}),
    ("recruitsome", {"rate_headers": "reset"}),
    ("recruitsome", {"rate_headers": "none"}),
    ("recruitsome", {"links": "query"}),
    ("recruitsome", {"health": "open"}),
]
"""By source, the readings under which a read can be proven complete."""


def named(reading):
    return ", ".join(f"{name} {value}" for name, value in reading.items()) if isinstance(reading, dict) else None


@pytest.mark.parametrize(("source", "reading"), SETTLED, ids=named)
def test_under_another_reading_every_row_arrives_and_the_read_is_complete(pipeline, sandbox, source, reading):
    sandbox.readings(**reading)
    assert complete(reads_everything(pipeline, sandbox, source))


def test_under_rounded_counts_every_row_arrives_and_the_receipt_says_what_is_not_proven(pipeline, sandbox):
    sandbox.readings(counts="rounded")
    for receipt in reads_everything(pipeline, sandbox, "leonar"):
        assert "reported 300 records" in receipt["reason"]


SWAPPING = [("leonar", {"order": "swapping"}), ("recruitsome", {"ties": "swapping"})]


@pytest.mark.parametrize(("source", "reading"), SWAPPING, ids=named)
@pytest.mark.parametrize("loaded", [False, True], ids=["first load", "refresh"])
def test_rows_that_swap_between_two_requests_are_there_or_the_receipt_says_so(
    pipeline, sandbox, source, reading, loaded
):
    # Far more equal keys than chance makes, over a page boundary of each repository.
    sandbox.insert("candidates", 130, owners=[1, 2], created_at=(OLD_DAY.start + DAY / 2).isoformat())
    wanted = set(live(sandbox, source))
    if loaded:
        pipeline.refresh(source)
        assert pipeline.held(source) == wanted
    sandbox.readings(**reading)
    for _ in range(2):
        receipts = pipeline.refresh(source)
        assert honest(receipts)
        assert pipeline.held(source, deleted=True) == set()
        assert pipeline.held(source) == wanted or not (loaded or complete(receipts))
    receipts = pipeline.ingest(source, OLD_DAY)
    assert honest(receipts)
    assert created(sandbox, source, OLD_DAY) <= pipeline.held(source) or not complete(receipts)


BOUNDS = [
    {"created_after": after, "created_before": before, "created_unit": unit, "created_zone": zone}
    for after, before, unit, zone in (
        ("exclusive", "exclusive", "moment", "UTC"),
        ("exclusive", "exclusive", "moment", "Pacific/Kiritimati"),
        ("exclusive", "exclusive", "moment", "Pacific/Pago_Pago"),
        ("exclusive", "exclusive", "date", "UTC"),
        ("exclusive", "exclusive", "date", "Pacific/Kiritimati"),
        ("exclusive", "exclusive", "date", "Pacific/Pago_Pago"),
        ("exclusive", "inclusive", "date", "America/Los_Angeles"),
        ("inclusive", "exclusive", "date", "Asia/Kolkata"),
        ("inclusive", "inclusive", "moment", "Asia/Kolkata"),
    )
]
TAKES = [{"created_takes": takes} for takes in ("date", "datetime")]


@pytest.mark.parametrize("reading", [*BOUNDS, *TAKES], ids=lambda reading: ", ".join(reading.values()))
def test_whatever_the_created_filters_mean_no_contact_of_the_interval_is_missed(pipeline, sandbox, reading):
    for moment in (OLD_DAY.start, OLD_DAY.end - timedelta(seconds=1)):
        sandbox.insert("contacts", 2, created_at=moment.isoformat())
    sandbox.readings(**reading)
    receipts = pipeline.ingest("leonar", OLD_DAY)
    assert complete(receipts)
    assert created(sandbox, "leonar", OLD_DAY) <= pipeline.held("leonar")


@pytest.mark.parametrize("pages", ["empty", "repeat"])
@pytest.mark.parametrize(
    ("source", "reading"),
    [("leonar", {}), ("leonar", {"counts": "missing"}), ("recruitsome", {})],
    ids=["leonar", "leonar without counts", "recruitsome"],
)
def test_an_answer_that_never_says_it_is_over_is_read_to_its_end(pipeline, sandbox, source, reading, pages):
    sandbox.readings(**reading)
    sandbox.trouble([{"effect": "endless", "value": pages, "path": PATHS[source]}])
    receipts = reads_everything(pipeline, sandbox, source)
    # An empty page is an end; the last one again and again is none that could be believed.
    assert complete(receipts) or pages == "repeat"


@pytest.mark.parametrize("off", ["+300", "-1", 0], ids=lambda off: f"totals {off}")
@pytest.mark.parametrize("source", PATHS)
def test_totals_that_lie_lose_no_row_and_bury_none(pipeline, sandbox, source, off):
    sandbox.trouble([{"effect": "totals", "value": off, "path": PATHS[source]}])
    assert not complete(reads_everything(pipeline, sandbox, source))


@pytest.mark.parametrize("source", PATHS)
def test_pages_that_are_past_the_end_by_the_time_they_are_asked_for_are_no_fault(pipeline, sandbox, source):
    before = set(live(sandbox, source))
    # A fifth and more goes after the first page has promised it.
    gone = len(before) // 4
    sandbox.trouble([{"effect": "delete", "value": gone, "path": PATHS[source], "after": 1, "times": 1}])
    receipts = pipeline.ingest(source)
    assert honest(receipts)
    assert len(live(sandbox, source)) == len(before) - gone
    assert set(live(sandbox, source)) <= pipeline.held(source) <= before


@pytest.mark.parametrize("reading", ["retry_after", "reset", "none"])
def test_a_limit_that_is_told_with_a_429_alone_or_not_at_all_costs_no_row(pipeline, sandbox, reading):
    sandbox.readings(rate_headers=reading)
    sandbox.limits("recruitsome", 6, 0.5)
    receipts = pipeline.ingest("recruitsome")
    assert complete(receipts)
    assert sum(receipt["limited"] for receipt in receipts if "limited" in receipt) > 0
    assert pipeline.held("recruitsome") == set(live(sandbox, "recruitsome"))


@pytest.mark.parametrize("reading", ["empty", "missing"])
def test_a_page_behind_the_last_is_the_end_however_it_is_answered(pipeline, sandbox, reading):
    sandbox.readings(past_end=reading)
    sandbox.trouble([{"effect": "totals", "value": "+60"}])
    (receipt,) = pipeline.refresh("leonar")
    assert receipt["verdict"] == "partial"
    assert pipeline.held("leonar") >= set(live(sandbox, "leonar"))
    sandbox.trouble([{"effect": "delete", "value": 30, "pages": [2], "times": 1}])
    (receipt,) = pipeline.refresh("leonar")
    assert receipt["verdict"] == "complete"
    assert pipeline.held("leonar") >= set(live(sandbox, "leonar"))


class TestLeavers:
    """A user leaves; the team no longer lists the user, and nobody has deleted the candidates."""

    @pytest.fixture
    def scale(self):
        # Fewer than a fifth are the leaver's alone: the gate on mass deletions is not what saves them.
        return Scale(contacts=0, candidates=400, projects=1, users=5, days=20, until=UNTIL, odd=0)

    @pytest.mark.parametrize("reading", ["readable", "empty", "missing"])
    def test_the_candidates_of_a_leaver_stay(self, run, sandbox, sql, reading):
        run(REFRESH)
        rows = sql("select remote_id from recruiting.candidates order by 1")
        links = sql("select candidate_id, user_id from recruiting.candidate_users order by 1, 2")
        sandbox.readings(leavers=reading)
        sandbox.leave(2)
        done = run(REFRESH)
        assert done.state == "success", done.log[-3000:]
        alive = "where remote_deleted_at is null order by"
        assert sql(f"select remote_id from recruiting.candidates {alive} 1") == rows
        assert sql(f"select candidate_id, user_id from recruiting.candidate_users {alive} 1, 2") == links
        last = "select verdict, reason from ingest.extractions where owner = '2' order by id desc limit 1"
        ((verdict, reason),) = sql(last)
        assert verdict == ("complete" if reading == "readable" else "partial")
        assert verdict == "complete" or "user 2 is no longer listed" in reason


@pytest.mark.parametrize("reading", ["key", "open"])
def test_the_test_button_works_whether_or_not_health_wants_a_key(connect, sandbox, reading):
    sandbox.readings(health=reading)
    done, found = hook_of("recruitsome", "recruitsome_default").test_connection()
    assert done, found
    connect("recruitsome_default", key="recruitsome_wrong")
    done, found = hook_of("recruitsome", "recruitsome_default").test_connection()
    assert not done
    assert "Put a valid key" in found


def test_every_reading_of_the_sandbox_is_tried():
    tried = {pair for _, reading in [*SETTLED, *SWAPPING] for pair in reading.items()}
    tried |= {pair for reading in [*BOUNDS, *TAKES] for pair in reading.items()}
    tried |= {
        ("counts", "rounded"),
        ("past_end", "missing"),
        *(("leavers", one) for one in ("readable", "empty", "missing")),
    }
    default = set(Readings().to_json().items())
    every = {(name, value) for name, hint in get_type_hints(Readings).items() for value in get_args(hint)}
    assert every <= tried | default
