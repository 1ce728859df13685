"""An example of a consumer: whenever contacts or candidates have changed, count who is in both systems.

The table `reports.in_both` has one row a tenant: live contacts, live candidates, and how many of them are one person,
told by the LinkedIn address. Numbers alone: nobody's data leaves `recruiting`. Starts paused; copy it for your own.
"""

from datetime import UTC, datetime

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG, Asset

from plugins.alerts import alerts

with DAG(
    dag_id="example_in_both",
    schedule=(Asset("recruiting.contacts") | Asset("recruiting.candidates")),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    max_active_runs=1,
    is_paused_upon_creation=True,
    tags=["recruiting", "example"],
    doc_md=__doc__,
    **alerts(),
):
    SQLExecuteQueryOperator(
        task_id="count",
        conn_id="recruiting_postgres",
        sql="example_in_both.sql",
        split_statements=True,
        outlets=[Asset("reports.in_both")],
    )
