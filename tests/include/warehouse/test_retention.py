"""What housekeeping clears, what it keeps and why, and that nobody who reads `recruiting` notices."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from time import monotonic, sleep

import pytest
from sqlalchemy import event, text

from include.checkpoint import Verdict
from include.contract import BEGINNING, END, Page, Window
from include.errors import WarehouseTrouble
from include.normalization import normalize
from include.sources import SOURCES
from include.warehouse import orphans, retention
from include.warehouse.engine import connect
from include.warehouse.landing import Landing
from include.warehouse.merge import upsert
from include.warehouse.tombstones import tombstone
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows

WINDOW = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
INTERVAL = {"window": WINDOW}
TABLES = ("ingest.pages", "ingest.records", "ingest.issues", "staging.records")
NAMELESS = """
    select count(*) from ingest.pages p join ingest.extractions e on e.id = p.extraction_id, unnest(p.records) named
    where not exists (
        select from ingest.records r where (r.tenant, r.source, r.hash) = (e.tenant, e.source, named)
    )
"""


def held(engine):
    """How many rows each table of landed and staged records has."""
    return [rows(engine, f"select count(*) from {table}")[0] for table in TABLES]


def age(engine, days, where="true"):
    """Let days go by, for the extractions of a condition."""
    past = f"- interval '{days} days'"
    with engine.begin() as conn:
        conn.execute(
            text(
                f"update ingest.pages set read_at = read_at {past}"
                f" where extraction_id in (select id from ingest.extractions where {where})"
            )
        )
        moments = f"started_at = started_at {past}, completed_at = completed_at {past}"
        conn.execute(text(f"update ingest.extractions set {moments} where {where}"))


def housekeep(engine, days=30):
    """Keep house; the counts that are not zero."""
    counts = retention.housekeep(engine, SOURCES.values(), timedelta(days=days))
    assert rows(engine, NAMELESS) == [0]
    return {name: count for name, count in counts.items() if count}


def left(pages, records):
    return {"pages_left": pages, "records_left": records}


def test_what_is_within_the_days_stays(engine):
    ingestion = candidates(engine)
    ingestion.ingest([candidate(1), candidate(2, email="nobody")], **INTERVAL)
    age(engine, 29)
    before = held(engine)
    assert before == [1, 2, 1, 2]
    assert housekeep(engine) == left(1, 2)
    assert held(engine) == before
    assert housekeep(engine, days=29) == {"pages": 1, "records": 2, "issues": 1, "staged": 2}


def test_what_is_older_goes_and_its_receipt_stays(engine):
    ingestion = candidates(engine)
    ingestion.ingest([candidate(n) for n in range(150)], **INTERVAL)
    age(engine, 31)
    ingestion.ingest([candidate(n) for n in range(140, 160)], **INTERVAL)
    receipts = "select id, verdict, counts - 'cleared' from ingest.extractions order by id"
    before = rows(engine, receipts), rows(engine, "select * from recruiting.candidates order by remote_id")
    assert housekeep(engine) == {"pages": 2, "records": 140, "staged": 150} | left(1, 20)
    assert (rows(engine, receipts), rows(engine, "select * from recruiting.candidates order by remote_id")) == before
    assert rows(engine, "select counts -> 'cleared' from ingest.extractions order by id") == [2, None]
    assert housekeep(engine) == left(1, 20)
    assert ingestion.ingest([candidate(n) for n in range(150)], **INTERVAL) == {"unchanged": 150}


def test_each_tenant_and_source_is_cleared_for_itself(engine):
    for ingestion in (candidates(engine), candidates(engine, "beta"), contacts(engine)):
        record = contact("A") if ingestion.source.name == "leonar" else candidate(1)
        ingestion.ingest([record], PROJECTS[0] if ingestion.source.name == "leonar" else "1", **INTERVAL)
    age(engine, 31, "tenant = 'acme'")
    assert housekeep(engine) == {"pages": 2, "records": 2, "staged": 2} | left(1, 1)
    assert rows(engine, "select tenant from ingest.records") == ["beta"]
    age(engine, 31)
    others = [source for source in SOURCES.values() if source.name != "recruitsome"]
    assert retention.housekeep(engine, others, timedelta(days=30))["pages_left"] == 1


def test_an_extraction_that_goes_on_finds_every_page_that_landed(engine):
    ingestion = candidates(engine)
    landing = ingestion.begin("1")
    landing.land(1, [Page(1, [candidate(1)], last=False)])
    age(engine, 40)
    landing.land(1, [Page(2, [candidate(2)], last=False)])
    assert housekeep(engine) == {"kept_unfinished": 2} | left(2, 2)
    assert landing.page(1, 1) == Page(1, [candidate(1)], last=False)


def test_an_extraction_that_was_given_up_is_closed_and_later_cleared_and_its_task_begins_anew(engine):
    ingestion = candidates(engine)
    landing = ingestion.begin("1")
    landing.land(1, [Page(1, [candidate(1)], last=False)])
    age(engine, 31)
    assert housekeep(engine) == {"abandoned": 1} | left(1, 1)
    (told,) = rows(engine, "select verdict, reason from ingest.extractions")
    assert told == ("partial", "abandoned: nothing landed for 30 days")
    task = {"dag_id": "test", "run_id": "acme-1", "map_index": 0}
    again = Landing.open(engine, ingestion.source, landing.slice, **task)
    assert (again.id > landing.id, again.pages) == (True, 0)
    age(engine, 31, f"id = {landing.id}")
    assert housekeep(engine) == {"pages": 1, "records": 1}


def test_what_was_not_upserted_stays_twice_as_long(engine):
    ingestion = candidates(engine)
    extraction = ingestion.extract([candidate(1)], **INTERVAL)
    age(engine, 59)
    assert housekeep(engine) == {"kept_to_upsert": 1} | left(1, 1)
    ingestion.merge(extraction)
    assert housekeep(engine) == {"pages": 1, "records": 1, "staged": 1}
    ingestion.extract([candidate(1)], **INTERVAL)
    age(engine, 61)
    assert housekeep(engine) == {"pages": 1, "records": 1}


def test_the_last_complete_refresh_of_an_owner_stays_and_what_was_read_of_it_since(engine):
    ingestion = candidates(engine)
    for user in ("1", "2"):
        ingestion.ingest([candidate(1)], user)
        age(engine, 1)
    ingestion.ingest([candidate(2)], "1", **INTERVAL)
    ingestion.ingest([candidate(3)], "2", **INTERVAL)
    age(engine, 40)
    assert housekeep(engine) == {"kept_to_tombstone": 4, "staged": 4} | left(4, 3)
    ingestion.ingest([candidate(1)], "1")
    ingestion.extract([candidate(1)], "2", complete=False)
    assert housekeep(engine) == {"pages": 2, "records": 1, "kept_to_tombstone": 2} | left(4, 2)


def test_a_tombstone_task_that_is_cleared_after_months_buries_nobody_who_lives(engine):
    ingestion, people = candidates(engine), [candidate(n) for n in range(20)]
    ingestion.refresh({"1": people})
    old = rows(engine, "select id from ingest.extractions")
    age(engine, 90)
    ingestion.ingest([candidate(30)], "1", **INTERVAL)
    age(engine, 90)
    ingestion.refresh({"1": [*people[1:], candidate(30)]})
    age(engine, 90)
    assert housekeep(engine)["pages"] == 2
    assert tombstone(engine, ingestion.source, old, allow_mass_delete=True) == {"tombstoned": 0, "unlinked": 0}


CUTS = [BEGINNING, *(datetime(year, 5, 1, tzinfo=UTC) for year in (2021, 2023)), END]
WINDOWS = [
    {"scope": "tenant", "window": Window(*ends), "bounds": {"created_after": f"{n}"}}
    for n, ends in enumerate(pairwise(CUTS))
]
LIVE = "select remote_id from recruiting.{} where tenant = '{}' and remote_deleted_at is null order by 1"
LINKS = "select contact_id, project_id from recruiting.contact_projects where tenant = '{}' order by 1, 2"


def test_what_was_read_since_the_oldest_window_of_the_cover_stays(engine):
    ingestion = contacts(engine)
    for n, window in enumerate(WINDOWS):
        ingestion.ingest([contact(f"A{n}")], PROJECTS[0], **window)
        age(engine, 40)
    assert housekeep(engine) == {"kept_to_tombstone": 3, "staged": 3} | left(3, 3)
    ingestion.ingest([contact("A0")], PROJECTS[0], **WINDOWS[0])
    assert housekeep(engine) == {"kept_to_tombstone": 2, "pages": 1} | left(3, 3)


def test_as_long_as_a_window_was_never_read_completely_the_others_wait_for_it(engine):
    ingestion = contacts(engine)
    for window in WINDOWS[:2]:
        ingestion.ingest([contact("A1")], PROJECTS[0], **window)
    ingestion.ingest([contact("A2")], PROJECTS[0], **INTERVAL)
    age(engine, 40)
    assert housekeep(engine) == {"kept_to_tombstone": 3, "staged": 3} | left(3, 2)
    counts = ingestion.refresh({PROJECTS[0]: [contact("A3")]}, **WINDOWS[2])
    assert counts == {"inserted": 1, "linked": 1}
    assert rows(engine, LIVE.format("contacts", "acme")) == ["A1", "A2", "A3"]


def test_what_came_while_a_refresh_was_read_stays_until_that_is_completed(engine):
    ingestion = candidates(engine)
    ingestion.ingest([candidate(1)], "1", **INTERVAL)
    slow = ingestion.begin("1")
    slow.land(1, [Page(1, [candidate(1)], last=False)])
    ingestion.ingest([candidate(3)], "1", **INTERVAL)
    age(engine, 40)
    slow.land(1, [Page(2, [candidate(2)], last=True)])
    kept = {"kept_unfinished": 2, "kept_to_tombstone": 1}
    assert housekeep(engine) == {"pages": 1, "staged": 2} | kept | left(3, 3)
    slow.complete(Verdict(True))
    ingestion.merge(slow.id)
    assert tombstone(engine, ingestion.source, [slow.id], allow_mass_delete=True)["tombstoned"] == 0


class World:
    """A CRM in which contacts come, go and move between windows and projects, and one that reads it now and then."""

    def __init__(self, engine, tenant, seed, keeps_house):
        self.random = Random(seed)
        self.ingestion = contacts(engine, tenant)
        self.keeps_house = keeps_house
        self.cleared = 0
        self.created = 0
        self.contacts = {}

    def step(self):
        """Let something happen, something be read, and some days go by; what readers see then."""
        ingestion, random = self.ingestion, self.random
        for _ in range(random.randrange(4)):
            self.contacts[f"A{self.created}"] = (random.randrange(3), random.randrange(2))
            self.created += 1
        for name in random.sample(sorted(self.contacts), min(len(self.contacts), random.randrange(3))):
            self.contacts.pop(name)
        for name in random.sample(sorted(self.contacts), min(len(self.contacts), random.randrange(3))):
            self.contacts[name] = (random.randrange(3), random.randrange(2))
        how = random.choice(["windows", "windows", "windows", "everything", "projects", "interval"])
        if how == "interval":
            some = random.sample(sorted(self.contacts), len(self.contacts) // 2)
            ingestion.ingest([contact(name) for name in some], PROJECTS[0], scope="tenant", **INTERVAL)
        else:
            self.refresh(how)
        age(ingestion.engine, random.choice([1, 5, 20, 40]), f"tenant = '{ingestion.tenant}'")
        if self.keeps_house:
            self.cleared += housekeep(ingestion.engine).get("pages", 0)
        return [rows(ingestion.engine, seen.format(*names)) for seen, names in SEEN_BY(ingestion.tenant)]

    def refresh(self, how):
        ingestion, random, ids = self.ingestion, self.random, []
        numbers = {"windows": random.sample(range(3), random.randrange(1, 4)), "projects": [0, 1], "everything": [0]}
        for number in numbers[how]:
            place = {"windows": 0, "projects": 1}.get(how)
            own = [contact(name) for name, at in self.contacts.items() if place is None or at[place] == number]
            slice = {"windows": WINDOWS[number], "projects": {}}.get(how, {"scope": "tenant"})
            owner = PROJECTS[number] if how == "projects" else PROJECTS[0]
            complete = random.random() < 0.8
            ids.append(ingestion.extract(own if complete else own[1:], owner, complete=complete, **slice))
        for id in ids:
            ingestion.merge(id)
        if random.random() < 0.9:
            tombstone(ingestion.engine, ingestion.source, ids, allow_mass_delete=True)


def SEEN_BY(tenant):  # noqa: N802
    return [(LIVE, ("contacts", tenant)), (LINKS, (tenant,))]


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_whatever_happens_readers_see_the_same_as_without_housekeeping(engine, seed):
    without, kept = World(engine, "without", seed, False), World(engine, "kept", seed, True)
    told = [without.step() for _ in range(12)]
    assert [kept.step() for _ in range(12)] == told
    assert kept.cleared
    assert any(live for live, _ in told)


def waiting(engine):
    """Whether somebody waits for an advisory lock."""
    query = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    return rows(engine, query) != [0]


@contextmanager
def before(engine, words, do):
    """Does something once, before a statement with these words is executed."""

    def listener(_conn, _cursor, statement, *_rest):
        if words in statement and done:
            done.pop()()

    done = [do]
    event.listen(engine, "before_cursor_execute", listener)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert not done


@pytest.fixture
def other(warehouse_url):
    """A second engine on the same warehouse."""
    other = connect(warehouse_url)
    yield other
    other.dispose()


def old_candidates(engine, number):
    """Orphans in the making."""
    ingestion = candidates(engine)
    ingestion.ingest([candidate(n) for n in range(number)], **INTERVAL)
    age(engine, 31)
    return ingestion


def test_a_record_that_a_landing_has_found_is_not_erased_before_its_page_is_there(engine, other):
    ingestion = old_candidates(engine, 5)
    landing = ingestion.begin("1")

    def meanwhile():
        future = pool.submit(housekeep, other)
        until = monotonic() + 10
        while not (future.done() or waiting(engine)) and monotonic() < until:
            sleep(0.01)
        futures.append(future)

    futures = []
    with ThreadPoolExecutor(1) as pool, before(engine, "INSERT INTO ingest.pages", meanwhile):
        landing.land(1, [Page(1, [candidate(1), candidate(3)], last=True)])
        assert futures[0].result()["records"] == 3
    assert landing.page(1, 1) == Page(1, [candidate(1), candidate(3)], last=True)


def test_a_record_that_lands_between_the_look_and_its_batch_is_spared(engine, other):
    ingestion = old_candidates(other, 5)
    landing = ingestion.begin("1")

    def meanwhile():
        landing.land(1, [Page(1, [candidate(2)], last=True)])

    with before(engine, "pg_advisory_xact_lock", meanwhile):
        assert housekeep(engine)["records"] == 4
    assert landing.page(1, 1) == Page(1, [candidate(2)], last=True)


def test_a_landing_that_does_not_end_is_trouble_and_another_try_clears_the_rest(engine, other, monkeypatch):
    monkeypatch.setattr(orphans, "PATIENCE", text("set local lock_timeout = '50ms'"))
    ingestion = old_candidates(other, 5)
    landing = ingestion.begin("1")

    def meanwhile():
        with pytest.raises(WarehouseTrouble, match="lock timeout"):
            housekeep(engine)

    with before(other, "INSERT INTO ingest.pages", meanwhile):
        landing.land(1, [Page(1, [candidate(2)], last=True)])
    assert housekeep(engine) == {"records": 4} | left(1, 1)


@pytest.mark.parametrize(
    ("table", "name", "held_before"),
    [("staging.records", "staged", 1_000), ("ingest.pages", "pages", 10), ("ingest.records", "records", 1_000)],
)
def test_a_run_that_is_killed_goes_on_where_it_stopped(engine, monkeypatch, table, name, held_before):
    monkeypatch.setattr(retention, "BATCH", 3)
    old_candidates(engine, 1_000)
    batches = iter(range(3))

    def die(_conn, _cursor, statement, *_rest):
        if f"DELETE FROM {table}" in statement and next(batches, None) is None:
            raise KeyboardInterrupt

    event.listen(engine, "before_cursor_execute", die)
    with pytest.raises(KeyboardInterrupt):
        housekeep(engine)
    event.remove(engine, "before_cursor_execute", die)
    assert rows(engine, f"select count(*) from {table}") == [held_before - 9]
    assert housekeep(engine)[name] == held_before - 9
    assert held(engine) == [0, 0, 0, 0]
    assert rows(engine, "select counts -> 'cleared' from ingest.extractions") == [10]


def test_an_extraction_that_is_taken_up_meanwhile_stays_for_the_time_being(engine, other):
    ingestion = candidates(engine)
    replayed, claimed = (ingestion.extract([candidate(n)], **INTERVAL) for n in range(2))
    for extraction in (replayed, claimed):
        ingestion.merge(extraction)
    age(engine, 31)
    with other.begin() as conn:
        conn.execute(text("select from ingest.extractions where id = :id for update"), {"id": claimed})
        with before(engine, "FOR UPDATE", lambda: normalize(other, ingestion.source, replayed)):
            assert housekeep(engine) == left(2, 2)
    assert upsert(engine, ingestion.source, replayed)["unchanged"] == 1
    assert housekeep(engine) == {"pages": 2, "records": 2, "staged": 2}


def test_two_runs_at_once_do_no_harm(engine, other, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 20)
    ingestion = old_candidates(engine, 300)
    ingestion.ingest([candidate(n) for n in range(0, 300, 2)], **INTERVAL)
    with ThreadPoolExecutor(2) as pool:
        both = sum(map(Counter, pool.map(housekeep, (engine, other))), Counter())
    assert {name: both[name] for name in ("pages", "records", "staged")} == {"pages": 3, "records": 150, "staged": 300}
    assert held(engine) == [2, 150, 0, 150]


def test_no_batch_reads_a_whole_table(engine, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 100)
    ingestion = old_candidates(engine, 3_000)
    ingestion.ingest([candidate(n, email="nobody") for n in range(2_000, 4_000)], **INTERVAL)
    plans = []

    def explain(conn, _cursor, statement, parameters, *_rest):
        if statement.startswith("DELETE"):
            cursor = conn.connection.cursor()
            cursor.execute(f"explain {statement}", parameters)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))

    with engine.begin() as conn:
        conn.execute(text("analyze"))
    event.listen(engine, "before_cursor_execute", explain)
    assert housekeep(engine)["records"] == 3_000
    assert len(plans) == 3 * 31 + 30
    # Of the pages there are so few that nothing else is worth it.
    assert not [plan for plan in plans if "Seq Scan on records" in plan]
