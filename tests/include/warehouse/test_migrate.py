import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, text

from include.errors import Permanent
from include.warehouse.engine import connect
from include.warehouse.layout import BOOKKEEPING
from include.warehouse.migrate import _config, migrate
from include.warehouse.tables import metadata
from tests.conftest import ROOT
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows

SCHEMAS = {"recruiting", "ingest", "staging"}
HEAD = ScriptDirectory.from_config(_config()).get_current_head()
VERSION = "select version_num from ingest.alembic_version"
RELEASES = {"0.1.0": "0001"}
"""Each release, and the last migration that it came with; ``released/`` holds what its own code wrote into every table,
as ``pg_dump --data-only --inserts`` tells it."""


def differences(engine):
    with engine.connect() as conn:
        options = {
            "version_table_schema": "ingest",
            "include_schemas": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, _parents: kind != "schema" or name in SCHEMAS,
        }
        return compare_metadata(MigrationContext.configure(conn, opts=options), metadata)


@pytest.fixture
def blank(blank_url):
    engine = connect(blank_url)
    yield engine
    engine.dispose()


def upgrade(engine, revision):
    config = _config()
    with engine.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, revision)


def contents(engine):
    """Every row of every table."""
    names = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('{}', '{}', '{}')"
    tables = [name for name in rows(engine, names.format(*SCHEMAS)) if name != "ingest.alembic_version"]
    return {name: rows(engine, f"select row_to_json(t) from {name} t") for name in tables}


def alike(held, columns):
    return sorted(json.dumps({name: row[name] for name in columns}, sort_keys=True) for row in held)


def test_the_migrations_make_the_tables_that_sqlalchemy_knows(engine):
    assert differences(engine) == []


def test_a_table_that_differs_would_be_noticed(engine):
    with engine.begin() as conn:
        conn.execute(text("alter table recruiting.contacts drop column city"))
        conn.execute(text("alter table ingest.pages alter column last drop not null"))
        conn.execute(text("comment on table ingest.records is null"))
        conn.execute(text("comment on column recruiting.contacts.title is 'Else'"))
    assert len(differences(engine)) == 4


def test_the_keys_are_those_that_sqlalchemy_knows(engine):
    query = """
        select conrelid::regclass::text, conname, array(
            select attname::text from unnest(conkey) with ordinality k(num, place)
            join pg_attribute on attrelid = conrelid and attnum = k.num order by place)
        from pg_constraint where contype = 'p' and connamespace::regnamespace::text in ('recruiting','ingest','staging')
    """
    known = {(t.fullname, t.primary_key.name, tuple(t.primary_key.columns.keys())) for t in metadata.tables.values()}
    found = {(table, name, tuple(columns)) for table, name, columns in rows(engine, query)}
    assert found - known == {("ingest.alembic_version", "alembic_version_pkc", ("version_num",))}
    assert known <= found


def test_staging_is_unlogged(engine):
    assert rows(engine, "select relpersistence from pg_class where oid = 'staging.records'::regclass") == ["u"]


def test_a_second_time_costs_one_query(blank):
    assert migrate(blank) is True
    statements = []
    event.listen(blank, "before_cursor_execute", lambda _c, _cur, statement, *_: statements.append(statement))
    assert migrate(blank) is False
    assert len(statements) == 1


def test_ten_at_once_migrate_once(blank):
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: migrate(blank), range(10)))
    assert rows(blank, VERSION) == [HEAD]
    assert differences(blank) == []


def test_every_release_has_its_migration_and_its_rows():
    released = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert sorted(released) == sorted(RELEASES)
    assert all((Path(__file__).parent / f"released/{release}.sql").exists() for release in released)


@pytest.fixture(params=RELEASES)
def old(request, blank):
    """A database as a release left it, with rows in every table."""
    upgrade(blank, RELEASES[request.param])
    written = (Path(__file__).parent / f"released/{request.param}.sql").read_text()
    with blank.begin() as conn:
        conn.exec_driver_sql(written, execution_options={"no_parameters": True})
    return blank


def test_a_released_database_keeps_all_its_rows_on_the_way_to_the_head(old):
    before = contents(old)
    assert all(before.values())
    assert migrate(old) is True
    assert differences(old) == []
    after = contents(old)
    for table, held in before.items():
        assert alike(after[table], held[0]) == alike(held, held[0]), table


def test_a_released_database_has_a_history_that_answers(old):
    migrate(old)
    for table in ("contacts", "candidates"):
        present = rows(old, f"select to_jsonb(t) from recruiting.{table} t where remote_deleted_at is null")
        known = rows(old, f"select to_jsonb(t) from recruiting.{table}_as_of('infinity') t")
        columns = present[0].keys() - BOOKKEEPING
        assert alike(known, columns) == alike(present, columns) != []
    changes = "select candidate_id, status_from, status_to from recruiting.candidate_status_changes where not is_first"
    assert rows(old, changes) == [("1", "potential", "employee")]
    issues = "select field, rejected, body ->> 'first_name' from ingest.issues_with_records order by extraction_id"
    assert rows(old, issues) == [("email", False, "Noor"), ("email", False, "Noor"), ("id", True, "Noor")]


def test_a_released_database_goes_on(old):
    migrate(old)
    assert candidates(old).ingest([candidate(99)]) == {"inserted": 1, "linked": 1}
    assert contacts(old).ingest([contact("Z")], PROJECTS[0]) == {"inserted": 1, "linked": 1}


def test_a_migration_that_fails_leaves_nothing_half_done(old):
    before = contents(old)
    with old.begin() as conn:
        conn.execute(text("create schema recruiting_anonymous"))
    with pytest.raises(Permanent, match='schema "recruiting_anonymous" already exists'):
        migrate(old)
    assert contents(old) == before
    assert rows(old, VERSION) == ["0001"]
    assert (
        rows(old, "select proname from pg_proc where pronamespace::regnamespace::text in ('recruiting', 'ingest')")
        == []
    )
    with old.begin() as conn:
        conn.execute(text("drop schema recruiting_anonymous"))
    assert migrate(old) is True
    assert differences(old) == []


def test_a_downgrade_is_refused_and_says_what_to_do(engine):
    config = _config()
    with engine.begin() as conn:
        config.attributes["connection"] = conn
        with pytest.raises(Permanent, match="Restore the backup"):
            command.downgrade(config, "base")
    assert differences(engine) == []


def test_a_database_of_a_newer_version_is_refused(engine):
    with engine.begin() as conn:
        conn.execute(text("update ingest.alembic_version set version_num = '7777'"))
    with pytest.raises(Permanent, match=r"'7777'.*newer"):
        migrate(engine)


def test_a_new_revision_can_be_drafted(tmp_path):
    config = _config()
    folder = copytree(config.get_main_option("script_location"), tmp_path / "migrations")
    config = type(config)()
    config.set_main_option("script_location", str(folder))
    drafted = command.revision(config, "a new thing", rev_id="9999")
    compile(Path(drafted.path).read_text(), drafted.path, "exec")
