"""What reading costs: a day among 100,000 candidates is found by its position, a whole read asks for each page once."""

from bisect import bisect_left
from datetime import datetime, timedelta

import pytest

from include.sandbox.scale import Scale
from include.sandbox.server import Sandbox
from include.sandbox.world import World
from tests.dags.conftest import UNTIL
from tests.reading import Pipeline, asked, spent

DAY = timedelta(days=1)
DAG = "recruitsome_candidates"
OLD = UNTIL - 640 * DAY


@pytest.fixture(scope="module")
def many():
    """100,000 candidates of one user, some hundred a day, a third of a second to make."""
    scale = Scale(contacts=0, candidates=100_000, projects=1, users=1, days=1_000, until=UNTIL, odd=0)
    with Sandbox(World(scale)) as sandbox:
        yield sandbox


class Days:
    """The days of a world that may change while they are read."""

    def __init__(self, run, sandbox, sql):
        self.run = run
        self.sandbox = sandbox
        self.sql = sql

    def truth(self, start, end=None):
        """The candidates that live and were created from ``start`` on, for a day if no ``end`` is given."""
        with self.sandbox.state.lock:
            keys = self.sandbox.state.world.candidates.keys()
            begin, stop = (bisect_left(keys, int(moment.timestamp()) << 32) for moment in (start, end or start + DAY))
            return {str((key & 0xFFFFFFFF) + 1) for key in keys[begin:stop]}

    def read(self, start, end=None):
        """Run the interval DAG on it; its requests for candidates."""
        self.sandbox.forget()
        done = self.run(DAG, created_from=start.isoformat(), created_before=(end or start + DAY).isoformat())
        assert done.state == "success", done.log[-3000:]
        return spent(self.sandbox, "recruitsome")

    def held(self, start, end=None):
        found = self.sql(
            "select remote_id from recruiting.candidates where :from <= remote_created_at and remote_created_at < :to",
            **{"from": start, "to": end or start + DAY},
        )
        return {id for (id,) in found}

    def verdict(self):
        return self.sql("select verdict, reason from ingest.extractions order by id desc limit 1")[0]


class TestOneUser:
    """Of one user, and of a world that the tests share: each looks at its own days."""

    @pytest.fixture
    def sandbox(self, many):
        many.trouble([])
        many.readings(ties="stable")
        return many

    @pytest.fixture
    def days(self, run, sandbox, sql):
        return Days(run, sandbox, sql)

    @pytest.mark.parametrize("days_ago", [3, 333, 640, 999], ids=lambda days: f"{days} days ago")
    def test_an_old_day_is_found_in_fifteen_requests_and_its_own_pages(self, days, days_ago):
        start = UNTIL - days_ago * DAY
        requests = days.read(start)
        assert days.truth(start)
        assert days.held(start) == days.truth(start)
        assert days.verdict() == ("complete", None)
        assert requests <= 15 + pages(days.truth(start))

    def test_yesterday_costs_two_requests_and_its_own_pages(self, days):
        start = UNTIL - DAY
        requests = days.read(start)
        assert days.truth(start)
        assert days.held(start) == days.truth(start)
        assert requests <= 2 + pages(days.truth(start))

    def test_a_day_of_which_nothing_is_left_costs_no_more(self, days):
        gone = UNTIL - 2_000 * DAY
        assert days.read(gone) <= 15
        assert days.held(gone) == set()
        assert days.verdict() == ("complete", None)

    @pytest.mark.parametrize("start", [OLD - 100 * DAY, UNTIL - DAY], ids=["an old day", "yesterday"])
    @pytest.mark.parametrize("many_at_once", [1, 40], ids=["one by one", "forty at once"])
    def test_a_day_that_moves_while_it_is_searched_for_is_whole(self, days, sandbox, start, many_at_once):
        before = days.truth(start)
        path = {"path": "/candidates", "value": many_at_once}
        sandbox.trouble([{"effect": "insert", "every": 2, **path}, {"effect": "delete", "every": 3, **path}])
        requests = days.read(start)
        sandbox.trouble([])
        there_throughout = before & days.truth(start)
        assert there_throughout
        assert there_throughout <= days.held(start)
        verdict, reason = days.verdict()
        assert verdict == "complete" or reason
        assert requests <= 3 * (15 + pages(before))

    def test_an_old_day_of_which_a_thousand_rows_behind_it_vanish_at_once_is_whole(self, days, sandbox):
        start = OLD - 200 * DAY
        before = days.truth(start)
        sandbox.trouble([{"effect": "delete", "value": 1_000, "path": "/candidates", "after": 3, "times": 1}])
        days.read(start)
        assert before & days.truth(start) <= days.held(start)

    def test_a_bulk_import_of_one_second_is_read_whole_and_so_is_the_second_at_either_end(self, days, sandbox):
        start, end = OLD, OLD + DAY
        for moment, number in ((start, 300), (start + DAY / 2, 700), (end, 300)):
            sandbox.insert("candidates", number, owners=[1], created_at=moment.isoformat())
        truth = days.truth(start)
        assert len(truth) >= 1_000
        requests = days.read(start)
        assert days.held(start) == truth
        assert days.held(end) == set()
        assert requests <= 15 + pages(truth)

    def test_equal_timestamps_that_swap_are_whole_or_the_run_says_what_it_could_not_prove(self, days, sandbox):
        start = OLD + 50 * DAY
        sandbox.insert("candidates", 250, owners=[1], created_at=(start + DAY / 2).isoformat())
        sandbox.readings(ties="swapping")
        days.read(start)
        verdict, reason = days.verdict()
        assert days.held(start) == days.truth(start) or (verdict == "partial" and reason)
        assert verdict == "complete" or reason


class TestSeveralUsers:
    """Each user's repository has its own positions."""

    @pytest.fixture
    def scale(self):
        return Scale(contacts=0, candidates=9_000, projects=1, users=3, days=300, until=UNTIL, odd=0)

    @pytest.mark.parametrize("days_ago", [1, 200], ids=["yesterday", "an old day"])
    def test_the_day_is_found_in_the_repository_of_each(self, run, sandbox, sql, days_ago):
        # One of them has been here for a few days, and imported much at once.
        sandbox.insert("candidates", 1_000, owners=[2], created_at=(UNTIL - 5 * DAY).isoformat())
        days, start = Days(run, sandbox, sql), UNTIL - days_ago * DAY
        days.read(start)
        links = {
            (str(one["id"]), str(user))
            for one in sandbox.world()["candidates"]
            if one["live"] and start <= datetime.fromisoformat(one["created_at"]) < start + DAY
            for user in one["users"]
        }
        assert set(sql("select candidate_id, user_id::text from recruiting.candidate_users")) == links
        assert days.held(start) == days.truth(start)
        for user in sandbox.state.world.users:
            own = {id for id, owner in links if owner == str(user)}
            requests = sum(times for (owner, _), times in asked(sandbox, "recruitsome").items() if owner == str(user))
            assert requests <= (2 if days_ago == 1 else 15) + pages(own)


class TestEverything:
    """Whole reads of some thousand records."""

    @pytest.fixture
    def scale(self):
        return Scale(contacts=4_010, candidates=6_020, projects=2, users=2, days=300, until=UNTIL, odd=0)

    @pytest.mark.parametrize(("source", "size"), [("leonar", 25), ("recruitsome", 100)])
    def test_a_whole_read_asks_for_hardly_a_page_more_than_there_are(self, connect, engine, sandbox, source, size):
        counts = sandbox.counts()
        held = [counts["live_contacts"]] if source == "leonar" else counts["users"].values()
        Pipeline(engine, sandbox).ingest(source)
        assert spent(sandbox, source) <= 1.02 * sum(-(-number // size) for number in held)
        assert set(asked(sandbox, source).values()) == {1}


def pages(records):
    return -(-len(records) // 100)
