"""Upsert an extraction: staged rows into the tables that readers query."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context

from include.normalization import normalize
from include.sources import SOURCES
from include.warehouse.merge import WRITTEN, upsert
from include.warehouse.staging import holds
from plugins.hooks.warehouse import warehouse
from plugins.lineage import Traced, upserted
from plugins.operators.receipts import table
from plugins.operators.verb import VerbOperator

MERGED = (*WRITTEN, "unchanged")
"""Told though they are zero."""


class UpsertOperator(Traced, VerbOperator):
    """
    Merge what an extraction staged into ``recruiting``, in one transaction; unchanged rows are not touched.

    :param source: a key of ``SOURCES``
    :param receipt: the receipt of normalize (templated)
    """

    template_fields: Sequence[str] = ("receipt",)
    doc = """
Merges the rows that `normalize` staged into `recruiting`, in one transaction. What is unchanged is not touched; what
a later read wrote is not overwritten. Sends no request.

**Red:** Postgres is away or refuses: the log's first error says which, and it is tried again by itself where that
helps.

**Clearing it** merges the same rows again and changes nothing that is as it should be. Clear it with its downstream
tasks.
"""

    def __init__(self, *, receipt: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.receipt = receipt

    @property
    def name_of_slice(self) -> str:
        """The slice's label."""
        return str(self.receipt["label"])

    def do(self, context: Context) -> dict[str, Any]:
        """Return the receipt with the counts of rows inserted, updated and unchanged."""
        source, extraction_id = SOURCES[self.source], self.receipt["extraction_id"]
        with warehouse() as engine:
            if not holds(engine, extraction_id):
                self.log.info("Staging is empty, after a crash of Postgres or a publish: normalizing again.")
                normalize(engine, source, extraction_id)
            counts = upsert(engine, source, extraction_id)
            self.trace = upserted(source, engine.url, counts)
        self.log.info("Merged:\n%s", table([counts], of=MERGED))
        return {**self.receipt, **counts}
