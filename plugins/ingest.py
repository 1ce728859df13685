"""The way of one slice, as the task group that the DAGs map over the slices of plan; and of one that has landed."""

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
    return _write(extract.output, named)


@task_group(group_id="ingest")
def replay(source: str, receipt: Any) -> Any:
    """Normalize the records that an extraction landed, upsert the rows."""
    return _write(receipt, {"source": source, "map_index_template": "{{ label }}"})


def _write(receipt: Any, named: dict[str, Any]) -> Any:
    normalize = NormalizeOperator(task_id="normalize", receipt=receipt, **named)
    return UpsertOperator(task_id="upsert", receipt=normalize.output, **named).output
