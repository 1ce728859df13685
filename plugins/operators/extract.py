"""Extract a slice: read its pages and land them."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from airflow.sdk import Context
from sqlalchemy import Engine

from include.checkpoint import Verdict
from include.contract import Slice
from include.errors import Forbidden, IngestError, Limited, Missing
from include.extraction import Extraction
from include.sources import SOURCES
from include.telling import pause, progress
from include.warehouse import budgets
from include.warehouse.landing import Landing, remember_owners
from include.warehouse.sharing import BEHIND, Company, company
from include.warehouse.tombstones import holds
from plugins.hooks import hook_of
from plugins.hooks.api import ApiHook
from plugins.hooks.warehouse import warehouse
from plugins.lineage import Traced, extracted
from plugins.operators.receipts import table
from plugins.operators.verb import VerbOperator

READ = ("requests", "pages", "records")
"""Told though they are zero."""


class ExtractOperator(Traced, VerbOperator):
    """
    Read the pages of a slice, several at a time, and land them; go on with the pages that have not landed yet.

    :param source: a key of ``SOURCES``
    :param slice: a slice as JSON, of the plan (templated)
    """

    template_fields: Sequence[str] = ("slice",)
    doc = """
Reads the pages of one slice and lands them as they come: what has landed is not asked for again, whatever happens.
When the budget is spent it is *deferred*, without a worker slot, and goes on by itself: until when is in its name.

**Red:** the key, the owner, or the source itself: the log's first error is the vendor's word and says what to mend. A
fault that passes was tried again already.

**Clearing it** after a failure goes on with the pages that have not landed; after a success it reads the slice anew,
which costs its requests once more. Clear it with its downstream tasks.
"""

    def __init__(self, *, slice: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slice = slice
        self.partial = False

    @property
    def name_of_slice(self) -> str:
        """The slice's label, and whether its read was partial."""
        return Slice.from_json(self.slice).label + (" · partial" if self.partial else "")

    def do(self, context: Context) -> dict[str, Any]:
        """Return the receipt: the extraction's id, verdict and counts."""
        slice, ti = Slice.from_json(self.slice), context["ti"]
        hook = hook_of(slice.source, slice.conn_id)
        with warehouse() as engine:
            landing = Landing.open(
                engine, SOURCES[slice.source], slice, dag_id=ti.dag_id, run_id=ti.run_id, map_index=ti.map_index or 0
            )
            with (
                self.fold(f"Reading {slice.conn_id}, {SOURCES[slice.source].owner_noun} {slice.label}"),
                company(engine, hook.account, refreshes=slice.refreshes) as others,
            ):
                if landing.resumed:
                    self.log.info("Extraction %d goes on: %d pages have landed.", landing.id, landing.resumed)
                verdict = self._verdict(hook, slice, landing, others)
            verdict = self._believed(verdict, slice, engine)
            # Not before it was read: a mistyped owner would be read, in vain, for ever.
            remember_owners(engine, slice.tenant, slice.source, [slice.owner])
            counts = landing.complete(verdict)
            self.trace = extracted(SOURCES[slice.source], slice, hook.access[0], engine.url, counts)
        self.partial = not verdict.complete
        if self.partial:
            self.log.warning("Partial: %s. Its rows are upserted, nothing is tombstoned.", verdict.reason)
        receipt = {"verdict": str(verdict), "reason": verdict.reason, **counts}
        self.log.info("Read; %s:\n%s", hook.budget, table([receipt], of=READ))
        return {"extraction_id": landing.id, "label": slice.label, **receipt}

    def _believed(self, verdict: Verdict, slice: Slice, engine: Engine) -> Verdict:
        """An owner that is no longer listed and reads empty all at once has not lost its records: nobody shows them."""
        emptied = slice.refreshes and not (slice.listed or verdict.counts.get("seen"))
        source = SOURCES[slice.source]
        if not (verdict.complete and emptied and holds(engine, source, slice)):
            return verdict
        gone = f"{source.owner_noun} {slice.owner} is no longer listed, and reads empty"
        return replace(verdict, complete=False, reason=f"{gone}: its {source.table} stay as they are")

    def _verdict(self, hook: ApiHook, slice: Slice, landing: Landing, others: Company) -> Verdict:
        source = SOURCES[slice.source]
        try:
            with self._counted(hook, landing):
                return asyncio.run(self._read(hook, slice, landing, others))
        except (Missing, Forbidden) as fault:
            if slice.listed:
                raise
            gone = f"{source.owner_noun} {slice.owner} is no longer listed, and {fault.what}"
            return Verdict(False, f"{gone}: its {source.table} stay as they are")
        except Limited as limited:
            if slice.refreshes and limited.resume_at:
                limited.resume_at += BEHIND
            if limited.resume_at:
                with suppress(IngestError):
                    landing.wait(limited.resume_at)
            raise

    async def _read(self, hook: ApiHook, slice: Slice, landing: Landing, others: Company) -> Verdict:
        async def attend() -> int:
            await asyncio.to_thread(budgets.tell, landing.engine, slice.tenant, slice.source, hook.pace)
            return await others.attend()

        async with hook.reading(slice, attend) as reader:
            source, told = SOURCES[slice.source], self.log.info
            extraction = Extraction(source, slice, reader, landing, width=hook.width, told=told)
            telling = asyncio.create_task(self._tell(extraction, hook, landing))
            try:
                return await extraction.run()
            finally:
                telling.cancel()

    async def _tell(self, extraction: Extraction, hook: ApiHook, landing: Landing) -> None:
        """Log now and then how far a long read is."""
        began = monotonic()
        while True:
            await asyncio.sleep(pause(monotonic() - began))
            left = hook.budget.left(hook.reserve, datetime.now(UTC))
            pace = (landing.pages - landing.resumed) / (monotonic() - began)
            self.log.info("%s", progress(extraction.read, extraction.expected, pace, hook.budget, left))

    @contextmanager
    def _counted(self, hook: ApiHook, landing: Landing) -> Iterator[None]:
        """Add what the hook counts to the receipt; if Postgres is away by then, the error that came first is told."""
        try:
            yield
        except BaseException:
            with suppress(IngestError):
                self._note(hook, landing)
            raise
        else:
            self._note(hook, landing)
        finally:
            self.meter(hook.conn_id).asked(hook)
            faults = "".join(f", {count} {name}" for name, count in hook.counts.items() if name != "requests")
            sent = hook.counts["requests"]
            self.log.info("%d requests sent%s, %d pages have landed; %s.", sent, faults, landing.pages, hook.budget)

    def _note(self, hook: ApiHook, landing: Landing) -> None:
        landing.count(**hook.counts)
        budgets.tell(landing.engine, landing.slice.tenant, landing.slice.source, hook.pace)
