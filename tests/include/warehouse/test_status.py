"""What the status page reads, against what Postgres holds."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from include.contract import BEGINNING, END, Page, Window
from include.errors import MassDeletion, Permanent, WarehouseTrouble
from include.pace import Pace
from include.warehouse import budgets, status
from include.warehouse.engine import connect
from include.warehouse.landing import Landing
from include.warehouse.progress import QUIET
from include.warehouse.timeline import DAYS, HOURS
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows

DAY = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
CUT = datetime(2024, 5, 1, tzinfo=UTC)


@pytest.fixture
def ats(engine):
    """An ingestion of candidates."""
    return candidates(engine)


def only(engine):
    """The status of the one source that was read."""
    (one,) = status.status(engine).sources
    return one


def put_back(engine, extraction_id, days, column="completed_at"):
    """As if it had been ``days`` earlier."""
    moved = f"update ingest.extractions set {column} = {column} - :days * interval '1 day' where id = :id"
    with engine.begin() as conn:
        conn.execute(text(moved), {"days": days, "id": extraction_id})


def test_a_warehouse_that_never_read_anything_has_no_source(engine):
    told = status.status(engine)
    assert told.sources == []
    assert told.at.utcoffset() == timedelta()


def test_rows_and_changes_are_those_that_postgres_holds(engine, ats):
    ats.refresh({"5": [candidate(n) for n in range(7)]})
    ats.refresh({"5": [candidate(n, first_name="Nora" if n < 2 else "Noor") for n in range(6)]})
    told = only(engine)
    assert (told.source.name, told.tenant) == ("recruitsome", "acme")
    held = "select count(*) from recruiting.candidates where remote_deleted_at is"
    assert [told.live, told.tombstoned] == rows(engine, f"{held} null") + rows(engine, f"{held} not null") == [6, 1]
    assert [day.counts for day in told.days[:-1]] == [{"inserted": 0, "updated": 0, "tombstoned": 0}] * (DAYS - 1)
    assert told.days[-1].counts == {"inserted": 7, "updated": 2, "tombstoned": 1}


def test_a_row_that_came_back_counts_as_updated(engine, ats):
    everybody = [candidate(n) for n in range(7)]
    for read in (everybody, everybody[:-1], everybody):
        ats.refresh({"5": read})
    assert only(engine).days[-1].counts == {"inserted": 7, "updated": 1, "tombstoned": 1}
    assert only(engine).live == 7


def test_a_day_is_one_of_utc_and_older_ones_are_left_out(engine, ats):
    for days, people in ((DAYS, [1, 2, 3]), (2, [4, 5]), (0, [6])):
        extraction = ats.extract([candidate(n) for n in people], "5")
        ats.merge(extraction)
        put_back(engine, extraction, days)
    told = only(engine)
    today = status.status(engine).at.date()
    assert [day.start.date() for day in told.days] == [today - timedelta(days=n) for n in reversed(range(DAYS))]
    assert [day.counts["inserted"] for day in told.days if day.counts["inserted"]] == [2, 1]
    assert told.days[-3].counts["inserted"] == 2


def test_requests_are_told_by_hour_of_extractions_that_go_on_too(engine, ats):
    for requests in (7, 5):
        landing = ats.begin("5")
        landing.count(requests=requests)
    put_back(engine, landing.id, 0.25, "started_at")
    told = only(engine).hours
    assert len(told) == HOURS
    assert [told[-7].counts["requests"], told[-1].counts["requests"]] == [5, 7]


def test_tenants_and_sources_are_told_apart(engine):
    candidates(engine).refresh({"5": [candidate(1)]})
    candidates(engine, "beta").refresh({"5": [candidate(1), candidate(2)]})
    contacts(engine).refresh({PROJECTS[0]: [contact("A1")]})
    told = {(one.tenant, one.source.name): (one.live, one.days[-1].counts) for one in status.status(engine).sources}
    assert {key: live for key, (live, _) in told.items()} == {
        ("acme", "leonar"): 1,
        ("acme", "recruitsome"): 1,
        ("beta", "recruitsome"): 2,
    }
    assert all(counts["inserted"] == live for live, counts in told.values())


def test_the_last_complete_read_is_by_when_it_ended(engine, ats):
    first = ats.extract([candidate(1)], "5", window=DAY, strategy="search")
    ats.extract([candidate(1)], "6", complete=False)
    told = only(engine).last
    assert told.label == "5 · created 2026-11-01 to 2026-11-02"
    assert [told.at] == rows(engine, f"select completed_at from ingest.extractions where id = {first}")
    ats.extract([candidate(1)], "6")
    assert only(engine).last.label == "6 · everything"


def test_of_what_refreshes_keep_fresh_the_stalest_is_told(engine, ats):
    ats.extract([], "5", window=DAY, strategy="search")
    assert only(engine).stalest is None
    five = ats.extract([candidate(1)], "5")
    ats.extract([candidate(2)], "6")
    (began,) = rows(engine, f"select started_at from ingest.extractions where id = {five}")
    assert only(engine).stalest == status.Read("5 · everything", began)
    ats.begin("7")
    assert only(engine).stalest == status.Read("7 · everything", None)


def test_a_crm_that_is_read_in_windows_is_as_stale_as_its_stalest_window(engine):
    crm = contacts(engine)
    for start, end in ((BEGINNING, CUT), (CUT, END)):
        slice = {"scope": "tenant", "window": Window(start, end), "bounds": {"created_after": f"{start:%Y}"}}
        crm.extract([contact("A1")], PROJECTS[0], **slice)
    assert only(engine).stalest.label.endswith("created before 2024-05-01")


def test_an_extraction_in_progress_has_pages_of_those_that_its_source_tells(engine, ats):
    ats.begin("4")
    landing = ats.begin("5")
    full = [candidate(n) for n in range(3)]
    landing.land(1, [Page(1, full, False, (901,)), Page(2, full, False, (950,))])
    landing.land(2, [Page(2, full, False, (1_001, 7))])
    five, four = only(engine).unfinished
    assert (five.label, five.pages, five.expected, five.abandoned) == ("5 · everything", 2, 11, False)
    (read_at,) = rows(engine, "select max(read_at) from ingest.pages")
    assert five.quiet_since == read_at
    assert (four.pages, four.expected) == (0, None)
    assert four.quiet_since == four.started_at
    ats.extract([candidate(1)], "6")
    assert len(only(engine).unfinished) == 2


def land(landing, numbers, seconds=0, of=40):
    """Land pages as if it had been ``seconds`` ago, of as many as the source tells."""
    landing.land(1, [Page(number, [candidate(number)], False, (of * 100,)) for number in numbers])
    moved = "update ingest.pages set read_at = read_at - :ago * interval '1 s' where number = any(:numbers)"
    with landing.engine.begin() as conn:
        conn.execute(text(moved), {"ago": seconds, "numbers": list(numbers)})


def test_an_extraction_in_progress_has_a_rate_and_the_time_that_the_rest_takes(engine, ats):
    landing = ats.begin("5")
    land(landing, range(1, 5), seconds=120)
    assert (only(engine).unfinished[0].rate, only(engine).unfinished[0].left) == (None, None)
    land(landing, range(5, 7), seconds=2)
    assert only(engine).unfinished[0].rate is None
    land(landing, range(7, 11), seconds=30)
    (one,) = only(engine).unfinished
    assert one.rate == pytest.approx(12, rel=0.1)
    assert one.left / timedelta(minutes=1) == pytest.approx(30 / one.rate)


@pytest.mark.parametrize(("remaining", "borne"), [(30, False), (40, True)])
def test_what_the_budget_does_not_bear_has_no_time_left(engine, ats, remaining, borne):
    landing = ats.begin("5")
    land(landing, range(1, 11), seconds=30)
    tell(engine, remaining)
    (one,) = only(engine).unfinished
    assert one.rate
    assert bool(one.left) == borne


def test_a_deferred_extraction_waits_until_it_goes_on(engine, ats):
    landing = ats.begin("5")
    land(landing, [1], seconds=10)
    until = status.status(engine).at + timedelta(minutes=20)
    landing.wait(until)
    (one,) = only(engine).unfinished
    assert (one.waits_until, one.rate, one.abandoned) == (until, None, False)
    again = {"dag_id": "test", "run_id": "acme-1", "map_index": 0}
    assert Landing.open(engine, ats.source, landing.slice, **again).id == landing.id
    assert only(engine).unfinished[0].waits_until is None
    landing.wait(until - timedelta(hours=1))
    assert only(engine).unfinished[0].waits_until is None


def tell(engine, remaining, **pace):
    """Have an answer tell what is left of a budget of 100, of which 5 are kept."""
    paced = Pace(8, 0.05)
    paced.heard(0, 200, {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": str(remaining)} | pace)
    budgets.tell(engine, "acme", "recruitsome", paced)
    return paced


def test_the_budget_is_the_one_that_was_told_last(engine, ats):
    ats.extract([], "5")
    assert only(engine).budget is None
    budgets.tell(engine, "acme", "recruitsome", Pace(8))
    assert only(engine).budget is None
    early = tell(engine, 50)
    late = tell(engine, 40, **{"X-RateLimit-Reset": "600"})
    budgets.tell(engine, "acme", "recruitsome", early)
    contacts(engine).extract([], PROJECTS[0])
    theirs, ours = status.status(engine).sources
    assert (theirs.source.name, theirs.budget) == ("leonar", None)
    assert ours.budget == budgets.Told(late.budget, 0.05, late.told_at)
    assert (ours.budget.budget.remaining, ours.budget.kept) == (40, 5)


def test_a_search_does_not_say_how_many_pages_it_takes(engine, ats):
    landing = ats.begin("5", window=DAY, strategy="search")
    landing.land(1, [Page(1, [candidate(1)], False, (901,))])
    (one,) = only(engine).unfinished
    assert (one.pages, one.expected) == (1, None)


def test_what_was_begun_anew_or_is_quiet_for_long_is_abandoned(engine, ats):
    anew, quiet, deferred = (ats.begin(owner).id for owner in "567")
    with engine.begin() as conn:
        conn.execute(text("update ingest.extractions set run_id = 'one'"))
        conn.execute(text(f"update ingest.extractions set map_index = id where id <> {anew}"))
    ats.begin("5")
    with engine.begin() as conn:
        conn.execute(text("update ingest.extractions set run_id = 'one'"))
    hour = timedelta(hours=1) / timedelta(days=1)
    put_back(engine, quiet, QUIET / timedelta(days=1) + hour, "started_at")
    put_back(engine, deferred, QUIET / timedelta(days=1) - hour, "started_at")
    told = [(one.label[0], one.abandoned) for one in only(engine).unfinished]
    assert told == [("5", False), ("7", False), ("6", True), ("5", True)]


def test_issues_and_drift_are_those_of_the_last_normalized_run(engine, ats):
    ats.ingest([candidate(1, email="nobody")], "5")
    people = [candidate(n, email="nobody" if n < 3 else None, score=7, slug=n) for n in range(5)]
    ats.ingest(people, "5")
    ats.extract(people, "5")
    found = only(engine).findings
    assert found.records == 5
    assert [(issue.split(":")[0], number) for issue, number in found.issues.items()] == [("slug", 5), ("email", 3)]
    assert found.drift == {"unknown": {"score": 5}, "changed": {"slug: number": 5}}
    assert found.vanished == []


def test_a_field_that_held_something_in_an_earlier_run_has_vanished(engine, ats):
    ats.ingest([candidate(n) for n in range(30)], "5")
    ats.ingest([candidate(1)], "5")
    ats.ingest([candidate(n, locality=None) for n in range(30)], "5")
    assert only(engine).findings.vanished == ["locality"]


def test_a_partial_read_is_told_until_its_stretch_was_read_completely(engine, ats):
    reason = "records kept moving"
    ats.extract([candidate(1)], "5", complete=False)
    ats.extract([candidate(1)], "6", window=DAY, strategy="search", complete=False)
    told = [(one.label, one.reason) for one in only(engine).findings.partial]
    assert told == [("6 · created 2026-11-01 to 2026-11-02", reason), ("5 · everything", reason)]
    ats.extract([], "5", window=DAY, strategy="search")
    ats.extract([], "5", filters={"status": "potential"})
    ats.extract([], "5", scope="tenant")
    ats.extract([], "6")
    assert [one.label for one in only(engine).findings.partial] == ["5 · everything"]
    ats.extract([], "5")
    assert only(engine).findings.partial == []


def test_deletions_held_back_are_told_until_a_refresh_goes_through(engine, ats):
    everybody = [candidate(n) for n in range(7)]
    ats.refresh({"5": everybody})
    with pytest.raises(MassDeletion):
        ats.refresh({"5": everybody[:2]})
    assert only(engine).findings.held_back == 5
    ats.ingest(everybody, "5", window=DAY)
    assert only(engine).findings.held_back == 5
    ats.refresh({"5": everybody})
    assert only(engine).findings.held_back == 0


def test_the_number_of_statements_does_not_grow_with_history_and_none_may_write(engine, ats):
    def statements():
        told = []

        def note(conn, cursor, statement, *_):
            with conn.connection.cursor() as asked:
                asked.execute("show transaction_read_only")
                told.append(asked.fetchone()[0])

        event.listen(engine, "after_cursor_execute", note)
        status.status(engine)
        event.remove(engine, "after_cursor_execute", note)
        return told

    ats.refresh({"5": [candidate(1)]})
    few = statements()
    for owner in range(12):
        ats.refresh({str(owner): [candidate(1)]})
        ats.extract([candidate(2)], str(owner), complete=False)
    assert statements() == few
    assert set(few) == {"on"}


def test_a_warehouse_that_is_not_migrated_says_what_migrates_it(blank_url):
    engine = connect(blank_url)
    with pytest.raises(Permanent, match=r"not migrated .* Trigger"):
        status.status(engine)
    engine.dispose()


def test_nobody_waits_long_for_a_table_that_is_locked(engine, monkeypatch):
    monkeypatch.setattr(status, "PATIENCE", "200ms")
    with engine.begin() as other:
        other.execute(text("lock table ingest.extractions in access exclusive mode"))
        with pytest.raises(WarehouseTrouble, match="statement timeout"):
            status.status(engine)
