from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.errors import Misconfigured
from include.planning import listed, moment, window

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
