from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.budget import LONGEST_WAIT, Budget

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RESET = NOW + timedelta(minutes=10)
HEADERS = {
    "X-RateLimit-Limit": "2000",
    "X-RateLimit-Remaining": "1500",
    "X-RateLimit-Reset": str(int(RESET.timestamp())),
}


def test_the_three_headers_are_the_budget():
    assert Budget.of(HEADERS, NOW) == Budget(2000, 1500, RESET)
    assert str(Budget.of(HEADERS, NOW)) == "1,500 of 2,000 requests left until 12:10:00 UTC"


def test_without_headers_nothing_is_told_and_nothing_is_spent():
    assert Budget.of({}, NOW) == Budget()
    assert not Budget().spent(0.1, NOW)
    assert str(Budget()) == "budget not told"


@pytest.mark.parametrize(("value", "seconds"), [("7", 7), ("Sat, 21 Nov 2026 12:00:30 GMT", 30), ("0", 0)])
def test_retry_after_comes_in_seconds_or_as_a_date(value, seconds):
    assert Budget.of({"Retry-After": value}, NOW).resets_at == NOW + timedelta(seconds=seconds)


def test_a_reset_in_seconds_from_now_is_understood():
    assert Budget.of({"X-RateLimit-Reset": "20"}, NOW).resets_at == NOW + timedelta(seconds=20)


@pytest.mark.parametrize(("remaining", "spent"), [(201, False), (200, True), (0, True)])
def test_the_reserve_is_kept_for_others(remaining, spent):
    assert Budget(2000, remaining, RESET).spent(0.1, NOW) is spent


def test_a_window_that_is_over_binds_nobody():
    assert not Budget(2000, 0, RESET).spent(0.1, RESET)


def test_without_a_limit_only_nothing_left_is_spent():
    assert not Budget(None, 1, RESET).spent(0.5, NOW)
    assert Budget(None, 0, RESET).spent(0.5, NOW)


def test_of_two_answers_about_one_window_the_lower_count_is_later():
    early, late = Budget(100, 50, RESET), Budget(100, 40, RESET)
    assert early.after(late) == late
    assert late.after(early) == late
    renewed = Budget(100, 99, RESET + timedelta(hours=1))
    assert late.after(renewed) == renewed
    assert late.after(Budget()) == late


NAMES = ["Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]


@given(st.dictionaries(st.sampled_from(NAMES), st.one_of(st.text(), st.integers().map(str))))
def test_no_header_breaks_it_or_makes_it_wait_longer_than_a_window(headers):
    budget = Budget.of(headers, NOW)
    assert budget.resets_at is None or NOW <= budget.resets_at <= NOW + LONGEST_WAIT
    str(budget)
