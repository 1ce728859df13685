import tracemalloc
from datetime import UTC, datetime

import pytest

from include.canonical import digest, text_of
from include.checkpoint import Verdict
from include.contract import Page, Window
from include.errors import Permanent, TooManyRejects
from include.normalization import drifted, normalize
from include.warehouse import ledger
from include.warehouse.staging import clear, holds
from tests.ingestion import candidate, candidates, contact, contacts, rows

STAGED = "select remote_id, record ->> 'slug', linked from staging.records order by 1"
DAY = Window(datetime(2024, 1, 15, tzinfo=UTC), datetime(2024, 1, 16, tzinfo=UTC))


def test_records_become_rows_with_their_children(engine):
    ingestion = contacts(engine)
    id = ingestion.extract([contact("A"), contact("B", already_in_project=None)], "p")
    assert normalize(engine, ingestion.source, id) == {"staged": 2, "rejected": 0, "outside": 0, "issues": 0}
    staged = rows(engine, "select remote_id, linked, content_hash, record from staging.records order by 1")
    assert [(remote_id, linked) for remote_id, linked, *_ in staged] == [("A", True), ("B", None)]
    row = ingestion.source.normalize(contact("A")).row
    assert staged[0][3] == row
    alike = {name: value for name, value in row.items() if name != "crm_contact_id"}
    assert staged[0][2] == digest(text_of(alike))
    assert len(row["contact_experiences"]) == 2


def test_any_text_survives_the_copy(engine):
    odd = 'tab\t newline\n return\r backslash\\ \\N \\. quote" 名前 \u2028 🙂'
    ingestion = candidates(engine)
    normalize(engine, ingestion.source, ingestion.extract([candidate(1, locality=f"a{odd}z")]))
    expected = ingestion.source.normalize(candidate(1, locality=f"a{odd}z")).row["locality"]
    assert rows(engine, "select record ->> 'locality' from staging.records") == [expected]


def test_nul_characters_and_lone_surrogates_do_not_stop_it(engine):
    ingestion = contacts(engine)
    odd = contact("A", headline="a\x00b", summary="c\ud800d", skills=["\x00", "e\udfff"], location="\ud800")
    counts = normalize(engine, ingestion.source, ingestion.extract([odd], "p"))
    assert counts["staged"] == 1
    assert rows(engine, "select record ->> 'last_name' from staging.records") == ["Exemple"]


def test_of_a_record_that_came_more_than_once_the_latest_read_wins(engine):
    ingestion = candidates(engine)
    landing = ingestion.begin("1")
    landing.land(2, [Page(1, [candidate(1, slug="pass 2")], last=True)])
    landing.land(1, [Page(1, [candidate(1, slug="first"), candidate(2, slug="page 1")], last=False)])
    landing.land(1, [Page(2, [candidate(2, slug="page 2"), candidate(3, slug="a"), candidate(3, slug="b")], last=True)])
    landing.complete(Verdict(True))
    assert normalize(engine, ingestion.source, landing.id)["staged"] == 3
    assert rows(engine, STAGED) == [("1", "pass 2", True), ("2", "page 2", True), ("3", "b", True)]


def test_what_was_created_outside_the_window_is_left_out(engine):
    ingestion = candidates(engine)
    moments = ["2024-01-14T23:59:59Z", "2024-01-15T00:00:00Z", "2024-01-15T23:59:59+00:00", "2024-01-16T00:00:00Z"]
    records = [candidate(n, created_at=moment) for n, moment in enumerate(moments)] + [candidate(9, created_at=None)]
    id = ingestion.extract(records, window=DAY, strategy="search")
    assert normalize(engine, ingestion.source, id) == {"staged": 2, "rejected": 0, "outside": 3, "issues": 0}
    assert [remote_id for remote_id, *_ in rows(engine, STAGED)] == ["1", "2"]


def test_a_source_that_keeps_to_the_window_itself_is_believed(engine):
    ingestion = contacts(engine)
    id = ingestion.extract([contact("A")], "p", window=DAY)
    assert normalize(engine, ingestion.source, id)["staged"] == 1


def test_issues_say_where_and_why_and_never_what(engine):
    ingestion = candidates(engine)
    landing = ingestion.begin("1")
    fine = [candidate(n) for n in range(2, 40)]
    odd = [{"id": None}, candidate(1, email="not an address")]
    landing.land(1, [Page(1, fine, last=False), Page(2, odd, last=True)])
    counts = normalize(engine, ingestion.source, landing.id)
    assert (counts["staged"], counts["rejected"], counts["issues"]) == (39, 1, 2)
    found = rows(engine, 'select extraction_id, pass, page, "position", field, reason from ingest.issues order by 4')
    assert [issue[:4] for issue in found] == [(landing.id, 1, 2, 1), (landing.id, 1, 2, 2)]
    assert found[1][4] == "email"
    assert "not an address" not in found[1][5]


def test_normalizing_again_gives_the_same_and_nothing_twice(engine):
    ingestion = candidates(engine)
    id = ingestion.extract([candidate(1, email="x"), candidate(2)])
    other = ingestion.extract([candidate(3)])
    normalize(engine, ingestion.source, other)
    first = normalize(engine, ingestion.source, id)
    before = rows(engine, "select * from staging.records order by 1, 2")
    assert normalize(engine, ingestion.source, id) == first
    assert rows(engine, "select * from staging.records order by 1, 2") == before
    assert rows(engine, "select count(*) from ingest.issues") == [1]


def test_too_many_rejects_stage_nothing_and_keep_their_issues(engine):
    ingestion = candidates(engine)
    id = ingestion.extract([candidate(n) for n in range(37)] + [{"id": None}, {"id": ""}])
    with pytest.raises(TooManyRejects, match=r"2 of 39 records .*recruitsome_acme, user 1"):
        normalize(engine, ingestion.source, id)
    assert rows(engine, "select count(*) from staging.records") == [0]
    assert rows(engine, "select count(*) from ingest.issues") == [2]
    assert normalize(engine, ingestion.source, id, tolerated=0.06)["staged"] == 37


def test_a_single_reject_never_stops_a_slice(engine):
    ingestion = candidates(engine)
    counts = normalize(engine, ingestion.source, ingestion.extract([candidate(1), {"id": None}]))
    assert (counts["staged"], counts["rejected"]) == (1, 1)


def test_staging_holds_what_was_staged_until_it_is_lost(engine):
    ingestion = candidates(engine)
    id, empty = ingestion.extract([candidate(1)]), ingestion.extract([])
    assert not holds(engine, id)
    for each in (id, empty):
        normalize(engine, ingestion.source, each)
        assert holds(engine, each)
    clear(engine, [id, empty])
    assert not holds(engine, id)
    assert rows(engine, "select count(*) from ingest.records") == [1]


def test_an_extraction_that_is_not_in_the_ledger_is_refused(engine):
    with pytest.raises(Permanent, match="extraction 7 is not in the ledger"):
        normalize(engine, candidates(engine).source, 7)


def test_memory_does_not_grow_with_the_records(engine):
    ingestion = candidates(engine)
    peaks = []
    for count in (1_000, 4_000):
        id = ingestion.extract([candidate(n) for n in range(count)])
        normalize(engine, ingestion.source, id)
        tracemalloc.start()
        normalize(engine, ingestion.source, id)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_the_form_of_records_is_counted_for_the_receipt(engine):
    ingestion = contacts(engine)
    odd = [contact(str(number), headline={"a": 1}, skills=[7, 8], pronouns="they") for number in range(3)]
    plain = [contact(str(number)) for number in range(3, 30)]
    normalize(engine, ingestion.source, first := ingestion.extract([*odd, *plain], "p"))
    drift, gone = drifted(engine, first)
    assert (drift["records"], drift["unknown"], drift["changed"]) == (
        30,
        {"pronouns": 3},
        {"headline: object": 3, "skills[]: number": 6},
    )
    assert drift["issues"] == {"headline: not a text": 3, "skills[]: not a text": 3}
    assert gone == []
    bare = [contact(str(number), summary=None, skills=[]) for number in range(30)]
    normalize(engine, ingestion.source, second := ingestion.extract(bare, "p"))
    assert drifted(engine, second)[1] == ["skills", "summary"]
    few = ingestion.extract(bare[:5], "p")
    normalize(engine, ingestion.source, few)
    assert drifted(engine, few)[1] == []


def test_an_extraction_whose_pages_are_cleared_is_refused_and_keeps_its_receipt(engine):
    ingestion = candidates(engine)
    id = ingestion.extract([candidate(1)])
    ingestion.merge(id)
    with engine.begin() as conn:
        ledger.count(conn, id, {"cleared": 1})
    with pytest.raises(Permanent, match=f"housekeeping has cleared its pages .*extraction {id}.* Refresh"):
        normalize(engine, ingestion.source, id)
    assert rows(engine, "select counts ->> 'inserted' from ingest.extractions") == ["1"]
