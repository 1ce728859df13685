"""Every one of the candidates known to Recruitsome, read again: changes and deletions, into `recruiting.candidates`."""

from datetime import UTC, datetime

from airflow.sdk import DAG, CronTriggerTimetable

from plugins.alerts import alerts
from plugins.defaults import DEFAULTS, REFRESH
from plugins.ingest import ingest
from plugins.operators.plan import PlanOperator
from plugins.operators.publish import PublishOperator
from plugins.operators.tombstone import TombstoneOperator
from plugins.params import params

with DAG(
    dag_id="recruitsome_candidates_refresh",
    schedule=CronTriggerTimetable("0 3 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | REFRESH,
    params=params("recruitsome", windowed=False),
    tags=["recruiting", "recruitsome"],
    doc_md=__doc__,
    **alerts("recruitsome", due=True),
):
    plan = PlanOperator(task_id="plan", source="recruitsome", windowed=False)
    receipts = ingest.partial(source="recruitsome").expand(slice=plan.output)
    gone = TombstoneOperator(task_id="tombstone", source="recruitsome", receipts=receipts)
    PublishOperator(task_id="publish", source="recruitsome", receipts=receipts, tombstones=gone.output)
