"""The story of an extraction, told to a real ledger in Postgres by a vendor whose pages the test decides."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include import everything, pages
from include.contract import Page, Slice, Window
from include.errors import EndlessAnswer, Limited, Refused, ServerTrouble
from include.extraction import Extraction
from include.sources import SOURCES
from include.warehouse.landing import Landing

SOURCE = SOURCES["recruitsome"]
SIZE = SOURCE.page_size
START = datetime(2026, 11, 1, tzinfo=UTC)
EVERYTHING = Slice("recruitsome", "acme", "recruitsome_acme", "1")


def candidates(count, step=timedelta(minutes=10)):
    return [{"id": number, "created_at": (START + number * step).isoformat()} for number in range(1, count + 1)]


class Vendor:
    """A vendor's list endpoint: its records, what happens on which request, and what was asked for."""

    def __init__(self, records, *, totals=lambda total: (total,)):
        self.records = list(records)
        self.totals = totals
        self.asked = []
        self.events = {}

    def on(self, request, event):
        self.events[request] = event
        return self

    async def read(self, number):
        self.asked.append(number)
        event = self.events.pop(len(self.asked), lambda page: page)
        await asyncio.sleep(0)
        changed = event(self.page(number))
        if isinstance(changed, Exception):
            raise changed
        return changed

    def page(self, number):
        held = self.records[::-1][(number - 1) * SIZE : number * SIZE]
        return Page(number, held, number * SIZE >= len(self.records), self.totals(len(self.records)))


@pytest.fixture
def extract(engine):
    runs = iter(range(10**6))

    def extract(vendor, slice=EVERYTHING, run=None, width=8):
        run = run or f"run {next(runs)}"
        landing = Landing.open(engine, SOURCE, slice, dag_id="a", run_id=run, map_index=0)
        landing.verdict = asyncio.run(Extraction(SOURCE, slice, vendor, landing, width=width).run())
        landing.counts = landing.complete(landing.verdict)
        return landing

    return extract


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 12 * SIZE])
def test_every_record_lands_and_each_page_is_asked_for_once(extract, count):
    vendor = Vendor(candidates(count))
    landed = extract(vendor)
    assert landed.verdict.complete
    assert landed.counts["records"] == count
    assert sorted(vendor.asked) == list(range(1, max(1, -(-count // SIZE)) + 1))


@pytest.mark.parametrize(
    ("totals", "complete"),
    [
        (lambda total: (), True),
        (lambda total: (total, 99_999), True),
        (lambda total: (SIZE, total), True),
        (lambda total: (0,), False),
        (lambda total: (total - 1,), False),
        (lambda total: (total + 40 * SIZE,), False),
        (lambda total: (1,), False),
    ],
    ids=["none", "one of two", "the page's own", "nothing", "too few", "far too many", "one"],
)
def test_whatever_the_total_says_every_record_lands(extract, totals, complete):
    landed = extract(Vendor(candidates(7 * SIZE), totals=totals))
    assert landed.counts["records"] == 7 * SIZE
    assert landed.verdict.complete is complete
    assert complete or "the source reported" in landed.verdict.reason


def test_a_total_that_promises_too_much_costs_the_requests_in_flight_and_a_look_at_the_last_pages(extract):
    vendor = Vendor(candidates(7 * SIZE), totals=lambda total: (total + 100 * SIZE,))
    extract(vendor, width=4)
    assert len(vendor.asked) <= 7 + 1 + 4 + 3


def test_a_page_that_wrongly_says_it_is_the_last_is_not_believed(extract):
    vendor = Vendor(candidates(7 * SIZE)).on(3, lambda page: replace(page, last=True))
    landed = extract(vendor)
    assert landed.counts["records"] == 7 * SIZE
    assert landed.verdict.complete


@pytest.mark.parametrize("at", [3, 7])
@pytest.mark.parametrize(
    "lie",
    [lambda page: [], lambda page: page.records[:40], lambda page: page.records[1:]],
    ids=["empty", "half", "one"],
)
def test_a_page_that_came_short_once_is_read_again(extract, lie, at):
    vendor = Vendor(candidates(7 * SIZE)).on(at, lambda page: replace(page, records=lie(page)))
    landed = extract(vendor)
    assert landed.counts["records"] == 7 * SIZE
    assert landed.verdict.complete
    assert len(vendor.asked) <= 7 + 1 + 3


def test_a_page_that_always_comes_short_makes_it_partial_and_loses_nothing_else(extract):
    vendor = Vendor(candidates(7 * SIZE))
    page = vendor.page
    vendor.page = lambda number: replace(page(number), records=[]) if number == 3 else page(number)
    landed = extract(vendor)
    assert landed.verdict.reason == "the source reported 700 records, its pages held 600"
    assert landed.counts["missed"] == SIZE
    assert sorted(vendor.asked) == [1, 2, 3, 3, 4, 5, 6, 7]


def test_has_more_for_ever_with_the_same_records_ends_as_partial(extract):
    vendor = Vendor(candidates(2 * SIZE))
    vendor.page = lambda number: Page(number, vendor.records[-SIZE:] if number > 1 else vendor.records[:SIZE], False)
    landed = extract(vendor)
    assert landed.counts["records"] == 2 * SIZE
    assert not landed.verdict.complete
    assert len(vendor.asked) <= pages.PASSES * (2 + everything.BARREN_PAGES)


def test_has_more_for_ever_with_new_records_is_stopped(extract, monkeypatch):
    monkeypatch.setattr(everything, "MOST_PAGES", 20)
    vendor = Vendor([])
    vendor.page = lambda number: Page(number, [{"id": number}], False)
    with pytest.raises(EndlessAnswer, match=r"connection recruitsome_acme, user 1.*What was read has landed"):
        extract(vendor)


@pytest.mark.parametrize("request_number", [1, 2, 9, 12])
def test_after_a_fault_only_what_has_not_landed_is_asked_for_again(extract, request_number):
    vendor = Vendor(candidates(12 * SIZE)).on(request_number, lambda _: ServerTrouble("500"))
    with pytest.raises(ServerTrouble):
        extract(vendor, run="again")
    landed = extract(vendor, run="again")
    assert landed.verdict.complete
    assert landed.counts["records"] == 12 * SIZE
    assert len(vendor.asked) == 12 + 1


def test_a_completed_extraction_is_begun_anew(extract):
    vendor = Vendor(candidates(2 * SIZE))
    assert extract(vendor, run="cleared").id != extract(vendor, run="cleared").id
    assert sorted(vendor.asked) == [1, 1, 2, 2]


def test_of_several_faults_the_one_that_a_person_must_mend_is_raised(extract):
    vendor = Vendor(candidates(12 * SIZE))
    vendor.on(2, lambda _: ServerTrouble("500")).on(3, lambda _: Limited("429")).on(4, lambda _: Refused("422"))
    with pytest.raises(Refused):
        extract(vendor)


@pytest.mark.parametrize("at", [2, 5, 11])
def test_a_record_that_was_there_throughout_is_not_missed_when_another_is_deleted(extract, at):
    vendor = Vendor(candidates(12 * SIZE))

    def delete_the_newest(page):
        del vendor.records[-1]
        return page

    landed = extract(vendor.on(at, delete_the_newest), width=1)
    assert landed.verdict.complete
    assert landed.counts["records"] == 12 * SIZE
    assert landed.counts["moved"] == len(vendor.asked) - 12 == at + 1


@pytest.mark.parametrize("at", [2, 5, 11])
def test_a_record_that_comes_while_one_reads_costs_the_pages_before_it(extract, at):
    vendor = Vendor(candidates(12 * SIZE - 5))

    def insert(page):
        vendor.records.append({"id": 10**6})
        return page

    landed = extract(vendor.on(at, insert), width=1)
    assert landed.verdict.complete
    assert landed.counts["records"] == 12 * SIZE - 4
    assert len(vendor.asked) <= 12 + at + 2


def test_records_that_swap_their_pages_once_are_all_found_by_reading_those_pages_again(extract):
    vendor = Vendor(candidates(12 * SIZE))

    def swap(page):
        # Page 5 has been read, page 6 comes with the last of 5 in place of its own first.
        first, last = 12 * SIZE - 5 * SIZE - 1, 12 * SIZE - 5 * SIZE
        vendor.records[first], vendor.records[last] = vendor.records[last], vendor.records[first]
        return vendor.page(page.number)

    landed = extract(vendor.on(6, swap), width=1)
    assert landed.verdict.complete
    assert landed.counts["records"] == 12 * SIZE
    assert sorted(vendor.asked) == sorted([*range(1, 13), 5, 6])


def test_a_record_that_the_source_lists_twice_costs_a_second_look_and_proves_nothing(extract):
    vendor = Vendor([*candidates(3 * SIZE - 1), {"id": 7}])
    landed = extract(vendor)
    assert landed.verdict.reason == "the source reported 300 records, its pages held 299"
    assert (landed.counts["duplicate"], landed.counts["missed"]) == (1, 1)
    assert len(vendor.asked) <= 3 + 4


def test_without_a_total_a_second_look_must_agree(extract):
    vendor = Vendor(candidates(12 * SIZE), totals=lambda total: ())

    def delete_the_newest(page):
        del vendor.records[-1]
        return page

    landed = extract(vendor.on(5, delete_the_newest), width=1)
    assert landed.verdict.complete
    assert landed.counts["records"] == 12 * SIZE
    assert len(vendor.asked) == 3 * 12


def test_records_that_never_rest_end_as_partial(extract):
    vendor = Vendor(candidates(5 * SIZE))
    page = vendor.page
    vendor.page = lambda number: (vendor.records.append({"id": f"new {len(vendor.asked)}"}), page(number))[1]
    landed = extract(vendor, width=2)
    assert landed.verdict.reason == "records kept moving through 3 passes"


@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize(
    "lie",
    [lambda page: replace(page, last=True), lambda page: replace(page, records=[], last=True)],
    ids=["last", "empty"],
)
def test_a_lie_on_the_way_to_a_window_is_not_believed(extract, at, lie):
    vendor = Vendor(candidates(20 * SIZE)).on(at, lie)
    slice = windowed(timedelta(minutes=10 * 3 * SIZE), timedelta(minutes=10 * 9 * SIZE))
    landed = extract(vendor, slice)
    ids = {
        str(record["id"])
        for reading in landed.readings()
        for record in landed.page(reading.attempt, reading.number).records
    }
    assert landed.verdict.complete
    assert ids_between(vendor, slice) <= ids


def test_an_absurd_total_does_not_outgrow_the_cap(extract, monkeypatch):
    monkeypatch.setattr(everything, "MOST_PAGES", 20)
    vendor = Vendor([])
    vendor.page = lambda number: Page(number, [{"id": number}], False, (2**62,))
    with pytest.raises(EndlessAnswer):
        extract(vendor)
    assert len(vendor.asked) == 20 + 1


def windowed(start, end):
    return replace(EVERYTHING, window=Window(START + start, START + end), strategy="search")


def ids_between(vendor, slice):
    return {str(record["id"]) for record in vendor.records if SOURCE.created_at(record) in slice.window}


def landed_ids(landing, numbers):
    pages = [landing.page(1, number) for number in numbers]
    return {str(record["id"]) for page in pages for record in page.records}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(0, 30 * SIZE),
    start=st.integers(0, 32 * SIZE),
    length=st.integers(1, 3 * SIZE),
    step=st.sampled_from([0, 1, 10]),
    told=st.booleans(),
)
def test_a_window_is_found_wherever_it_lies(extract, count, start, length, step, told):
    step = timedelta(minutes=step)
    slice = windowed(start * (step or timedelta(minutes=1)), (start + length) * (step or timedelta(minutes=1)))
    totals = (lambda total: (total,)) if told else (lambda total: ())
    vendor = Vendor(candidates(count, step), totals=totals)
    landed = extract(vendor, slice)
    assert landed.verdict.complete
    assert ids_between(vendor, slice) <= landed_ids(landed, set(vendor.asked))
    assert len(vendor.asked) == len(set(vendor.asked)) * (1 if told or len(set(vendor.asked)) < 2 else 2)


def test_an_old_day_of_many_is_found_in_a_few_requests(extract):
    vendor = Vendor(candidates(100_000, timedelta(minutes=1)))
    slice = windowed(timedelta(days=20), timedelta(days=21))
    landed = extract(vendor, slice)
    assert ids_between(vendor, slice) <= landed_ids(landed, set(vendor.asked))
    assert len(vendor.asked) <= 15 + -(-1440 // SIZE)


def test_yesterday_of_many_is_read_from_the_newest(extract):
    vendor = Vendor(candidates(100_000, timedelta(minutes=1)))
    last = 100_000 * timedelta(minutes=1)
    landed = extract(vendor, windowed(last - timedelta(days=1), last + timedelta(minutes=1)))
    assert landed.verdict.complete
    assert len(vendor.asked) <= 2 + -(-1440 // SIZE)


@pytest.mark.parametrize("every", [1, 2, 5])
def test_a_list_that_never_rests_is_not_read_for_ever(extract, every):
    vendor = Vendor(candidates(12 * SIZE))
    page = vendor.page

    def restless(number):
        if len(vendor.asked) % every == 0:
            vendor.records.append({"id": f"new {len(vendor.asked)}"})
        return page(number)

    vendor.page = restless
    extract(vendor)
    assert len(vendor.asked) <= 3 * (12 + 4) * 2


def test_a_first_page_that_fails_is_not_asked_for_by_every_worker(extract):
    vendor = Vendor(candidates(20 * SIZE))
    page = vendor.page

    def failing(number):
        changed = len(vendor.asked) >= 5
        if number == 1 and changed:
            raise ServerTrouble("500")
        return replace(page(number), totals=(20 * SIZE + changed,))

    vendor.page = failing
    with pytest.raises(ServerTrouble):
        extract(vendor)
    assert vendor.asked.count(1) == 2


@pytest.mark.parametrize("told", [True, False])
def test_a_refused_page_where_more_was_promised_is_no_end(extract, told):
    totals = (lambda total: (total,)) if told else (lambda total: ())
    vendor = Vendor(candidates(20 * SIZE), totals=totals)
    page = vendor.page
    vendor.page = lambda number: page(number) if number <= 17 else Page(number, (), last=True, refused=True)
    assert not extract(vendor).verdict.complete


def test_a_search_in_an_endless_answer_ends(extract):
    vendor = Vendor([])
    young = candidates(SIZE)
    vendor.page = lambda number: Page(number, young, False)
    with pytest.raises(EndlessAnswer):
        extract(vendor, windowed(-timedelta(days=9), -timedelta(days=8)))
    assert len(vendor.asked) < 30


def oldest_first(vendor):
    """Where the order is another: one of page 1 goes, and what comes is the last."""
    vendor.records = [{"id": "new"}, *vendor.records[:-3], *vendor.records[-2:]]


def given_late(vendor):
    """An old candidate is put into the repository while one of page 1 goes."""
    middle = len(vendor.records) // 4
    vendor.records = [*vendor.records[:middle], {"id": "old"}, *vendor.records[middle:-3], *vendor.records[-2:]]


@pytest.mark.parametrize("change", [oldest_first, given_late])
@pytest.mark.parametrize("at", [3, 8])
def test_what_moved_while_nobody_read_is_found_by_a_look_at_the_last_page(extract, monkeypatch, change, at):
    monkeypatch.setattr(everything, "LONGEST_REST", timedelta())
    vendor = Vendor(candidates(12 * SIZE)).on(at, lambda _: Limited("429"))
    with pytest.raises(Limited):
        extract(vendor, run="again", width=1)
    before = {str(record["id"]) for record in vendor.records}
    change(vendor)
    landed = extract(vendor, run="again", width=1)
    readings = landed.readings()
    ids = {str(one["id"]) for each in readings for one in landed.page(each.attempt, each.number).records}
    assert landed.verdict.complete
    assert ids >= {str(record["id"]) for record in vendor.records} & before


def test_what_rested_briefly_is_not_looked_at_again(extract):
    vendor = Vendor(candidates(12 * SIZE)).on(8, lambda _: Limited("429"))
    with pytest.raises(Limited):
        extract(vendor, run="again", width=1)
    extract(vendor, run="again", width=1)
    assert sorted(vendor.asked) == sorted([*range(1, 13), 8])
