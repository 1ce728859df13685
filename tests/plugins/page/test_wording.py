"""How the page words numbers and moments."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from include.budget import Budget
from include.warehouse.budgets import Told
from plugins.page.wording import ago, counted, lasting, number, spending, stamp

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
SOON = NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_a_moment_is_told_in_its_largest_unit(past, words):
    assert ago(NOW - past, NOW) == words


def test_a_moment_is_told_in_utc_for_people_and_machines():
    moment = datetime(2026, 11, 22, 9, 30, 5, 123, tzinfo=timezone(timedelta(hours=2)))
    assert stamp(moment) == '<time datetime="2026-11-22T07:30:05+00:00">2026-11-22 07:30 UTC</time>'


def test_thousands_are_set_apart_and_one_is_singular():
    assert number(1_234_567) == "1,234,567"
    assert [counted(n, "page") for n in (0, 1, 1_000)] == ["0 pages", "1 page", "1,000 pages"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "a minute"), (60, "a minute"), (61, "2 minutes"), (3_601, "2 hours"), (86_400, "24 hours")],
)
def test_a_length_of_time_is_rounded_up(seconds, words):
    assert lasting(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (
            Budget(2_000, 1_873, NOW + timedelta(minutes=30)),
            "1,873 of 2,000 requests left until 08:00 UTC, reserve 200",
        ),
        (
            Budget(2_000, 127, NOW - timedelta(minutes=1)),
            "renewed since 127 of 2,000 requests were left 2 hours ago, reserve 200",
        ),
        (Budget(None, 60, SOON), "60 requests left until 08:00 UTC"),
        (Budget(5_000, 60), "60 of 5,000 requests left 2 hours ago, reserve 500"),
    ],
    ids=str,
)
def test_a_budget_is_told_with_its_reset(budget, words):
    value, more = spending(Told(budget, 0.1, NOW - timedelta(hours=2)), NOW)
    assert re.sub(r"<[^>]+>", "", f"{value} {more}") == words


def test_a_source_that_tells_nothing_has_a_budget_that_is_not_told():
    assert " ".join(spending(None, NOW)) == "not told by the source"
