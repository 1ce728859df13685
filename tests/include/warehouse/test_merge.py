from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from include.errors import WarehouseTrouble
from include.normalization import normalize
from include.warehouse.merge import upsert
from include.warehouse.staging import clear, holds
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows, tuples

HISTORY = (
    "select remote_id, record ->> 'slug', valid_to is null from recruiting.candidates_history order by 1, valid_from"
)
CHILDREN = ("contact_experiences", "contact_educations", "contact_skills")
LINKS = "select candidate_id, user_id, remote_deleted_at is null from recruiting.candidate_users order by 1, 2"


def slugs(engine, where="true"):
    return rows(engine, f"select remote_id, slug from recruiting.candidates where {where} order by 1")


def test_every_field_and_child_arrives_typed(engine):
    ingestion = contacts(engine)
    assert ingestion.ingest([contact("A")], PROJECTS[0]) == {"inserted": 1, "linked": 1}
    row = ingestion.source.normalize(contact("A")).row
    for table, key, order in (("contacts", "remote_id", ""), *((c, "contact_id", "position") for c in CHILDREN)):
        expected = [row] if table == "contacts" else row[table]
        stored = rows(engine, f"select to_jsonb(t) from recruiting.{table} t where {key} = 'A' order by {order or key}")
        assert len(stored) == len(expected) > 0
        for position, (found, wanted) in enumerate(zip(stored, expected, strict=True), start=1):
            assert {name: found[name] for name in wanted if name not in CHILDREN} == {
                name: value for name, value in wanted.items() if name not in CHILDREN
            }
            assert table == "contacts" or found["position"] == position
    assert rows(engine, "select * from recruiting.contact_projects") == [("acme", "A", PROJECTS[0], 1)]


def test_the_bookkeeping_says_when_and_by_what(engine):
    ingestion = candidates(engine)
    query = """
        select extraction_id, first_seen_at = changed_at, remote_created_at = '2024-01-15T09:00Z', remote_deleted_at,
            content_hash = (select content_hash from staging.records s where s.extraction_id = c.extraction_id)
        from recruiting.candidates c"""
    first = ingestion.extract([candidate(1)])
    ingestion.merge(first)
    assert rows(engine, query) == [(first, True, True, None, True)]
    ingestion.ingest([candidate(1)])
    assert rows(engine, query) == [(first, True, True, None, True)]
    later = ingestion.extract([candidate(1, slug="new")])
    ingestion.merge(later)
    assert rows(engine, query) == [(later, False, True, None, True)]


@pytest.mark.parametrize("make", [candidates, contacts])
def test_what_is_unchanged_writes_no_tuple(engine, make):
    ingestion = make(engine)
    records = [candidate(n) if make is candidates else contact(f"A{n}") for n in range(50)]
    owner = "1" if make is candidates else PROJECTS[0]
    with tuples(engine) as written:
        ingestion.ingest(records, owner)
    assert written[ingestion.source.table] == 50
    with tuples(engine) as written:
        assert ingestion.ingest(records, owner) == {"unchanged": 50}
    assert written == {}


def test_one_change_touches_its_row_its_children_and_its_history_alone(engine):
    ingestion = contacts(engine)
    records = [contact(f"A{n}") for n in range(20)]
    ingestion.ingest(records, PROJECTS[0])
    records[7]["skills"] = ["Python", "SQL", "Rust"]
    with tuples(engine) as written:
        assert ingestion.ingest(records, PROJECTS[0]) == {"updated": 1, "unchanged": 19}
    assert written == {
        "contacts": 1,
        "contacts_history": 2,
        "contact_skills": 2 + 3,
        "contact_experiences": 2 + 2,
        "contact_educations": 1 + 1,
    }
    assert rows(engine, "select name from recruiting.contact_skills where contact_id = 'A7' order by position") == [
        "Python",
        "SQL",
        "Rust",
    ]
    sizes = "jsonb_array_length(record -> 'contact_skills'), valid_to is null"
    query = f"select {sizes} from recruiting.contacts_history where remote_id = 'A7' order by valid_from"
    assert rows(engine, query) == [(2, False), (3, True)]


def test_history_says_what_was_known_at_any_moment(engine):
    ingestion, moments = candidates(engine), []
    for slug in ("a", "b", "b", "c"):
        ingestion.ingest([candidate(1, slug=slug)])
        moments += rows(engine, "select clock_timestamp()::text")
    assert rows(engine, HISTORY) == [("1", "a", False), ("1", "b", False), ("1", "c", True)]
    as_of = """select record ->> 'slug' from recruiting.candidates_history
        where valid_from <= '{0}' and (valid_to is null or valid_to > '{0}')"""
    assert [rows(engine, as_of.format(moment)) for moment in moments] == [["a"], ["b"], ["b"], ["c"]]
    gaps = "select count(*) from recruiting.candidates_history a where valid_to is not null and not exists"
    following = "(select from recruiting.candidates_history b where b.valid_from = a.valid_to)"
    assert rows(engine, f"{gaps} {following}") == [0]


def at(moment, **fields):
    return candidate(1, updated_at=moment, **fields)


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        (at("2024-02-02T00:00:00Z", slug="new"), at("2024-02-01T00:00:00Z", slug="old"), "new"),
        (at("2024-02-01T00:00:00Z", slug="old"), at("2024-02-01T00:00:01+00:00", slug="new"), "new"),
        (at("2024-02-01T00:00:00Z", slug="old"), at("2024-02-01T01:00:00+01:00", slug="new"), "new"),
        (at("2024-02-01T00:00:00Z", slug="old"), at(None, slug="new"), "new"),
        (at(None, slug="old"), at("2024-02-01T00:00:00Z", slug="new"), "new"),
        (at(None, slug="old"), at(None, slug="new"), "new"),
    ],
)
def test_an_older_state_never_overwrites_a_newer_one(engine, first, second, winner):
    ingestion = candidates(engine)
    ingestion.ingest([first])
    counts = ingestion.ingest([second])
    assert counts == ({"updated": 1} if second["slug"] == winner else {"stale": 1})
    assert slugs(engine) == [("1", winner)]
    assert len(rows(engine, HISTORY)) == len(counts.keys() & {"updated"}) + 1


@pytest.mark.parametrize(
    ("earlier", "later", "winner"),
    [
        (at("2024-02-02T00:00:00Z", slug="new"), at("2024-02-01T00:00:00Z", slug="old"), "new"),
        (at("2024-02-01T00:00:00Z", slug="old"), at("2024-02-01T00:00:00Z", slug="new"), "new"),
        (at("2024-02-01T00:00:00Z", slug="old"), at(None, slug="new"), "new"),
        (at(None, slug="old"), at("2024-02-01T00:00:00Z", slug="new"), "new"),
        (at(None, slug="old"), at(None, slug="new"), "new"),
    ],
)
def test_the_order_of_merging_makes_no_difference(engine, earlier, later, winner):
    ingestion = candidates(engine)
    ids = [ingestion.extract([record]) for record in (earlier, later)]
    for id in reversed(ids):
        ingestion.merge(id)
    assert slugs(engine) == [("1", winner)]


def test_merging_one_extraction_again_changes_nothing(engine):
    ingestion = candidates(engine)
    id = ingestion.extract([candidate(1)])
    assert ingestion.merge(id) == {"inserted": 1, "linked": 1}
    with tuples(engine) as written:
        assert ingestion.merge(id) == {"unchanged": 1}
    assert written == {}


ODD = [None, True, 0, -1, 2**63, 2**200, 1e308, -0.0, "", " ", "\x00", "\ud800", "\\N\t\n\r", "2021-02-30", "9" * 400]
ODD += [
    [],
    {},
    [[]],
    [None],
    [{}],
    ["\x00"],
    {"value": {}},
    {"small": []},
    [{"start_date": 2**70, "is_current": "\ud800"}],
]


def test_a_try_after_one_that_died_tells_what_that_one_did(engine):
    ingestion = candidates(engine)
    id = ingestion.extract([candidate(1), candidate(2)])
    normalize(engine, ingestion.source, id)
    first = upsert(engine, ingestion.source, id)
    assert first["inserted"] == 2
    assert upsert(engine, ingestion.source, id) == {**first, "unchanged": 2}


@pytest.mark.parametrize("make", [candidates, contacts])
def test_no_value_in_any_field_stops_an_extraction(engine, make):
    ingestion, owner = make(engine), "1" if make is candidates else PROJECTS[0]
    record, key = (candidate, "id") if make is candidates else (contact, "profile_id")
    records, whole = [], record("0")
    for field in whole.keys() - {key}:
        records += [record(f"{field} {n}", **{field: odd}) for n, odd in enumerate(ODD)]
    odd_keys = [whole | {key: odd, "existing_contact_id": None} for odd in ODD]
    expected = len(records) + len({ingestion.source.identity(odd) for odd in odd_keys} - {None})
    id = ingestion.extract([*records, *odd_keys, *ODD], owner)
    normalize(engine, ingestion.source, id, tolerated=1)
    assert upsert(engine, ingestion.source, id)["inserted"] == expected


def test_tenants_do_not_see_each_other(engine):
    for tenant in ("acme", "beta"):
        candidates(engine, tenant).ingest([candidate(1, slug=tenant)])
    assert candidates(engine, "beta").ingest([candidate(1, slug="other")], "2") == {"updated": 1, "linked": 1}
    assert rows(engine, "select tenant, slug from recruiting.candidates order by 1") == [
        ("acme", "acme"),
        ("beta", "other"),
    ]


def test_a_record_of_two_owners_is_one_row_with_two_links(engine):
    ingestion = candidates(engine)
    ingestion.ingest([candidate(1)], "1")
    assert ingestion.ingest([candidate(1)], "2") == {"unchanged": 1, "linked": 1}
    assert rows(engine, LINKS) == [("1", 1, True), ("1", 2, True)]


def test_a_link_follows_what_the_record_says(engine):
    ingestion = contacts(engine)
    said = [contact("A"), contact("B"), contact("C")]
    ingestion.ingest(said, PROJECTS[0])
    ingestion.ingest(said, PROJECTS[1])
    said = [
        contact("A", already_in_project=None),
        contact("B", already_in_project=False),
        contact("D", already_in_project=False),
    ]
    assert ingestion.ingest(said, PROJECTS[0]) == {"inserted": 1, "unchanged": 2, "unlinked": 1}
    links = "select contact_id from recruiting.contact_projects where project_id = '{}' order by 1"
    assert rows(engine, links.format(PROJECTS[0])) == ["A", "C"]
    assert rows(engine, links.format(PROJECTS[1])) == ["A", "B", "C"]


@pytest.mark.parametrize("turned", [1, -1])
def test_extractions_merged_at_once_neither_lock_up_nor_double(engine, turned):
    ingestion = candidates(engine)
    records = [candidate(n, slug="a") for n in range(200)]
    changed = [candidate(n, slug="b", updated_at="2025-01-01T00:00:00Z") for n in range(200)][::turned]
    ids = [ingestion.extract(each, owner) for each, owner in ((records, "1"), (changed, "2")) for _ in range(3)]
    for id in ids:
        normalize(engine, ingestion.source, id)
    barrier = Barrier(len(ids))

    def merge(id):
        barrier.wait()
        return upsert(engine, ingestion.source, id)

    with ThreadPoolExecutor(len(ids)) as pool:
        counts = list(pool.map(merge, ids))
    assert sum(count["inserted"] for count in counts) == 200
    assert sum(count["linked"] for count in counts) == 400
    assert slugs(engine) == sorted((str(n), "b") for n in range(200))
    states = [slug for _, slug, is_open in rows(engine, HISTORY) if is_open]
    assert states == ["b"] * 200
    assert rows(engine, "select count(*) from recruiting.candidates_history where valid_to < valid_from") == [0]


def test_normalizing_twice_at_once_stages_once(engine):
    ingestion = candidates(engine)
    id = ingestion.extract([candidate(n) for n in range(300)])
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: normalize(engine, ingestion.source, id), range(4)))
    assert {count["staged"] for count in counts} == {300}
    assert holds(engine, id)


def test_a_staging_that_was_lost_is_noticed_and_nothing_is_written(engine):
    ingestion = candidates(engine)
    id = ingestion.extract([candidate(1), candidate(2)])
    normalize(engine, ingestion.source, id)
    with engine.begin() as conn:
        conn.execute(text("delete from staging.records where remote_id = '2'"))
    with pytest.raises(WarehouseTrouble, match=f"extraction {id}.*Clear normalize"):
        upsert(engine, ingestion.source, id)
    assert slugs(engine) == []
    clear(engine, [id])
    with pytest.raises(WarehouseTrouble):
        upsert(engine, ingestion.source, id)
    assert ingestion.merge(id) == {"inserted": 2, "linked": 2}


def test_nothing_staged_merges_to_nothing(engine):
    assert candidates(engine).ingest([]) == {}


def test_counts_are_in_the_ledger(engine):
    ingestion = candidates(engine)
    ingestion.ingest([candidate(1), candidate(2)])
    (counts,) = rows(engine, "select counts from ingest.extractions")
    assert counts["inserted"] == 2
    assert counts["staged"] == 2
    assert counts["records"] == 2
