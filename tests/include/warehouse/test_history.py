import pytest
from sqlalchemy import text

from include.warehouse.tables import metadata
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows

MANY = [candidate(n) for n in range(2, 12)]
OURS = ("first_seen_at", "changed_at", "remote_deleted_at", "content_hash")
CHANGES = """
    select candidate_id, status_from, status_to, label_from, label_to, is_first
    from recruiting.candidate_status_changes where candidate_id = '1' order by changed_at
"""


def plan_of(engine, query):
    """The plan of a query, where scans of a whole table, cheapest as long as they are empty, are not allowed."""
    with engine.begin() as conn:
        for scan in ("seqscan", "bitmapscan"):
            conn.execute(text(f"set local enable_{scan} = off"))
        return "\n".join(conn.scalars(text(f"explain {query}")))


def now(engine):
    return rows(engine, "select clock_timestamp()::text")[0]


def in_status(value, **fields):
    return candidate(1, status=value and {"value": value, "label": value.title()}, **fields)


def refreshes(engine, *states):
    """Refreshes that find candidate 1 in one state after the other, ``None``: gone; a moment after each."""
    ingestion, moments = candidates(engine), []
    for state in states:
        ingestion.refresh({"1": [*MANY, state] if state else MANY})
        moments.append(now(engine))
    return moments


def slugs(engine, moment):
    return rows(engine, f"select slug from recruiting.candidates_as_of('{moment}') where remote_id = '1'")


def test_a_candidate_is_as_we_knew_it_and_not_there_while_it_was_gone(engine):
    before = now(engine)
    states = [
        candidate(1, slug="a"),
        candidate(1, slug="b"),
        candidate(1, slug="b"),
        None,
        None,
        candidate(1, slug="c"),
    ]
    moments = refreshes(engine, *states)
    assert [slugs(engine, moment) for moment in (before, *moments)] == [[], ["a"], ["b"], ["b"], [], [], ["c"]]
    assert [slugs(engine, moment) for moment in ("-infinity", "infinity")] == [[], ["c"]]


def test_a_state_holds_from_its_first_moment_until_the_next_one(engine):
    refreshes(engine, candidate(1, slug="a"), candidate(1, slug="b"), None)
    history = (
        "select valid_from::text, valid_to::text from recruiting.candidates_history where remote_id = '1' order by 1"
    )
    (first, second), (again, gone) = rows(engine, history)
    assert second == again
    assert [slugs(engine, moment) for moment in (first, second, gone)] == [["a"], ["b"], []]


def test_tenants_are_told_apart(engine):
    for tenant in ("acme", "beta"):
        candidates(engine, tenant).ingest([candidate(1, slug=tenant)])
    query = "select tenant, slug from recruiting.candidates_as_of(now()) order by 1"
    assert rows(engine, query) == [("acme", "acme"), ("beta", "beta")]


def test_a_contact_comes_with_the_children_that_it_had(engine):
    ingestion, moments = contacts(engine), []
    for skills in (["Python"], ["Python", "SQL"], []):
        ingestion.ingest([contact("A", skills=skills)], PROJECTS[0])
        moments.append(now(engine))
    query = "select jsonb_path_query_array(skills, '$[*].name') from recruiting.contacts_as_of('{}')"
    assert [rows(engine, query.format(moment)) for moment in moments] == [[["Python"]], [["Python", "SQL"]], [[]]]


@pytest.mark.parametrize(("table", "ingest"), [("contacts", contacts), ("candidates", candidates)])
def test_the_present_state_is_the_row_in_every_column(engine, table, ingest):
    record = {contacts: contact("A", existing_contact_id="7"), candidates: candidate(1, mobile_phone="06 12345678")}
    ingest(engine).ingest([record[ingest]], PROJECTS[0] if ingest is contacts else "1")
    names = [column.name for column in metadata.tables[f"recruiting.{table}"].c if column.name not in OURS]
    known, stored = (
        rows(engine, f"select {', '.join(names)} from recruiting.{source}")
        for source in (f"{table}_as_of(now())", table)
    )
    assert known == stored != []


def test_the_children_are_those_of_the_tables(engine):
    contacts(engine).ingest([contact("A")], PROJECTS[0])
    for name in ("experiences", "educations", "skills"):
        table = f"recruiting.contact_{name}"
        stored = f"select to_jsonb(t) - '{{tenant,contact_id,position}}'::text[] from {table} t order by position"
        assert rows(engine, f"select {name} from recruiting.contacts_as_of(now())") == [rows(engine, stored)] != [[]]


@pytest.mark.parametrize("table", ["contacts", "candidates"])
def test_one_record_is_found_by_its_key(engine, table):
    plan = plan_of(engine, f"select * from recruiting.{table}_as_of(now()) where tenant = 'acme' and remote_id = '1'")
    assert f"Index Scan using {table}_history_pkey" in plan
    assert "Index Cond: ((tenant = 'acme'::text) AND (remote_id = '1'::text) AND (valid_from <= now()))" in plan


def test_a_status_changes_where_it_differs_from_the_one_before(engine):
    renamed = candidate(1, status={"value": "potential", "label": "Prospect"})
    refreshes(engine, in_status("potential"), renamed, in_status("employee"), in_status("potential"))
    assert rows(engine, CHANGES) == [
        ("1", None, "potential", None, "Potential", True),
        ("1", "potential", "employee", "Prospect", "Employee", False),
        ("1", "employee", "potential", "Employee", "Potential", False),
    ]


def test_a_status_that_is_known_again_after_a_while_is_a_change_only_if_it_is_another(engine):
    refreshes(engine, in_status("potential"), None, in_status("potential"), None, in_status("employee"))
    assert [(one[1], one[2], one[-1]) for one in rows(engine, CHANGES)] == [
        (None, "potential", True),
        ("potential", "employee", False),
    ]


def test_an_unknown_status_is_a_status(engine):
    refreshes(engine, in_status(None), in_status("potential"), in_status(None))
    assert [one[1:3] for one in rows(engine, CHANGES)] == [(None, None), (None, "potential"), ("potential", None)]


def test_a_status_changed_when_we_learned_it(engine):
    moments = refreshes(engine, in_status("potential"), in_status("employee"))
    query = "select changed_at between '{}' and '{}', extraction_id from recruiting.candidate_status_changes"
    assert rows(engine, f"{query.format(*moments)} where not is_first") == [(True, 2)]


def test_one_candidates_changes_are_found_by_its_key(engine):
    query = "select * from recruiting.candidate_status_changes where tenant = 'acme' and candidate_id = '1'"
    assert "Index Cond: ((tenant = 'acme'::text) AND (remote_id = '1'::text))" in plan_of(engine, query)
