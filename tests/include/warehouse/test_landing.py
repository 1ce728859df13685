from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest

from include.checkpoint import Verdict
from include.contract import Page, Slice, Window
from include.errors import WarehouseTrouble
from include.sources import SOURCES
from include.warehouse import ledger
from include.warehouse.engine import connect
from include.warehouse.landing import Landing, known_owners, remember_owners
from tests.ingestion import candidate, candidates, rows

TASK = {"dag_id": "d", "run_id": "r", "map_index": 0}
SOURCE = SOURCES["recruitsome"]
SLICE = Slice("recruitsome", "acme", "recruitsome_acme", "1")
ODD = [
    None,
    True,
    7,
    2**70,
    -(2**70),
    1.5,
    "",
    "nul \x00",
    "lone \ud800",
    [],
    [[None]],
    {},
    {"\x00": {"\udfff": "\x00"}},
    {"id": 1, "text": 'tab\t newline\n backslash\\ quote" 名前'},
]


def opened(engine, **task):
    return Landing.open(engine, SOURCE, SLICE, **{**TASK, **task})


def test_any_record_comes_back_equal_and_in_its_place(engine):
    landing = opened(engine)
    landing.land(1, [Page(1, ODD, last=False, totals=(14, 3)), Page(2, [ODD[3], ODD[3]], last=True)])
    page = landing.page(1, 1)
    assert page == Page(1, ODD, last=False, totals=(14, 3))
    assert [type(record) for record in page.records] == [type(record) for record in ODD]
    assert landing.page(1, 2) == Page(2, [ODD[3], ODD[3]], last=True)
    assert landing.page(1, 3) is None
    assert landing.page(2, 1) is None


def test_an_empty_page_lands(engine):
    landing = opened(engine)
    landing.land(1, [Page(1, [], last=True)])
    assert landing.page(1, 1) == Page(1, [], last=True)
    assert [(one.number, one.last) for one in landing.readings()] == [(1, True)]


def test_a_record_that_comes_again_as_it_was_is_stored_once_a_tenant(engine):
    for tenant in ("acme", "acme", "beta"):
        candidates(engine, tenant).extract([candidate(1), candidate(2)], str(len(tenant)))
    assert rows(engine, "select tenant, count(*) from ingest.records group by 1 order by 1") == [
        ("acme", 2),
        ("beta", 2),
    ]


def test_an_unfinished_extraction_goes_on_and_a_finished_one_does_not(engine):
    first = opened(engine)
    first.land(1, [Page(1, [candidate(1)], last=False)])
    again = opened(engine)
    assert (again.id, again.resumed, again.pages) == (first.id, 1, 1)
    assert [(one.number, one.last) for one in again.readings()] == [(1, False)]
    again.complete(Verdict(True))
    assert opened(engine).id > first.id


@pytest.mark.parametrize("other", [{"map_index": 1}, {"run_id": "other"}, {"dag_id": "other"}])
def test_another_task_begins_its_own(engine, other):
    assert opened(engine).id != opened(engine, **other).id


def test_a_task_whose_slice_changed_begins_anew(engine):
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    first = opened(engine)
    other = Slice("recruitsome", "acme", "recruitsome_acme", "1", window=window, filters={"search": "a"})
    second = Landing.open(engine, SOURCE, other, **TASK)
    assert second.id != first.id
    assert ledger.receipts(engine, "d", "r")[0].slice == other


def test_ten_tries_at_once_go_on_with_one_extraction(engine):
    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(lambda _: opened(engine).id, range(10)))) == 1


def test_a_page_that_has_landed_stays_as_it_was(engine):
    first, second = opened(engine), opened(engine)
    first.land(1, [Page(1, [candidate(1)], last=False)])
    second.land(1, [Page(1, [candidate(2)], last=True), Page(2, [], last=True)])
    assert first.page(1, 1) == Page(1, [candidate(1)], last=False)
    assert {one.number: one.last for one in first.readings()} == {1: False, 2: True}


def test_extractions_that_land_the_same_records_at_once_do_not_lock_each_other_up(engine):
    records = [candidate(n) for n in range(300)]
    landings = [opened(engine, map_index=n) for n in range(4)]

    def land(landing):
        turned = records if landing.id % 2 else records[::-1]
        for number in range(1, 16):
            landing.land(1, [Page(number, turned[20 * number - 20 : 20 * number], last=False)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(land, landings))
    assert rows(engine, "select count(*) from ingest.records") == [300]
    assert rows(engine, "select count(*) from ingest.pages") == [60]


def test_an_audit_takes_the_latest_reading_of_each_page(engine):
    landing = opened(engine)
    changed = candidate(1, slug="other")
    landing.land(1, [Page(1, [candidate(1), candidate(2)], False, (9, 4)), Page(2, [changed, None], True, (4, 5))])
    landing.land(2, [Page(2, [candidate(3)], True)])
    both, second = landing.audit(1), landing.audit(2)
    assert [(sheet.number, sheet.attempt, sheet.last, sheet.records) for sheet in both.sheets] == [
        (1, 1, False, 2),
        (2, 2, True, 1),
    ]
    assert (both.records, both.distinct) == (3, 3)
    assert [sheet.shifted for sheet in both.sheets] == [None, True]
    assert [sheet.number for sheet in second.sheets] == [2]
    assert landing.audit(3).sheets == []


def test_a_record_on_two_pages_or_twice_on_one_is_doubled(engine):
    landing = opened(engine)
    changed = candidate(1, slug="other")
    landing.land(1, [Page(1, [candidate(1), candidate(2)], False), Page(2, [changed, None], False)])
    landing.land(1, [Page(3, [candidate(3), candidate(3)], False), Page(4, [candidate(4)], True)])
    audit = landing.audit(1)
    assert (audit.records, audit.distinct) == (7, 5)
    assert [sheet.doubled for sheet in audit.sheets] == [True, True, True, False]


@pytest.mark.parametrize(
    ("again", "shifted"),
    [
        ([candidate(1), candidate(2)], False),
        ([candidate(1, slug="changed"), candidate(2)], False),
        ([candidate(2), candidate(1)], True),
        ([candidate(1)], True),
        ([], True),
    ],
    ids=["the same", "a field", "the order", "fewer", "none"],
)
def test_a_page_has_shifted_when_other_records_are_on_it(engine, again, shifted):
    landing = opened(engine)
    landing.land(1, [Page(1, [candidate(1), candidate(2)], last=True)])
    landing.land(2, [Page(1, again, last=True)])
    assert landing.audit(2).sheets[0].shifted is shifted
    landing.land(3, [Page(1, again, last=True)])
    assert landing.audit(2).sheets[0].shifted is False


def test_totals_beyond_all_bounds_are_not_kept(engine):
    landing = opened(engine)
    landing.land(1, [Page(1, [], last=True, totals=(10**30, 7))])
    assert landing.audit(1).sheets[0].totals == {7}


def test_a_page_is_barren_when_its_records_are_on_another_one(engine):
    landing = opened(engine)
    landing.land(1, [Page(1, [candidate(1), candidate(2)], False), Page(2, [candidate(2, slug="x")], False)])
    landing.land(1, [Page(3, [], False), Page(4, [candidate(3)], False)])
    landing.land(2, [Page(4, [candidate(3)], False)])
    assert [landing.barren(1, number) for number in (1, 2, 3, 4)] == [False, True, True, False]


def test_counts_of_several_tries_sum_up_and_completing_returns_them(engine):
    landing = opened(engine)
    landing.count(requests=3)
    landing.land(1, [Page(1, [candidate(1), candidate(1)], last=True)])
    opened(engine).count(requests=2)
    assert landing.complete(Verdict(False, "it moved", 8, {"seen": 1})) == {
        "requests": 5,
        "pages": 1,
        "seen": 1,
        "records": 1,
        "moved": 0,
    }
    (receipt,) = ledger.receipts(engine, "d", "r")
    assert (receipt.verdict, receipt.reason, receipt.reported_total) == ("partial", "it moved", 8)
    assert receipt.completed_at >= receipt.started_at


def test_the_receipts_of_a_run_are_the_latest_of_each_task(engine):
    opened(engine, map_index=1).complete(Verdict(True))
    ids = [opened(engine, map_index=n).id for n in (0, 1)]
    opened(engine, run_id="other")
    assert [receipt.id for receipt in ledger.receipts(engine, "d", "r")] == ids


def test_a_remote_id_is_kept_with_its_record(engine):
    candidates(engine).extract([candidate(42), {"id": None}])
    found = rows(engine, "select remote_id, hash from ingest.records order by 1")
    assert [remote_id for remote_id, _ in found] == ["42", None]
    assert all(isinstance(key, UUID) for _, key in found)


def test_owners_are_remembered_for_good(engine):
    remember_owners(engine, "acme", "recruitsome", ["2", "1", "2"])
    remember_owners(engine, "acme", "recruitsome", [])
    remember_owners(engine, "acme", "recruitsome", ["3", "1"])
    remember_owners(engine, "beta", "recruitsome", ["9"])
    assert known_owners(engine, "acme", "recruitsome") == ["1", "2", "3"]


def test_a_warehouse_that_is_away_is_trouble(warehouse_url):
    away = connect(warehouse_url.set(host="localhost", port=1, query={}))
    with pytest.raises(WarehouseTrouble, match="Connection refused"):
        opened(away)
