"""A load by this project, measured: real DAG runs in a child, a real sandbox, a real Postgres."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from bench import contestants
from bench.contestants import Child
from bench.measure import execute, measure, wrong
from bench.sandbox import sandbox as played

DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def world(services):
    with played(services, {"contacts": 60, "candidates": 230, "users": 2, "until": DAY.isoformat()}) as world:
        yield world


def test_a_load_is_measured_and_compared_with_the_world(services, server, world, tmp_path):
    migrate = [str(Path(sys.executable).with_name("airflow")), "db", "migrate"]
    execute(services, [Child(dag, migrate, contestants.airflow_env(tmp_path / dag)) for dag in contestants.DAGS])
    ours = contestants.ours(tmp_path, world, server.folder)

    cost = measure(services, ours, world, server, None)
    assert wrong(ours, world, server) == []
    # Plan may count before it cuts.
    assert world.least() <= cost.pages <= world.least() + 2
    assert cost.requests > cost.pages
    assert cost.written[0] > 290
    assert cost.wal > 0
    assert cost.server_cpu > 0
    assert 0 < cost.wall < cost.process_wall
    assert 0 < cost.cpu < cost.process_cpu
    assert 0 < cost.grown < cost.peak
    assert set(cost.tasks) == {"plan", "extract", "normalize", "upsert", "tombstone", "publish"}

    world.fill("contacts", DAY, 3)
    world.fill("candidates", DAY, 30)
    assert wrong(ours, world, server) == [
        "ours: 3 contacts are missing, 0 are too many",
        "ours: 30 candidates are missing, 0 are too many",
    ]


def test_a_day_is_loaded_by_the_interval_dags_and_everything_by_the_refreshes(world, tmp_path):
    ours = contestants.ours(tmp_path, world, tmp_path)
    window = {"created_from": "2026-11-20", "created_before": "2026-11-21"}
    for given, suffix, conf in ((tuple(window.values()), "", window), (None, "_refresh", {})):
        told = [child.command[3:6] for group in ours.groups(given) for child in group]
        assert told == [[f"{dag}{suffix}", json.dumps(conf), f"{dag}.json"] for dag in contestants.DAGS]


def test_dags_run_at_the_same_time_or_one_after_the_other_and_wait_for_those_of_their_group(world, tmp_path):
    first, second = (f"{dag}.ready" for dag in contestants.DAGS)
    for apart, ready in ((False, [[[first, second], [second, first]]]), (True, [[[first]], [[second]]])):
        groups = contestants.ours(tmp_path, world, tmp_path, apart=apart).groups(None)
        assert [[child.command[6:] for child in group] for group in groups] == ready


def test_a_child_that_fails_ends_the_bench_with_its_last_words(services):
    well = Child("well", [sys.executable, "-c", "import time; time.sleep(600)"], os.environ)
    ill = Child("ill", [sys.executable, "-c", "raise SystemExit('no such thing')"], os.environ)
    with pytest.raises(SystemExit, match=r"ill ended with 1(.|\n)*no such thing"):
        execute(services, [well, ill])


def test_children_get_nothing_of_what_the_user_says_to_airflow_dlt_and_postgres(monkeypatch, tmp_path, world):
    foreign = ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW_CONN_RECRUITING_POSTGRES", "PGHOST", "SOURCES__X")
    for name in foreign:
        monkeypatch.setenv(name, "production")
    both = [
        contestants.ours(tmp_path, world, tmp_path),
        contestants.dlt(Path("python"), tmp_path, world, tmp_path),
    ]
    children = [child for contestant in both for group in contestant.groups(None) for child in group]
    assert len(children) == 3
    assert not [child for child in children if "production" in child.env.values()]


def test_nothing_is_left_running(services, tmp_path):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    with played(services, {"contacts": 1, "candidates": 1, "users": 1, "until": DAY.isoformat()}) as world:
        assert world.requests().total() == 0
        assert len(psutil.Process().children(recursive=True)) == len(before) + 1
    assert {process.pid for process in psutil.Process().children(recursive=True)} == before
