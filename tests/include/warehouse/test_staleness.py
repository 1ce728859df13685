"""What the ledger says of how stale each stretch of a source is."""

from datetime import UTC, datetime

import pytest

from include.contract import BEGINNING, END, Window
from include.warehouse.staleness import past
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows

PEOPLE = [contact(f"A{n}") for n in range(20)]
CUTS = [datetime(2024, 5, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC)]


def window(start, end):
    """The slice of a window, its bounds as a vendor would be asked."""
    bounds = {} if start == BEGINNING else {"created_after": f"{start:%Y-%m-%d}"}
    bounds |= {} if end == END else {"created_before": f"{end:%Y-%m-%d}"}
    return {"scope": "tenant", "window": Window(start, end), "bounds": bounds}


EVERYTHING = {"scope": "tenant"}
OLD, MIDDLE, NEW = (
    window(BEGINNING, CUTS[0]),
    window(CUTS[0], CUTS[1]),
    window(CUTS[1], END),
)


@pytest.fixture
def ledger(engine):
    """An ingestion of contacts, with what the ledger knows of it."""
    ingestion = contacts(engine)
    ingestion.past = lambda: past(engine, ingestion.source, ingestion.tenant)

    def read(reach, records=PEOPLE, owner=PROJECTS[0], **more):
        return ingestion.extract(records, owner, **reach, **more)

    ingestion.read = read
    return ingestion


def ids(extractions):
    return [one.id for one in extractions]


def test_what_was_never_read_has_no_cover(ledger):
    assert ids(ledger.past().cover()) == []
    assert ledger.past().windows() == []


def test_an_extraction_of_everything_covers_everything(ledger):
    ledger.read(EVERYTHING)
    latest = ledger.read(EVERYTHING)
    assert ids(ledger.past().cover()) == [latest]


def test_windows_that_follow_each_other_cover_everything_once_all_are_complete(ledger):
    new, old = ledger.read(NEW), ledger.read(OLD)
    partial = ledger.read(MIDDLE, complete=False)
    assert ids(ledger.past().cover()) == []
    middle = ledger.read(MIDDLE)
    assert middle > partial
    assert ids(ledger.past().cover()) == [old, middle, new]


def test_of_two_covers_the_one_whose_oldest_is_fresher_is_taken(ledger):
    for slice in (OLD, MIDDLE, NEW):
        ledger.read(slice)
    everything = ledger.read(EVERYTHING)
    old = ledger.read(OLD)
    assert ids(ledger.past().cover()) == [everything]
    middle, new = ledger.read(MIDDLE), ledger.read(NEW)
    assert ids(ledger.past().cover()) == [old, middle, new]


def test_a_window_cut_in_two_is_covered_by_both_halves_or_by_what_it_was(ledger):
    old, rest = ledger.read(OLD), ledger.read(window(CUTS[0], END))
    assert ids(ledger.past().cover()) == [old, rest]
    ledger.read(MIDDLE)
    assert ids(ledger.past().cover()) == [old, rest]
    half = ledger.past().extractions
    new = ledger.read(NEW)
    middle = max(one.id for one in half)
    assert ids(ledger.past().cover()) == [old, middle, new]


@pytest.mark.parametrize(
    "slice",
    [
        {"scope": "owner"},
        {"scope": "tenant", "filters": {"skills": ["SQL"]}},
        {"scope": "tenant", "window": Window(BEGINNING, END)},
    ],
    ids=["an owner", "a filter", "an interval"],
)
def test_what_is_not_all_of_the_crm_covers_nothing(ledger, slice):
    ledger.read(slice)
    assert ids(ledger.past().cover()) == []


def test_another_tenant_covers_nothing(engine, ledger):
    contacts(engine, "beta").extract(PEOPLE, PROJECTS[0], scope="tenant")
    assert ids(ledger.past().cover()) == []


def test_extractions_of_before_there_were_windows_count(engine, ledger):
    read = ledger.read(EVERYTHING)
    with engine.begin() as conn:
        conn.exec_driver_sql("update ingest.extractions set slice = slice - 'bounds' - 'listed'")
    assert ids(ledger.past().cover()) == [read]


def test_the_windows_of_the_last_cutting_are_kept_complete_or_not(ledger):
    ledger.read(OLD)
    ledger.read(window(CUTS[0], END))
    assert [slice.bounds for slice, _ in ledger.past().windows()] == [OLD["bounds"], {"created_after": "2024-05-01"}]
    ledger.read(MIDDLE, PEOPLE[:3])
    ledger.begin(PROJECTS[0], **NEW)
    kept = ledger.past().windows()
    assert [slice.bounds for slice, _ in kept] == [one["bounds"] for one in (OLD, MIDDLE, NEW)]
    assert [held for _, held in kept] == [20, 3, None]


def test_of_a_slice_the_latest_complete_extraction_counts_whichever_project_it_was_read_under(ledger):
    first = ledger.read(EVERYTHING, PEOPLE[:7])
    slice = ledger.past().cover()[0].slice
    assert ledger.past().since(slice) == first
    assert ledger.past().records(slice) == 7
    second = ledger.read(EVERYTHING, PEOPLE[:9], PROJECTS[1])
    ledger.read(EVERYTHING, PEOPLE[:2], complete=False)
    assert ledger.past().since(slice) == second
    assert ledger.past().records(slice) == 9


def test_users_are_stale_one_by_one(engine):
    ingestion = candidates(engine)
    five = ingestion.extract([candidate(n) for n in range(3)], "5")
    ingestion.extract([candidate(n) for n in range(4)], "6")
    ingestion.extract([candidate(n) for n in range(2)], "5", complete=False)
    known = past(engine, ingestion.source, "acme")
    slices = [one.slice for one in sorted(known.extractions, key=lambda one: one.id) if one.complete]
    assert [known.records(slice) for slice in slices] == [3, 4]
    (began,) = rows(engine, f"select started_at from ingest.extractions where id = {five}")
    assert known.stalest(slices) == {"label": "5 · everything", "read_at": began.isoformat()}
    ingestion.extract([], "5")
    assert past(engine, ingestion.source, "acme").stalest(slices)["label"] == "6 · everything"


def test_an_interval_is_no_refresh_and_tells_how_much_the_last_one_held(engine):
    ingestion = candidates(engine)
    ingestion.extract([candidate(1), candidate(2)], "5", window=Window(*CUTS), strategy="search")
    known = past(engine, ingestion.source, "acme")
    (interval,) = (one.slice for one in known.extractions)
    assert known.records(interval) == 2
    assert known.stalest([interval]) is None
    ingestion.extract([candidate(1)], "5")
    known = past(engine, ingestion.source, "acme")
    assert sorted(one.records for one in known.extractions) == [1, 2]


def test_the_stalest_is_the_window_that_was_not_read_for_the_longest_time(engine, ledger):
    ledger.read(OLD)
    slices = [one.slice for one in ledger.past().extractions]
    ledger.read(MIDDLE)
    never = ledger.begin(PROJECTS[0], **NEW).slice
    assert ledger.past().stalest([*slices, never]) == {"label": never.label, "read_at": None}
    ledger.read(NEW)
    ledger.read(OLD)
    told = ledger.past().stalest(slices)
    assert told["label"].endswith("created 2024-05-01 to 2025-05-01")
    assert datetime.fromisoformat(told["read_at"]) < datetime.now(UTC)


def test_slices_narrowed_by_a_filter_keep_nothing_fresh(ledger):
    ledger.read({"scope": "tenant", "filters": {"skills": ["SQL"]}})
    (narrow,) = (one.slice for one in ledger.past().extractions)
    assert ledger.past().stalest([narrow]) is None
