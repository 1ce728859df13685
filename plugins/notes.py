"""Notes on runs: what a task has to say of the whole run stands in the UI's list of runs.

A task may not write a note; the scheduler may. A task leaves it as an XCom; this listener copies it when the run ends.
Of a run that fails before anything could be summed up, the note says what its tasks failed with.
"""

from typing import Any

from airflow.listeners import hookimpl
from airflow.sdk import Context
from sqlalchemy import select
from sqlalchemy.orm import object_session

from plugins.alerts import FAULT

KEY = "run_note"
SIGN = "⚠ "
"""Begins our lines of a note; the others are a person's, and stay."""
LONGEST = 1_000


def leave(context: Context, said: str) -> None:
    """
    Have a sentence stand in the note of the run once that has ended.

    :param said: in place of what an earlier try of this task said, beside what other tasks of the run say
    """
    context["ti"].xcom_push(KEY, said)


@hookimpl
def on_dag_run_success(dag_run: Any) -> None:
    """Write what the run's tasks left."""
    _write(dag_run, KEY)


@hookimpl
def on_dag_run_failed(dag_run: Any) -> None:
    """Write what the run's tasks left; else their faults, of several alike one."""
    _write(dag_run, KEY, FAULT)


def _write(dag_run: Any, *keys: str) -> None:
    """Write it in the transaction that ends the run: the scheduler holds the run's row until then."""
    from airflow import settings
    from airflow.models.dagrun import DagRun
    from airflow.models.xcom import XComModel

    # `dag.test()` hands over a run that has left its session, the one of this thread.
    session = object_session(dag_run) or settings.Session()
    with session.no_autoflush:
        run = session.get_one(DagRun, dag_run.id)
        left = select(XComModel).filter_by(dag_run_id=run.id).order_by(XComModel.timestamp)
        found = (session.scalars(left.filter_by(key=key)).all() for key in keys)
        said = map(XComModel.deserialize_value, next(filter(None, found), ()))
        ours = [f"{SIGN}{one}" for one in dict.fromkeys(said)]
        theirs = [line for line in (run.note or "").splitlines() if not line.startswith(SIGN)]
        # The UI shows the first line.
        note = "\n".join([*ours, *theirs])[:LONGEST]
        if note:
            run.note = note
        elif run.note:
            run.dag_run_note = None
