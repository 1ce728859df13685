"""The way of one slice, as the task group that the DAGs map over the slices of plan."""

from typing import Any

from airflow.sdk import task_group

from plugins.operators.extract import ExtractOperator
from plugins.operators.normalize import NormalizeOperator
from plugins.operators.upsert import UpsertOperator


@task_group(group_id="ingest")
def ingest(source: str, slice: Any) -> Any:
    """Extract a slice's pages, normalize their records, upsert the rows."""
    named = {"source": source, "map_index_template": "{{ label }}"}
    extract = ExtractOperator(task_id="extract", slice=slice, **named)
    normalize = NormalizeOperator(task_id="normalize", receipt=extract.output, **named)
    return UpsertOperator(task_id="upsert", receipt=normalize.output, **named).output
