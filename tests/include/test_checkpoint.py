"""What sheets prove, and which pages are to be looked at once more."""

import pytest

from include.checkpoint import Audit, Reading, Sheet, Verdict, alike

SIZE = 10


def sheet(number, total=50, *, records=SIZE, doubled=False, shifted=None, last=False):
    totals = frozenset(total if isinstance(total, tuple) else () if total is None else (total,))
    return Sheet(1, number, last, totals, records, doubled, shifted)


def audit(*changed, distinct=50, total=50, **rest):
    """Five full pages of fifty records, some of them otherwise."""
    sheets = {number: sheet(number, total, last=number == 5, **rest) for number in range(1, 6)}
    sheets |= {one.number: one for one in changed}
    return Audit([sheets[number] for number in sorted(sheets)], distinct, SIZE)


def test_pages_of_one_state_need_no_second_look():
    assert not audit().changed
    assert not audit().suspects
    assert audit().matched
    assert audit().total == 50


@pytest.mark.parametrize("number", [1, 3, 5])
def test_another_total_tells_of_a_change(number):
    assert audit(sheet(number, 51, last=number == 5)).changed


@pytest.mark.parametrize(
    ("changed", "suspects"),
    [
        ([sheet(2, doubled=True)], {2}),
        ([sheet(2, doubled=True, shifted=True), sheet(3, doubled=True, shifted=False)], {2}),
        ([sheet(2, doubled=True, shifted=False), sheet(3, doubled=True, shifted=False)], set()),
    ],
    ids=["seen once", "moved on", "listed twice"],
)
def test_a_record_on_two_pages_is_looked_at_until_a_second_look_agrees(changed, suspects):
    assert audit(*changed).suspects == audit(*changed).doubled == suspects


@pytest.mark.parametrize(
    ("total", "distinct", "matched"),
    [(50, 50, True), (51, 50, False), ((25, 50), 50, True), ((7, 90), 50, False), (None, 50, True), (50, 49, False)],
)
def test_the_records_are_matched_with_what_the_source_says(total, distinct, matched):
    assert audit(total=total, distinct=distinct).matched is matched


def test_a_count_of_the_page_itself_is_no_total():
    pages = [sheet(number, (SIZE, 45)) for number in range(1, 5)]
    found = Audit([*pages, sheet(5, (5, 45), records=5, last=True)], 45, SIZE)
    assert found.matched
    assert found.total == 45
    assert not found.changed


def test_what_readings_tell_alike():
    one, other, silent = (Reading(1, 1, False, frozenset(totals), 3) for totals in ((7, 9), (9, 8), ()))
    assert alike([], SIZE) is None
    assert alike([silent], SIZE) is None
    assert alike([one, silent, other], SIZE) == {9}
    assert alike([one, Reading(1, 2, True, frozenset({4}), 1)], SIZE) == frozenset()


def test_without_a_total_only_a_second_look_at_every_page_tells():
    assert audit(total=None).changed
    assert not audit(total=None, shifted=False).changed
    assert audit(sheet(3, None, shifted=True), total=None, shifted=False).changed


def test_one_page_alone_is_one_moment():
    assert not Audit([sheet(1, None, last=True)], SIZE, SIZE).changed
    assert not Audit([], 0, SIZE).changed
    assert Audit([], 0, SIZE).total is None


def test_a_page_short_of_what_is_promised_is_looked_at_once_more():
    assert audit(sheet(3, records=4), distinct=44).suspects == {3}
    assert not audit(sheet(3, records=4, shifted=False), distinct=44).suspects
    assert not audit(sheet(3, records=4), distinct=50).suspects


def test_a_verdict_is_one_word():
    assert [str(Verdict(True)), str(Verdict(False, "it moved"))] == ["complete", "partial"]
