"""Upsert an extraction: staged rows into the tables that readers query."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context

from include.normalization import normalize
from include.sources import SOURCES
from include.warehouse.merge import upsert
from include.warehouse.staging import holds
from plugins.hooks.warehouse import warehouse
from plugins.lineage import Traced, upserted
from plugins.operators.verb import VerbOperator


class UpsertOperator(Traced, VerbOperator):
    """
    Merge what an extraction staged into ``recruiting``, in one transaction; unchanged rows are not touched.

    :param source: a key of ``SOURCES``
    :param receipt: the receipt of normalize (templated)
    """

    template_fields: Sequence[str] = ("receipt",)

    def __init__(self, *, receipt: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.receipt = receipt

    def do(self, context: Context) -> dict[str, Any]:
        """Return the receipt with the counts of rows inserted, updated and unchanged."""
        context["label"] = self.receipt["label"]  # type: ignore[literal-required]
        source, extraction_id = SOURCES[self.source], self.receipt["extraction_id"]
        with warehouse() as engine:
            if not holds(engine, extraction_id):
                self.log.info("Staging is empty, after a crash of Postgres or a publish: normalizing again.")
                normalize(engine, source, extraction_id)
            counts = upsert(engine, source, extraction_id)
            self.trace = upserted(source, engine.url, counts)
        self.log.info("%s", ", ".join(f"{count:,} {name}" for name, count in counts.items()))
        return {**self.receipt, **counts}
