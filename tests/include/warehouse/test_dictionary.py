import pytest

from include.warehouse.comments import SCHEMAS, TABLES
from include.warehouse.dictionary import dictionary, type_of
from include.warehouse.tables import metadata
from include.warehouse.views import views
from tests.conftest import ROOT
from tests.ingestion import rows

OURS = "('recruiting', 'recruiting_anonymous', 'ingest', 'staging')"
EVERYTHING = f"""
    select 'schema', nspname::text, obj_description(oid, 'pg_namespace') from pg_namespace where nspname in {OURS}
    union all
    select 'relation', c.oid::regclass::text, obj_description(c.oid, 'pg_class') from pg_class c
    where relkind in ('r', 'v', 'm', 'p') and relnamespace::regnamespace::text in {OURS}
    union all
    select 'column', c.oid::regclass || '.' || attname, col_description(c.oid, attnum)
    from pg_class c join pg_attribute on attrelid = c.oid and attnum > 0 and not attisdropped
    where relkind in ('r', 'v', 'm', 'p') and relnamespace::regnamespace::text in {OURS}
    union all
    select 'function', oid::regprocedure::text, obj_description(oid, 'pg_proc') from pg_proc
    where pronamespace::regnamespace::text in {OURS}
"""
VIEWS = f"""
    select c.oid::regclass::text, attname::text, format_type(atttypid, atttypmod), col_description(c.oid, attnum)
    from pg_class c join pg_attribute on attrelid = c.oid and attnum > 0
    where relkind = 'v' and relnamespace::regnamespace::text in {OURS} order by 1, attnum
"""
FUNCTIONS = f"""
    select proname::text, pg_get_function_arguments(oid), pg_get_function_result(oid)
    from pg_proc where pronamespace::regnamespace::text in {OURS} order by 1
"""


def of_kind(function):
    return sorted(
        (view for view in views.tables.values() if ("takes" in view.info) == function), key=lambda v: v.fullname
    )


def test_the_data_dictionary_is_current():
    advice = "python -m include.warehouse.dictionary > docs/data-dictionary.md"
    assert (ROOT / "docs/data-dictionary.md").read_text() == dictionary(), advice


def test_everything_in_the_database_says_what_it_is_for(engine):
    found = rows(engine, EVERYTHING)
    assert {kind for kind, _, _ in found} == {"schema", "relation", "column", "function"}
    assert [(kind, name) for kind, name, comment in found if not comment] == []


def test_what_says_nothing_would_be_noticed(engine):
    with engine.begin() as conn:
        conn.exec_driver_sql("create table recruiting.silent (column_of_it text)")
    silent = [(kind, name) for kind, name, comment in rows(engine, EVERYTHING) if not comment]
    assert silent == [("relation", "recruiting.silent"), ("column", "recruiting.silent.column_of_it")]


def test_the_database_says_what_the_dictionary_says(engine):
    said = {name.partition("(")[0]: comment for kind, name, comment in rows(engine, EVERYTHING) if kind != "column"}
    tables = (*metadata.tables.values(), *views.tables.values())
    alembics = "ingest.alembic_version"
    assert said == SCHEMAS | {table.fullname: table.comment for table in tables} | {alembics: TABLES[alembics][0]}


@pytest.mark.parametrize("known", [metadata, views], ids=["tables", "views"])
def test_every_table_and_column_has_its_text(known):
    assert [table.fullname for table in known.tables.values() if not table.comment] == []
    assert [str(column) for table in known.tables.values() for column in table.c if not column.comment] == []


def test_the_views_are_those_that_sqlalchemy_knows(engine):
    known = [(v.fullname, column.name, type_of(column), column.comment) for v in of_kind(False) for column in v.c]
    assert rows(engine, VIEWS) == known


def test_the_functions_are_those_that_sqlalchemy_knows(engine):
    columns = {v: ", ".join(f"{column.name} {type_of(column)}" for column in v.c) for v in of_kind(True)}
    known = [(v.name, v.info["takes"], v.info.get("answers", f"TABLE({columns[v]})")) for v in of_kind(True)]
    assert rows(engine, FUNCTIONS) == sorted(known)
