"""Every one of the contacts known to Leonar, read again: changes and deletions, into `recruiting.contacts`."""

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
    dag_id="leonar_contacts_refresh",
    schedule=CronTriggerTimetable("0 3 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | REFRESH,
    params=params("leonar", windowed=False),
    tags=["recruiting", "leonar"],
    doc_md=__doc__,
    **alerts("leonar", due=True),
):
    plan = PlanOperator(task_id="plan", source="leonar", windowed=False)
    receipts = ingest.partial(source="leonar").expand(slice=plan.output)
    gone = TombstoneOperator(task_id="tombstone", source="leonar", receipts=receipts)
    PublishOperator(task_id="publish", source="leonar", receipts=receipts, tombstones=gone.output)
