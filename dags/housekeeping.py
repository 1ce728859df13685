"""What landed more than `retention_days` ago is cleared, unless something still needs it; `recruiting` is not touched.

Landed pages, records, issues and staged rows of all tenants go in small batches, beside whatever else runs.
"""

from datetime import UTC, datetime

from airflow.sdk import DAG, CronTriggerTimetable

from plugins.alerts import alerts
from plugins.defaults import DEFAULTS, REFRESH
from plugins.operators.housekeep import HousekeepOperator
from plugins.params import retention

with DAG(
    dag_id="housekeeping",
    schedule=CronTriggerTimetable("0 5 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | REFRESH,
    params=retention(days=30),
    tags=["recruiting"],
    doc_md=__doc__,
    **alerts(),
):
    HousekeepOperator(task_id="housekeep")
