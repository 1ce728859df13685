"""The embedded Postgres lives for as long as somebody holds it, however they end."""

import os
import subprocess
import sys

import psutil
import psycopg2
import pytest

from demo.postgres import DATABASES, held


@pytest.fixture(scope="module")
def pgdata(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "postgres"


def answers(folder, database="recruiting"):
    connection = psycopg2.connect(host=str(folder), user="postgres", dbname=database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        (since,) = cursor.fetchone()
    connection.close()
    return since


def is_stopped(pgdata):
    return not (pgdata / "postmaster.pid").exists()


def test_it_has_its_databases_and_stops_with_its_holder(pgdata):
    with held(pgdata) as folder:
        for database in DATABASES:
            assert answers(folder, database)
    assert is_stopped(pgdata)


def test_the_last_of_two_holders_stops_it(pgdata):
    with held(pgdata) as first:
        since = answers(first)
        with held(pgdata) as second:
            assert answers(second) == since
        assert answers(first) == since
    assert is_stopped(pgdata)


def test_a_holders_parent_that_is_killed_lets_go(pgdata):
    program = "import sys, demo.postgres as p\nwith p.held(p.Path(sys.argv[1])): print('held', flush=True); input()"
    command = [sys.executable, "-c", program, pgdata]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout.readline() == "held\n"
        below = psutil.Process(parent.pid).children()
        parent.kill()
    _, alive = psutil.wait_procs(below, timeout=30)
    assert not alive
    assert is_stopped(pgdata)


def test_what_a_killed_holder_leaves_is_stopped_by_the_next(pgdata):
    with held(pgdata) as folder:
        since = answers(folder)
        (holder,) = [child for child in psutil.Process().children() if "demo.postgres" in child.cmdline()]
        holder.kill()
    assert answers(folder) == since
    with held(pgdata) as folder:
        assert answers(folder) == since
    assert is_stopped(pgdata)


def test_a_dead_servers_pid_may_be_another_process_by_now(pgdata):
    with held(pgdata):
        lines = (pgdata / "postmaster.pid").read_text().splitlines()
    (pgdata / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with held(pgdata) as folder:
        assert answers(folder)
    assert is_stopped(pgdata)
