from datetime import UTC, datetime, timedelta

import pytest
from airflow.models.taskinstance import TaskInstance
from airflow.sdk import DAG, BaseOperator
from airflow.sdk.definitions.retry_policy import RetryAction
from airflow.serialization.serialized_objects import DagSerialization

from include.errors import Limited, Misconfigured, ServerTrouble, Unauthorized
from plugins.defaults import DEFAULTS, REFRESH, IngestRetryPolicy


def decide(exception):
    return IngestRetryPolicy().evaluate(exception, 1, 5)


def caused(outer, inner):
    try:
        raise outer from inner
    except type(outer) as fault:
        return fault


@pytest.mark.parametrize(
    "exception",
    [
        Unauthorized("401"),
        Misconfigured("no key"),
        ExceptionGroup("read", [ValueError(), ExceptionGroup("pages", [Unauthorized("401")])]),
        ExceptionGroup("read", [ServerTrouble("500"), Unauthorized("401")]),
        caused(RuntimeError("outer"), Unauthorized("401")),
        caused(RuntimeError("outer"), caused(RuntimeError("inner"), ExceptionGroup("read", [Unauthorized("401")]))),
        caused(ExceptionGroup("read", [ValueError()]), Unauthorized("401")),
    ],
    ids=["itself", "configuration", "in groups", "beside another", "as a cause", "deep", "as a group's cause"],
)
def test_what_a_person_must_mend_fails_at_once(exception):
    assert decide(exception).action is RetryAction.FAIL


@pytest.mark.parametrize(
    "exception",
    [
        ServerTrouble("500"),
        Limited("429"),
        ValueError(),
        ConnectionResetError(),
        ExceptionGroup("read", [ServerTrouble("500"), ValueError()]),
        caused(ServerTrouble("500"), Unauthorized("401")),
    ],
    ids=repr,
)
def test_the_rest_is_tried_again_by_the_tasks_own_backoff(exception):
    assert decide(exception).action is RetryAction.DEFAULT


def test_waits_grow_and_are_capped():
    with DAG("a", start_date=datetime(2026, 1, 1, tzinfo=UTC), default_args=DEFAULTS) as dag:
        BaseOperator(task_id="extract")
    task = DagSerialization.from_dict(DagSerialization.to_dict(dag)).get_task("extract")
    ended = datetime(2026, 11, 21, tzinfo=UTC)
    waits = []
    for number in range(1, 60):
        ti = TaskInstance(task, dag_version_id=None, run_id="run")
        ti.try_number, ti.end_date = number, ended
        waits.append(ti.next_retry_datetime() - ended)
    assert waits[0] < timedelta(minutes=1)
    assert max(waits) <= timedelta(minutes=15)


def test_a_refresh_takes_its_place_behind_the_intervals():
    with DAG("a", start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        interval = BaseOperator(task_id="extract", **DEFAULTS)
        refresh = BaseOperator(task_id="refresh", **(DEFAULTS | REFRESH))
    assert refresh.priority_weight < interval.priority_weight
    assert interval.weight_rule == refresh.weight_rule == "absolute"
