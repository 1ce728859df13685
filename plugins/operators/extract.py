"""Extract a slice: read its pages and land them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context

from include.checkpoint import Verdict
from include.contract import Slice
from include.extraction import Extraction
from include.sources import SOURCES
from include.warehouse.landing import Landing, remember_owners
from plugins.hooks import hook_of
from plugins.hooks.warehouse import warehouse
from plugins.operators.verb import VerbOperator


class ExtractOperator(VerbOperator):
    """
    Read the pages of a slice, several at a time, and land them; go on with the pages that have not landed yet.

    :param source: a key of ``SOURCES``
    :param slice: a slice as JSON, of the plan (templated)
    """

    template_fields: Sequence[str] = ("slice",)

    def __init__(self, *, slice: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slice = slice

    def do(self, context: Context) -> dict[str, Any]:
        """Return the receipt: the extraction's id, verdict and counts."""
        slice, ti = Slice.from_json(self.slice), context["ti"]
        context["label"] = slice.label  # type: ignore[literal-required]
        with warehouse() as engine:
            landing = Landing.open(
                engine, SOURCES[slice.source], slice, dag_id=ti.dag_id, run_id=ti.run_id, map_index=ti.map_index or 0
            )
            if landing.resumed:
                self.log.info("Extraction %d goes on: %d pages have landed.", landing.id, landing.resumed)
            verdict = asyncio.run(self._read(slice, landing))
            # Not before it was read: a mistyped owner would be read, in vain, for ever.
            remember_owners(engine, slice.tenant, slice.source, [slice.owner])
            counts = landing.complete(verdict)
        if not verdict.complete:
            self.log.warning("Partial: %s. Its rows are upserted, nothing is tombstoned.", verdict.reason)
        return {
            "extraction_id": landing.id,
            "label": slice.label,
            "verdict": str(verdict),
            "reason": verdict.reason,
            **counts,
        }

    async def _read(self, slice: Slice, landing: Landing) -> Verdict:
        hook = hook_of(slice.source, slice.conn_id)
        async with hook.reading(slice) as reader:
            extraction = Extraction(SOURCES[slice.source], slice, reader, landing, width=hook.width, told=self.log.info)
            try:
                return await extraction.run()
            finally:
                landing.count(requests=hook.requests)
                self.log.info("%d requests sent, %d pages have landed; %s.", hook.requests, landing.pages, hook.budget)
