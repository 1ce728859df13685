"""The contacts that were created in the data interval, from Leonar into `recruiting.contacts`.

Scheduled daily and backfillable. A manual run takes `created_from` and `created_before`, or the last complete day.
"""

from datetime import UTC, datetime

from airflow.sdk import DAG, CronDataIntervalTimetable

from plugins.alerts import alerts
from plugins.defaults import DEFAULTS
from plugins.ingest import ingest
from plugins.operators.plan import PlanOperator
from plugins.operators.publish import PublishOperator
from plugins.params import params

with DAG(
    dag_id="leonar_contacts",
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=4,
    default_args=DEFAULTS,
    params=params("leonar", windowed=True),
    tags=["recruiting", "leonar"],
    doc_md=__doc__,
    **alerts("leonar", due=True),
):
    plan = PlanOperator(task_id="plan", source="leonar", windowed=True)
    receipts = ingest.partial(source="leonar").expand(slice=plan.output)
    PublishOperator(task_id="publish", source="leonar", receipts=receipts)
