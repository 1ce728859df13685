"""Records come and go while one reads: what was there throughout is there in the end, and the receipt tells of it."""

import pytest

from include.sandbox.scale import Scale
from tests.dags.conftest import UNTIL
from tests.reading import KINDS, PATHS, Pipeline, live, slices, spent

REFRESH = {"leonar": "leonar_contacts_refresh", "recruitsome": "recruitsome_candidates_refresh"}
DRIFT = {"seen", "duplicate", "moved", "missed"}


@pytest.fixture
def world(request):
    """The size of the world and its seed, where a test is parametrised by them."""
    return getattr(request, "param", {})


@pytest.fixture
def scale(world):
    return Scale(**{"contacts": 510, "candidates": 1_950, "seed": 7, **world}, projects=1, users=1, until=UNTIL, odd=0)


@pytest.fixture
def pipeline(connect, engine, sandbox):
    return Pipeline(engine, sandbox)


def busy(source, **where):
    """Inserts on every fifth request for records and deletes on every seventh."""
    path = {"path": PATHS[source]}
    return [{"effect": "insert", "value": 1, "every": 5, **path}, {"effect": "delete", "value": 1, "every": 7, **path}]


def pages(sandbox, source):
    """The fewest requests that a whole read takes."""
    return -(-len(live(sandbox, source)) // {"leonar": 25, "recruitsome": 100}[source])


@pytest.mark.parametrize("world", [{"contacts": 6_000, "candidates": 6_000}], ids=["6,000"], indirect=True)
@pytest.mark.parametrize("source", PATHS)
def test_a_refresh_of_6000_moving_records_misses_and_buries_none_that_was_there_throughout(run, sandbox, sql, source):
    def held(state):
        return {
            id for (id,) in sql(f"select remote_id from recruiting.{KINDS[source]} where remote_deleted_at {state}")
        }

    assert run(REFRESH[source]).state == "success"
    before = set(live(sandbox, source))
    assert held("is null") == before
    sandbox.trouble(busy(source))
    done = run(REFRESH[source])
    assert done.state == "success", done.log[-3000:]
    after = set(live(sandbox, source))
    assert before - after
    assert after - before
    assert before & after <= held("is null")
    assert not held("is not null") & after
    verdicts = sql("select verdict, reason, counts from ingest.extractions order by id desc")
    verdict, reason, counts = verdicts[0]
    assert verdict == "complete" or (verdict == "partial" and reason)
    assert counts.keys() >= DRIFT
    assert counts["moved"] > 0


@pytest.mark.parametrize(
    ("world", "source", "order"),
    [
        ({"seed": 1}, "leonar", "newest"),
        ({"seed": 2}, "leonar", "oldest"),
        ({"seed": 3}, "leonar", "shuffled"),
        ({"seed": 4}, "recruitsome", "newest"),
        ({"seed": 5}, "recruitsome", "newest"),
    ],
    ids=["contacts, newest first", "contacts, oldest first", "contacts, shuffled", "candidates", "other candidates"],
    indirect=["world"],
)
def test_whatever_the_order_records_move_without_being_lost(pipeline, sandbox, source, order):
    sandbox.readings(order=order)
    before = set(live(sandbox, source))
    for _ in range(2):
        sandbox.trouble(busy(source))
        (receipt,) = pipeline.refresh(source)
        sandbox.trouble([])
        after = set(live(sandbox, source))
        assert before & after <= pipeline.held(source)
        assert not pipeline.held(source, deleted=True) & after
        assert receipt["verdict"] == "complete" or receipt["reason"]
        assert receipt.keys() >= DRIFT
        before = after
    (quiet,) = pipeline.refresh(source)
    assert quiet["verdict"] == "complete"
    assert pipeline.held(source) == before
    assert (quiet["seen"], quiet["duplicate"], quiet["moved"], quiet["missed"]) == (len(before), 0, 0, 0)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9], ids=str)
@pytest.mark.parametrize("effect", ["insert", "delete"])
@pytest.mark.parametrize("source", PATHS)
def test_a_single_movement_costs_less_than_a_second_read_and_ends_complete(pipeline, sandbox, source, effect, share):
    least = pages(sandbox, source)
    before = set(live(sandbox, source))
    sandbox.trouble([{"effect": effect, "value": 1, "path": PATHS[source], "after": int(least * share), "times": 1}])
    (receipt,) = pipeline.refresh(source)
    after = set(live(sandbox, source))
    assert len(before ^ after) == 1
    assert receipt["verdict"] == "complete", receipt["reason"]
    # What was deleted after it had been read is buried by the next refresh.
    assert after <= pipeline.held(source) <= before | after
    # Near the end nearly every page is older than the movement, and some are in flight.
    assert spent(sandbox, source) < 2 * least + (8 if share > 0.5 else 0)


@pytest.mark.parametrize("source", PATHS)
def test_a_quiet_read_asks_for_each_page_once_and_tells_that_nothing_moved(pipeline, sandbox, source):
    (receipt,) = pipeline.refresh(source)
    assert spent(sandbox, source) == pages(sandbox, source)
    assert len(slices(sandbox, source)) == 1
    assert receipt["seen"] == receipt["records"] == len(live(sandbox, source))
    assert (receipt["duplicate"], receipt["moved"], receipt["missed"]) == (0, 0, 0)
