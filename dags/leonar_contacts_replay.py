"""Landed contacts of Leonar, normalized and upserted again: after a fix in the code, without one request."""

from datetime import UTC, datetime

from airflow.sdk import DAG

from plugins.alerts import alerts
from plugins.defaults import DEFAULTS, REFRESH
from plugins.ingest import replay
from plugins.operators.publish import PublishOperator
from plugins.operators.replay import ReplayOperator
from plugins.params import replay_params

with DAG(
    dag_id="leonar_contacts_replay",
    schedule=None,
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | REFRESH,
    params=replay_params("leonar"),
    tags=["recruiting", "leonar"],
    doc_md=__doc__,
    **alerts("leonar"),
):
    plan = ReplayOperator(task_id="plan", source="leonar")
    receipts = replay.partial(source="leonar").expand(receipt=plan.output)
    PublishOperator(task_id="publish", source="leonar", receipts=receipts)
