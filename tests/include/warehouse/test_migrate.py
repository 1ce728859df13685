from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, text

from include.errors import Permanent
from include.warehouse.engine import connect
from include.warehouse.migrate import _config, migrate
from include.warehouse.tables import metadata
from tests.ingestion import rows

SCHEMAS = {"recruiting", "ingest", "staging"}


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


def test_the_migrations_make_the_tables_that_sqlalchemy_knows(engine):
    assert differences(engine) == []


def test_a_table_that_differs_would_be_noticed(engine):
    with engine.begin() as conn:
        conn.execute(text("alter table recruiting.contacts drop column city"))
        conn.execute(text("alter table ingest.pages alter column last drop not null"))
    assert len(differences(engine)) == 2


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
    assert rows(blank, "select version_num from ingest.alembic_version") == ["0001"]
    assert differences(blank) == []


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
