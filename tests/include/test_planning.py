import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.budget import Budget
from include.contract import BEGINNING, END, Slice, Window
from include.errors import Misconfigured
from include.planning import affordable, forecast, listed, moment, refresh, window
from include.sources import SOURCES
from include.warehouse.staleness import Extracted, Past

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
DAY = (datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC))


def test_a_scheduled_run_takes_its_data_interval():
    assert (window(None, None, DAY, NOW).start, window(None, None, DAY, NOW).end) == DAY


def test_a_run_without_interval_and_params_takes_the_last_complete_day():
    assert str(window(None, None, None, NOW)) == "2026-11-20 to 2026-11-21"


def test_created_from_alone_reaches_to_the_present_in_a_run_without_interval():
    assert str(window("2026-11-01", None, None, NOW)) == "2026-11-01 to 2026-11-21 15:30:00"


def test_the_params_override_the_interval():
    assert str(window("2026-11-01", "2026-11-03T06:00:00+02:00", DAY, NOW)) == "2026-11-01 to 2026-11-03 04:00:00"


def test_a_moment_without_offset_is_utc():
    assert moment("created_from", " 2026-11-20T08:00:00 ") == datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize("given", ["yesterday", "2026-13-01", "20/11/2026", ""])
def test_what_is_no_moment_is_refused_by_name(given):
    with pytest.raises(Misconfigured, match="the param created_from is not a date or date-time"):
        moment("created_from", given)


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(Misconfigured, match="the window would start at 2026-11-05 00:00 and end at 2026-11-05 00:00"):
        window("2026-11-05", "2026-11-05", None, NOW)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.timedeltas(timedelta(1)))
def test_any_interval_is_taken_as_it_is(start, length):
    end = start + min(length, timedelta(days=9999))
    taken = window(None, None, (start, end), NOW)
    assert (taken.start, taken.end) == (start, end)
    assert start in taken
    assert end not in taken


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        (None, []),
        ("", []),
        ([], []),
        ("1, 2;3\n4", ["1", "2", "3", "4"]),
        ([1, "2", 2], ["1", "2"]),
        (7, ["7"]),
        (["a", " b "], ["a", "b"]),
    ],
)
def test_ids_come_as_list_or_text(given, ids):
    assert listed("user_ids", given) == ids


@pytest.mark.parametrize("given", [True, [None], {"a": 1}, [True], [[1]], 1.5])
def test_what_is_no_list_of_ids_is_refused_by_name(given):
    with pytest.raises(Misconfigured, match="user_ids is not a list of ids"):
        listed("user_ids", given)


LEONAR, RECRUITSOME = SOURCES["leonar"], SOURCES["recruitsome"]
CUTS = [BEGINNING, *(datetime(2020 + year, 1, 1, tzinfo=UTC) for year in range(3)), END]
WINDOWS = [
    Slice(
        "leonar", "acme", "leonar_acme", "p", scope="tenant", window=Window(start, end), bounds={"created_after": "x"}
    )
    for start, end in pairwise(CUTS)
]
USERS = [Slice("recruitsome", "acme", "recruitsome_acme", owner) for owner in "5678"]


def past(source, *read):
    """A ledger in which these slices were read completely, one after the other, each with 250 records."""
    return Past(source, [Extracted(id, slice, NOW, True, 250) for id, slice in enumerate(read, start=1)])


def sized(slices, records=250):
    return [(slice, records) for slice in slices]


def read_again(past, slices):
    """What a refresh would read of slices that nobody counts."""

    async def count(slice):
        raise AssertionError("it was asked for")

    return [slice for slice, _ in asyncio.run(refresh(slices, past, count, NOW))]


def test_a_window_that_is_open_at_an_end_says_so():
    assert [window.label for window in WINDOWS] == [
        "p · created before 2020-01-01",
        "p · created 2020-01-01 to 2021-01-01",
        "p · created 2021-01-01 to 2022-01-01",
        "p · created since 2022-01-01",
    ]


def test_users_that_were_never_read_come_first_and_then_the_stalest():
    assert read_again(past(RECRUITSOME), USERS) == USERS
    known = past(RECRUITSOME, USERS[3], USERS[0], USERS[1])
    assert read_again(known, USERS) == [USERS[2], USERS[3], USERS[0], USERS[1]]


@pytest.mark.parametrize(
    "configured",
    [{"listed": False}, {"filters": {"skills": ["SQL"]}}, {"scope": "owner"}],
    ids=["known from before alone", "narrowed", "a project's own"],
)
def test_only_a_whole_crm_is_counted(configured):
    whole = replace(WINDOWS[0], window=None, bounds={}, **configured)
    assert read_again(past(LEONAR), [whole]) == [whole]


@pytest.mark.parametrize(("left", "many"), [(None, 4), (1000, 4), (40, 4), (39, 3), (20, 2), (19, 1), (5, 1), (0, 1)])
def test_windows_are_read_as_far_as_the_budget_goes_and_one_always(left, many):
    known = past(LEONAR, *WINDOWS)
    assert affordable(sized(WINDOWS), known, left) == sized(WINDOWS[:many])


@pytest.mark.parametrize(("left", "many"), [(0, 3), (30, 3), (40, 4)])
def test_windows_that_were_never_read_are_read_whatever_is_left(left, many):
    known = past(LEONAR, WINDOWS[3])
    assert affordable(sized(WINDOWS), known, left) == sized(WINDOWS[:many])


def test_users_wait_for_the_budget_and_are_not_left_out():
    known = past(RECRUITSOME, *USERS)
    assert affordable(sized(USERS), known, 0) == sized(USERS)


def budget(remaining, minutes=30, limit=2000):
    return Budget(limit, remaining, NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("source", "slices", "budget", "said"),
    [
        (LEONAR, sized(WINDOWS), budget(1990), "40 pages expected: 1,790 may be spent now, nothing has to wait"),
        (LEONAR, sized(WINDOWS), budget(240), "40 pages expected: 40 may be spent now, nothing has to wait"),
        (
            LEONAR,
            sized(WINDOWS),
            budget(239),
            "40 pages expected: 39 may be spent now, the rest waits for 1 reset of the budget, about 0 h 30 min in all",
        ),
        (
            LEONAR,
            sized(WINDOWS, 25_000),
            budget(700, minutes=7.5),
            "4,000 pages expected: 500 may be spent now, the rest waits for 2 resets of the budget, "
            "about 1 h 08 min in all",
        ),
        (
            LEONAR,
            sized(WINDOWS, 25_000),
            budget(100),
            "4,000 pages expected: 0 may be spent now, the rest waits for 3 resets of the budget, "
            "about 2 h 30 min in all",
        ),
        (
            RECRUITSOME,
            sized(USERS, 250),
            budget(10, limit=60),
            "12 pages expected: 4 may be spent now, the rest waits until the budget is renewed, "
            "and nobody says how often that is",
        ),
        (
            RECRUITSOME,
            sized(USERS, 250),
            Budget(),
            "12 pages expected: what of it has to wait is not known before the first answer",
        ),
        (LEONAR, sized(WINDOWS, None), budget(1990), "pages expected: not known before the first read"),
        (
            RECRUITSOME,
            [*sized(USERS[:2], 0), *sized(USERS[2:], None)],
            budget(5000, limit=5000),
            "2 pages expected, and those of 2 slices that are not known before the first read: "
            "4,500 may be spent now, nothing has to wait",
        ),
    ],
)
def test_plan_says_what_a_run_spends_and_how_long_it_waits(source, slices, budget, said):
    assert forecast(source, slices, budget, 0.1, NOW) == f"{budget}; {said}"
