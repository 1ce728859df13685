"""How the page words numbers and moments."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from plugins.page.wording import ago, counted, number, stamp

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


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
