"""Cutting over a made-up CRM that counts by any reading of the created filters and of the totals."""

import asyncio
import math
from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include import cutting
from include.contract import BEGINNING, END, Page, Slice
from include.cutting import believable, windows
from include.sandbox.leonar_created import created_window
from include.sandbox.readings import Readings
from include.sources import SOURCES

LEONAR = SOURCES["leonar"]
WHOLE = Slice("leonar", "default", "leonar_default", "3c90c3cc-0d44-4b50-8888-8dd25736052a", scope="tenant")
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC).timestamp()
YEAR = 365 * 86400
COUNTS = ("exact", "total_is_crm", "filtered_is_page", "rounded", "null", "missing")
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "America/Los_Angeles")


@pytest.fixture(autouse=True)
def _windows_of_250_contacts(monkeypatch):
    monkeypatch.setattr(cutting, "WINDOW_PAGES", 10)


class Crm:
    """Answers counts as the sandbox does, and remembers what it was asked."""

    def __init__(self, moments, readings=None, meanwhile=lambda crm: None):
        self.moments = sorted(moments)
        self.readings = readings or Readings()
        self.meanwhile = meanwhile
        self.asked = []

    def found(self, slice):
        start, end = created_window(
            self.readings, slice.bounds.get("created_after"), slice.bounds.get("created_before")
        )
        return self.moments[bisect_left(self.moments, start) : bisect_left(self.moments, end)]

    async def count(self, slice):
        self.asked.append(dict(slice.bounds))
        self.meanwhile(self)
        n = len(self.found(slice))
        page = min(n, 25)
        said = {
            "exact": (n, n),
            "total_is_crm": (n, len(self.moments)),
            "filtered_is_page": (page, n),
            "rounded": (n // 100 * 100,),
        }.get(self.readings.counts, ())
        return believable(Page(1, [{}] * page, n <= 25, tuple(dict.fromkeys(said))))

    def cut(self, kept=(), today=TODAY, lately=None):
        return asyncio.run(windows(LEONAR, (WHOLE, lately), kept, self.count, today))

    def holds_all(self, sized):
        """Whether every moment is found by one of the slices."""
        held = [moment for slice, _ in sized for moment in self.found(slice)]
        return set(held) == set(self.moments) and len(held) >= len(self.moments)


def evenly(n, seconds=3 * YEAR, until=NOW, seed=7):
    rng = Random(seed)
    return [until - rng.random() * seconds for _ in range(n)]


def sizes(crm, sized):
    return [len(crm.found(slice)) for slice, _ in sized]


def reach(sized):
    """The ends of windows, oldest first."""
    return [(slice.window.start, slice.window.end) for slice, _ in sized]


@pytest.mark.parametrize("n", [0, 7, 25, 249, 250])
def test_a_small_crm_is_one_slice_and_costs_one_count(n):
    crm = Crm(evenly(n))
    assert crm.cut() == [(WHOLE, n)]
    assert crm.asked == [{}]


def test_a_crm_that_was_half_a_window_lately_is_not_counted():
    crm = Crm(evenly(1130))
    assert crm.cut(lately=125) == [(WHOLE, 125)]
    assert crm.asked == []
    assert len(crm.cut(lately=126)) == 5


def test_a_large_crm_is_cut_into_windows_that_follow_each_other():
    crm = Crm(evenly(1130))
    sized = crm.cut()
    assert len(sized) == 5
    assert crm.holds_all(sized)
    assert sum(sizes(crm, sized)) == 1130
    assert [held for _, held in sized] == sizes(crm, sized)
    assert all(0.5 * 226 < held < 1.5 * 226 for held in sizes(crm, sized))
    assert reach(sized)[0][0] == BEGINNING
    assert reach(sized)[-1][1] == END
    assert all(older[1] == newer[0] for older, newer in pairwise(reach(sized)))
    assert {(moment.hour, moment.minute) for _, moment in reach(sized)[:-1]} == {(0, 0)}
    assert sized[0][0].label.endswith(f"created before {reach(sized)[0][1]:%Y-%m-%d}")
    assert sized[-1][0].label.endswith(f"created since {reach(sized)[-1][0]:%Y-%m-%d}")
    assert all(slice.refreshes for slice, _ in sized)


@pytest.mark.parametrize("seconds", [20 * 86400, YEAR, 8 * YEAR], ids=["weeks", "a year", "years"])
def test_two_windows_cost_few_counts(seconds):
    crm = Crm(evenly(500, seconds))
    assert len(crm.cut()) == 2
    assert len(crm.asked) <= 10


@pytest.mark.parametrize(
    ("after", "before", "unit", "zone", "counts"),
    [
        *product(["inclusive", "exclusive"], ["inclusive", "exclusive"], ["moment", "date"], ZONES, COUNTS[:2]),
        *(("exclusive", "exclusive", "date", "Asia/Kolkata", counts) for counts in COUNTS[2:]),
        *(("inclusive", "exclusive", "moment", "UTC", counts) for counts in COUNTS[2:]),
    ],
)
def test_every_reading_ends_in_windows_that_hold_all_or_in_one_slice(after, before, unit, zone, counts):
    readings = Readings(created_after=after, created_before=before, created_unit=unit, created_zone=zone, counts=counts)
    crm = Crm(evenly(1130), readings)
    sized = crm.cut()
    assert crm.holds_all(sized)
    if counts in ("rounded", "null", "missing"):
        assert [slice for slice, _ in sized] == [WHOLE]
    else:
        assert len(sized) == 5
        assert sum(sizes(crm, sized)) <= 1130 * 1.01


@pytest.mark.parametrize("granularity", [10, 50, 100, 1000])
def test_round_counts_prove_nothing(granularity):
    readings = Readings(created_after="exclusive", created_before="exclusive", created_unit="date")

    class Rounding(Crm):
        async def count(self, slice):
            return len(self.found(slice)) // granularity * granularity

    for seed in range(20):
        crm = Rounding(evenly(3000 + seed, 30 * 86400, seed=seed), readings)
        assert crm.holds_all(crm.cut())


def test_a_count_that_happens_to_be_round_can_be_cut():
    cut = [Crm(evenly(1000, seed=seed)).cut() for seed in range(30)]
    assert all(len(sized) == 4 for sized in cut)


def test_records_that_come_while_one_counts_do_not_stand_in_for_those_in_a_gap():
    # Between "on an earlier day" and "on a later day" lies the day itself: as many as come meanwhile.
    readings = Readings(created_after="exclusive", created_before="exclusive", created_unit="date")
    for coming in range(6):

        def insert(crm, n=coming):
            crm.moments += [NOW + len(crm.asked)] * n

        crm = Crm(evenly(1130), readings, meanwhile=insert)
        assert crm.holds_all(crm.cut())


def test_records_that_go_while_one_counts_leave_no_gap():
    readings = Readings(created_after="exclusive", created_before="exclusive", created_unit="date")
    for going in range(1, 4):

        def delete(crm, n=going):
            del crm.moments[:n]

        crm = Crm(evenly(1130), readings, meanwhile=delete)
        assert crm.holds_all(crm.cut())


def test_an_import_of_everything_on_one_day_stays_one_slice():
    crm = Crm([NOW - 300 * 86400 + second for second in range(1130)])
    assert [slice for slice, _ in crm.cut()] == [WHOLE]
    assert len(crm.asked) <= 20


def test_an_import_of_many_on_one_day_is_one_window_between_others():
    crm = Crm([*evenly(700), *(NOW - 300 * 86400 + second for second in range(600))])
    sized = crm.cut()
    assert crm.holds_all(sized)
    assert 600 <= max(sizes(crm, sized)) <= 600 + 250
    assert len(sized) >= 3


def test_filters_that_filter_nothing_cut_nothing():
    class Deaf(Crm):
        def found(self, slice):
            return self.moments

    assert [slice for slice, _ in Deaf(evenly(1130)).cut()] == [WHOLE]


def test_filters_that_are_refused_cut_nothing():
    class Refusing(Crm):
        async def count(self, slice):
            return None if slice.bounds else await super().count(slice)

    crm = Refusing(evenly(1130))
    assert crm.cut() == [(WHOLE, 1130)]


def test_windows_are_kept_until_the_newest_has_outgrown():
    crm = Crm(evenly(1130))
    kept = crm.cut()
    crm.asked.clear()
    again = crm.cut(kept)
    assert again == kept
    assert crm.asked == [{}, kept[-1][0].bounds]
    crm.moments += sorted(evenly(400, 20 * 86400, until=NOW + 20 * 86400))
    grown = crm.cut(again, TODAY + timedelta(days=20))
    assert grown[:4] == kept[:4]
    assert len(grown) == 7
    assert crm.holds_all(grown)
    assert sum(sizes(crm, grown)) == 1530
    assert reach(grown)[4][0] == reach(kept)[4][0]
    assert crm.cut(grown, TODAY + timedelta(days=20)) == grown


def test_a_crm_that_has_shrunk_is_one_slice_again():
    crm = Crm(evenly(1130))
    kept = crm.cut()
    crm.moments = crm.moments[:200]
    assert crm.cut(kept) == [(WHOLE, 200)]


def test_kept_windows_are_read_under_the_present_project():
    crm = Crm(evenly(1130))
    kept = [(replace(slice, owner="of old", conn_id="of old"), held) for slice, held in crm.cut()]
    assert {(slice.owner, slice.conn_id) for slice, _ in crm.cut(kept)} == {(WHOLE.owner, WHOLE.conn_id)}


def test_a_source_without_created_filters_is_never_cut():
    source = SimpleNamespace(page_size=25, created=None)

    async def count(slice):
        return 10_000

    assert asyncio.run(windows(source, (WHOLE, None), [], count, TODAY)) == [(WHOLE, 10_000)]


@pytest.mark.parametrize(
    ("held", "last", "totals", "believed"),
    [
        (25, False, (400,), 400),
        (25, False, (25, 400), 400),
        (25, False, (400, 5000), 400),
        (25, False, (), None),
        (25, False, (25,), None),
        (25, False, (7,), None),
        (7, True, (7,), 7),
        (7, True, (7, 5000), 7),
        (7, True, (), 7),
        (7, True, (0,), None),
        (7, True, (5000,), None),
        (0, True, (0,), 0),
    ],
)
def test_a_total_is_believed_if_it_agrees_with_the_page(held, last, totals, believed):
    assert believable(Page(1, [{}] * held, last, totals)) == believed


@settings(max_examples=60, deadline=None)
@given(
    days=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 400)), min_size=1, max_size=12),
    readings=st.builds(
        Readings,
        created_after=st.sampled_from(["inclusive", "exclusive"]),
        created_before=st.sampled_from(["inclusive", "exclusive"]),
        created_unit=st.sampled_from(["moment", "date"]),
        created_zone=st.sampled_from(ZONES),
        counts=st.sampled_from(COUNTS),
    ),
)
def test_whatever_the_days_and_the_reading_nothing_is_lost_and_the_search_ends(days, readings):
    crm = Crm([NOW - day * 86400 + 150 * n for day, many in days for n in range(many)], readings)
    assert crm.holds_all(crm.cut())
    assert len(crm.asked) <= 8 + 16 * (math.ceil(len(crm.moments) / 250) - 1)


def test_windows_that_have_lost_a_contact_are_cut_anew():
    # Nobody works on Sundays, and a cut there proves nothing of what is dated so later.
    crm = Crm(evenly(1130), Readings(created_after="exclusive", created_before="exclusive", created_unit="date"))
    crm.moments = [at for at in crm.moments if datetime.fromtimestamp(at, UTC).weekday() < 5]
    sized = crm.cut()
    assert len(sized) > 1
    for slice, _ in sized[:-1]:
        late = Crm(sorted([*crm.moments, slice.window.end.timestamp() + 3600]), crm.readings)
        assert late.holds_all(late.cut(kept=sized))


def test_contacts_that_no_filter_finds_end_the_windows():
    crm = Crm(evenly(1130))
    sized = crm.cut()

    class Undated(Crm):
        async def count(self, slice):
            return await super().count(slice) + 40 * (not slice.bounds)

    ((slice, _),) = Undated(crm.moments).cut(kept=sized)
    assert slice.window is None
