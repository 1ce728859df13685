from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.budget import LONGEST_WAIT, SECOND, Budget, retry_after

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
    assert Budget().left(0.1, NOW) is None
    assert retry_after({}, NOW) is None
    assert str(Budget()) == "budget not told"


@pytest.mark.parametrize(("value", "seconds"), [("7", 7), ("Sat, 21 Nov 2026 12:00:30 GMT", 30), ("0", 0)])
def test_retry_after_comes_in_seconds_or_as_a_date(value, seconds):
    assert retry_after({"Retry-After": value}, NOW) == NOW + timedelta(seconds=seconds)


def test_a_reset_in_seconds_from_now_is_understood():
    assert Budget.of({"X-RateLimit-Reset": "20"}, NOW).resets_at == NOW + timedelta(seconds=20)


@pytest.mark.parametrize(("remaining", "left"), [(1500, 1300), (201, 1), (200, 0), (0, 0)])
def test_the_reserve_is_kept_for_others(remaining, left):
    assert Budget(2000, remaining, RESET).left(0.1, NOW) == left


def test_a_window_binds_nobody_once_it_is_over_and_a_reset_in_whole_seconds_may_be_one_late():
    budget = Budget(2000, 0, RESET)
    assert budget.left(0.1, RESET) == 0
    assert not budget.over(RESET)
    assert budget.left(0.1, RESET + SECOND) is None
    assert budget.over(RESET + SECOND)


def test_without_a_limit_the_reserve_is_nothing():
    assert Budget(None, 1, RESET).left(0.5, NOW) == 1
    assert Budget(None, 0, RESET).left(0.5, NOW) == 0


def test_of_two_answers_about_one_window_the_lower_count_is_later():
    early, late = Budget(100, 50, RESET), Budget(100, 40, RESET)
    assert early.after(late, NOW) == late
    assert late.after(early, NOW) == late
    assert late.after(Budget(), NOW) == late


def test_a_reset_that_drifts_by_less_than_a_second_is_still_the_same_window():
    late, drifted = Budget(100, 40, RESET), Budget(100, 50, RESET + SECOND / 2)
    assert late.after(drifted, NOW).remaining == 40


def test_a_new_window_counts_anew_and_an_answer_from_the_old_one_does_not():
    old, new = Budget(100, 40, RESET), Budget(100, 99, RESET + timedelta(hours=1))
    assert old.after(new, NOW) == new
    assert new.after(old, NOW) == new


def test_without_a_reset_a_small_rise_is_an_answer_overtaken_and_a_large_one_a_new_window():
    late = Budget(100, 40)
    assert late.after(Budget(100, 47), NOW, most=8) == late
    assert late.after(Budget(100, 99), NOW, most=8) == Budget(100, 99)


def test_what_is_over_gives_way_even_to_an_answer_that_says_nothing():
    assert Budget(100, 0, RESET).after(Budget(), RESET + SECOND) == Budget()


def test_an_answer_that_tells_only_the_reset_does_not_undo_what_was_told():
    told = Budget(100, 3, RESET)
    assert told.after(Budget(resets_at=RESET), NOW) == told


NAMES = ["Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]
told_headers = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.text(), st.integers().map(str)))


@given(told_headers)
def test_no_header_breaks_it_or_makes_it_wait_longer_than_a_window(headers):
    budget = Budget.of(headers, NOW)
    assert budget.resets_at is None or budget.resets_at <= NOW + LONGEST_WAIT
    assert (retry_after(headers, NOW) or NOW) <= NOW + LONGEST_WAIT
    str(budget)


@given(st.permutations(range(40, 48)), st.booleans())
def test_in_whichever_order_the_answers_of_one_window_come_the_least_is_believed(counts, told):
    budget = Budget()
    for remaining in counts:
        budget = budget.after(Budget(100, remaining, RESET if told else None), NOW, most=8)
    assert budget.remaining == 40
