"""The way of one slice, as the task group that the DAGs map over the slices of plan; and of one that has landed."""

from typing import Any

from airflow.sdk import TriggerRule, task_group

from plugins.operators.extract import ExtractOperator
from plugins.operators.normalize import NormalizeOperator
from plugins.operators.upsert import UpsertOperator

NAMED = "{{ task.name_of_slice }}"
"""Airflow renders it before the task begins: one that fails at once has its name, too."""


@task_group(group_id="ingest")
def ingest(source: str, slice: Any) -> Any:
    """Extract a slice's pages, normalize their records, upsert the rows."""
    extract = ExtractOperator(task_id="extract", source=source, slice=slice, map_index_template=NAMED)
    return _write(source, extract.output)


@task_group(group_id="ingest")
def replay(source: str, receipt: Any) -> Any:
    """Normalize the records that an extraction landed, upsert the rows."""
    return _write(source, receipt)


def _write(source: str, receipt: Any) -> Any:
    named = {"source": source, "map_index_template": NAMED}
    normalize = NormalizeOperator(task_id="normalize", receipt=receipt, **named)
    # Normalize is skipped where there is no record, and has its receipt all the same.
    rule = TriggerRule.NONE_FAILED
    return UpsertOperator(task_id="upsert", receipt=normalize.output, trigger_rule=rule, **named).output
