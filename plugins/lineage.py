"""What OpenLineage is told of a task's data, where its provider is on: tables, their columns, numbers of rows.

No value of a record, no key and no login is told. https://openlineage.io/docs/spec/naming has the names of datasets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import URL, Table

from include.contract import Slice, Source
from include.warehouse.merge import WRITTEN
from include.warehouse.tables import metadata, records

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is read or written.

    :param columns: name and type of each; empty: it has none
    :param rows: how many were read, or changed; ``None``: nobody counted
    """

    namespace: str
    name: str
    columns: Sequence[tuple[str, str]] = ()
    rows: int | None = None


class Traced:
    """
    Of an operator: tells OpenLineage's provider, which looks for this method, what the verb has left in ``trace``.

    The provider asks in a process of its own, from which no connection can be looked up.
    """

    trace: tuple[Dataset, Sequence[Dataset]] | None = None

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> "OperatorLineage | None":
        """The facets of what was read and of what was written."""
        if self.trace is None:
            return None
        from airflow.providers.openlineage.extractors import OperatorLineage
        from openlineage.client.event_v2 import InputDataset, OutputDataset
        from openlineage.client.generated.input_statistics_input_dataset import InputStatisticsInputDatasetFacet
        from openlineage.client.generated.output_statistics_output_dataset import OutputStatisticsOutputDatasetFacet
        from openlineage.client.generated.schema_dataset import SchemaDatasetFacet, SchemaDatasetFacetFields

        def described(dataset: Dataset) -> dict[str, Any]:
            fields = [SchemaDatasetFacetFields(name=name, type=kind) for name, kind in dataset.columns]
            facets = {"schema": SchemaDatasetFacet(fields)} if fields else {}
            return {"namespace": dataset.namespace, "name": dataset.name, "facets": facets}

        def counted(dataset: Dataset, name: str, facet: Any) -> dict[str, Any]:
            return {} if dataset.rows is None else {name: facet(rowCount=dataset.rows)}

        read, written = self.trace
        reads = counted(read, "inputStatistics", InputStatisticsInputDatasetFacet)
        return OperatorLineage(
            inputs=[InputDataset(**described(read), inputFacets=reads)],
            outputs=[
                OutputDataset(
                    **described(one), outputFacets=counted(one, "outputStatistics", OutputStatisticsOutputDatasetFacet)
                )
                for one in written
            ],
        )


def extracted(
    source: Source, slice: Slice, base_url: str, database: URL, counts: Mapping[str, int]
) -> tuple[Dataset, Sequence[Dataset]]:
    """From the vendor's endpoint to the landed records."""
    base, number = urlsplit(base_url), counts.get("records")
    place = f"{base.hostname}:{base.port}" if base.port else base.hostname
    endpoint = Dataset(f"{base.scheme}://{place}", base.path + source.request(slice, 1).path, rows=number)
    return endpoint, [_table(database, records, number)]


def upserted(source: Source, database: URL, counts: Mapping[str, int]) -> tuple[Dataset, Sequence[Dataset]]:
    """From the landed records to the tables that readers query; the main one with how many rows were written."""
    main, *others = (source.table, *source.children, source.link.table, f"{source.table}_history")
    written = [_table(database, metadata.tables[f"recruiting.{name}"]) for name in others]
    changed = sum(counts[name] for name in WRITTEN)
    return _table(database, records), [_table(database, metadata.tables[f"recruiting.{main}"], changed), *written]


def _table(database: URL, table: Table, rows: int | None = None) -> Dataset:
    place = f"postgres://{database.host or 'localhost'}:{database.port or 5432}"
    columns = [(column.name, str(column.type)) for column in table.columns]
    return Dataset(place, f"{database.database}.{table.schema}.{table.name}", columns, rows)
