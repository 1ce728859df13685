"""The DAGs as Airflow sees them: the fixed names, the forms, the schedules."""

import pytest
from airflow.sdk import CronDataIntervalTimetable, CronTriggerTimetable

from include.sources import SOURCES
from tests.conftest import ROOT

INTERVAL = {f"{name}_{source.table}": source for name, source in SOURCES.items()}
REFRESH = {f"{dag_id}_refresh": source for dag_id, source in INTERVAL.items()}
REPLAY = {f"{dag_id}_replay": source for dag_id, source in INTERVAL.items()}
INGEST = {"ingest.extract", "ingest.normalize", "ingest.upsert"}


@pytest.fixture(scope="module")
def bag():
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(ROOT / "dags"), bundle_name="dags-folder", bundle_path=ROOT / "dags")
    assert not bag.import_errors
    return bag.dags


def test_these_are_all_there_are(bag):
    assert set(bag) == {*INTERVAL, *REFRESH, *REPLAY, "housekeeping", "example_in_both"}


@pytest.mark.parametrize("dag_id", [*INTERVAL, *REFRESH])
def test_the_tasks_have_their_fixed_names(bag, dag_id):
    tombstone = {"tombstone"} if dag_id in REFRESH else set()
    assert set(bag[dag_id].task_ids) == {"plan", *INGEST, *tombstone, "publish"}
    assert bag[dag_id].get_task("ingest.extract").upstream_task_ids == {"plan"}
    assert bag[dag_id].get_task("publish").upstream_task_ids == {"ingest.upsert", *tombstone}
    assert bag[dag_id].doc_md


@pytest.mark.parametrize("dag_id", INTERVAL)
def test_an_interval_dag_has_intervals_and_can_be_given_others(bag, dag_id):
    assert isinstance(bag[dag_id].timetable, CronDataIntervalTimetable)
    owners = INTERVAL[dag_id].owners_param
    assert set(bag[dag_id].params) == {"conn_id", owners, "filters", "created_from", "created_before"}


@pytest.mark.parametrize("dag_id", REFRESH)
def test_a_refresh_dag_runs_alone_and_can_be_allowed_a_mass_deletion(bag, dag_id):
    assert bag[dag_id].max_active_runs == 1
    owners = REFRESH[dag_id].owners_param
    assert set(bag[dag_id].params) == {"conn_id", owners, "filters", "allow_mass_delete"}
    assert bag[dag_id].params["allow_mass_delete"] is False


@pytest.mark.parametrize("dag_id", REPLAY)
def test_a_replay_dag_reads_nothing_and_runs_when_it_is_told_to(bag, dag_id):
    assert set(bag[dag_id].task_ids) == {"plan", *INGEST, "publish"} - {"ingest.extract"}
    assert bag[dag_id].timetable.can_be_scheduled is False
    assert set(bag[dag_id].params) == {"conn_id", "extraction_ids", "read_from", "read_before"}
    assert bag[dag_id].doc_md


def test_housekeeping_is_one_task_a_day_and_is_told_how_long_to_keep(bag):
    dag = bag["housekeeping"]
    assert dag.task_ids == ["housekeep"]
    assert isinstance(dag.timetable, CronTriggerTimetable)
    assert dag.max_active_runs == 1
    assert dict(dag.params) == {"retention_days": 30}
    assert dag.params.get_param("retention_days").schema["minimum"] == 1


@pytest.mark.parametrize("dag_id", [*INTERVAL, *REFRESH, *REPLAY, "housekeeping"])
def test_every_task_says_what_it_does_what_to_do_when_it_is_red_and_what_clearing_does(bag, dag_id):
    for task in bag[dag_id].tasks:
        does, *rest = task.doc_md.strip().split("\n\n")
        assert does.endswith(".")
        assert [paragraph.split("** ")[0] for paragraph in rest] == ["**Red:", "**Clearing it"]


@pytest.mark.parametrize("dag_id", [*INTERVAL, *REFRESH, *REPLAY, "housekeeping"])
def test_every_param_says_what_it_is(bag, dag_id):
    for name in bag[dag_id].params:
        param = bag[dag_id].params.get_param(name)
        assert param.description
        assert param.schema["title"]
