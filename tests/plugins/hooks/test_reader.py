"""The words in which pages are asked for, against a vendor that accepts some of them."""

import asyncio
from datetime import UTC, datetime

import pytest

from include.contract import Page, Slice, Window
from include.errors import Missing, Refused, ServerTrouble, Unauthorized
from include.sources import SOURCES
from plugins.hooks.reader import SliceReader

PROJECT = "3c90c3cc-0d44-4b50-8888-8dd257360521"
DAY = Window(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC))


class Vendor:
    """Answers with what the test decides for a request: a page, or an error."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def ask(self, request, read, **where):
        self.asked.append(request.json)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def reader(vendor, window=DAY):
    slice = Slice("leonar", "acme", "leonar_acme", PROJECT, scope="tenant", window=window)
    return SliceReader(SOURCES["leonar"], slice, vendor.ask)


def read(vendor, *numbers, window=DAY):
    async def all_of_them():
        reading = reader(vendor, window)
        return [await reading.read(number) for number in numbers]

    return asyncio.run(all_of_them())


def page(number):
    return Page(number, [{}], last=False)


def test_a_source_that_refuses_dates_is_asked_with_date_times_from_then_on():
    vendor = Vendor(Refused("400"), page(1), page(2))
    assert read(vendor, 1, 2) == [page(1), page(2)]
    assert [asked["created_after"] for asked in vendor.asked] == [
        "2026-11-18",
        "2026-11-18T00:00:00Z",
        "2026-11-18T00:00:00Z",
    ]


def test_of_two_refusals_the_first_is_told():
    vendor = Vendor(Refused("the first"), Refused("the second"))
    with pytest.raises(Refused, match="the first"):
        read(vendor, 1)


@pytest.mark.parametrize("fault", [Refused("400"), Missing("404")])
def test_without_a_window_there_is_nothing_to_spell(fault):
    vendor = Vendor(fault)
    with pytest.raises(type(fault)):
        read(vendor, 1, window=None)
    assert len(vendor.asked) == 1


@pytest.mark.parametrize("fault", [Refused("400"), Missing("404")])
def test_a_page_that_is_missing_after_another_was_answered_lies_behind_the_last(fault):
    assert read(Vendor(page(1), fault), 1, 9) == [page(1), Page(9, (), last=True, refused=True)]


@pytest.mark.parametrize("fault", [ServerTrouble("500"), Unauthorized("401")])
def test_any_other_fault_is_one(fault):
    with pytest.raises(type(fault)):
        read(Vendor(page(1), fault), 1, 9)


def test_a_task_that_goes_on_with_a_missing_page_looks_whether_the_first_is_there():
    assert read(Vendor(Missing("404"), page(1), page(8)), 9, 8) == [Page(9, (), last=True, refused=True), page(8)]
    with pytest.raises(Missing, match="the ninth"):
        read(Vendor(Missing("the ninth"), Missing("the first")), 9)
