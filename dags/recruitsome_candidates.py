"""The candidates that were created in the data interval, from Recruitsome into `recruiting.candidates`.

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
    dag_id="recruitsome_candidates",
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=4,
    default_args=DEFAULTS,
    params=params("recruitsome", windowed=True),
    tags=["recruiting", "recruitsome"],
    doc_md=__doc__,
    **alerts("recruitsome", due=True),
):
    plan = PlanOperator(task_id="plan", source="recruitsome", windowed=True)
    receipts = ingest.partial(source="recruitsome").expand(slice=plan.output)
    PublishOperator(task_id="publish", source="recruitsome", receipts=receipts)
