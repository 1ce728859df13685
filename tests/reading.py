"""What the tests of reading share: a run's own tasks over real HTTP and Postgres, without the scheduler's seconds."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine, text

from include.contract import Slice, Window
from include.errors import Limited
from include.sandbox.server import Sandbox
from include.sources import SOURCES
from include.warehouse.tombstones import tombstone
from plugins.operators.extract import ExtractOperator
from tests.ingestion import Ingestion

PATHS = {"leonar": "/sourcing/contacts/search", "recruitsome": "/candidates"}
KINDS = {"leonar": "contacts", "recruitsome": "candidates"}


def slices(sandbox: Sandbox, source: str, window: Window | None = None) -> list[Slice]:
    """The slices that read a sandbox's whole world, or what was created in a window of it."""
    owners = (
        [*sandbox.state.world.projects] if source == "leonar" else [str(user) for user in sandbox.state.world.users]
    )
    configured = Slice(source, "default", f"{source}_default", "", window=window)
    return SOURCES[source].slices(configured, owners, True)


def extract(slice: Slice, run_id: str = "once", map_index: int = 0) -> dict[str, Any]:
    """The receipt of the extract task; what defers it is waited out."""
    task = ExtractOperator(task_id="extract", source=slice.source, slice=slice.to_json())
    ti = SimpleNamespace(dag_id="test", run_id=run_id, map_index=map_index, try_number=1)
    while True:
        try:
            return task.do({"ti": ti})
        except Limited as limited:
            if limited.resume_at is None:
                raise
            time.sleep(max(0.0, (limited.resume_at - datetime.now(UTC)).total_seconds()) + 1)


@dataclass
class Pipeline:
    """The tasks of an ingest DAG, one slice after the other."""

    engine: Engine
    sandbox: Sandbox
    runs: int = 0

    def ingest(self, source: str, window: Window | None = None) -> list[dict[str, Any]]:
        """Extract, normalize and upsert; the receipts of extract."""
        self.runs += 1
        receipts = [
            extract(slice, f"run {self.runs}", number)
            for number, slice in enumerate(slices(self.sandbox, source, window))
        ]
        merging = Ingestion(self.engine, SOURCES[source], "default")
        for receipt in receipts:
            merging.merge(receipt["extraction_id"])
        return receipts

    def refresh(self, source: str) -> list[dict[str, Any]]:
        """The same of everything, and the tombstones that it proves."""
        receipts = self.ingest(source)
        tombstone(self.engine, SOURCES[source], [receipt["extraction_id"] for receipt in receipts])
        return receipts

    def held(self, source: str, *, deleted: bool = False) -> set[str]:
        """The ids of the rows that live; or of those that do not."""
        state = "is not null" if deleted else "is null"
        query = f"select remote_id from recruiting.{KINDS[source]} where remote_deleted_at {state}"
        with self.engine.connect() as conn:
            return set(conn.scalars(text(query)))


def live(sandbox: Sandbox, source: str) -> dict[str, datetime]:
    """When each record that lives was created, by its id as Postgres knows it."""
    return {
        identity(source, one): datetime.fromisoformat(one["created_at"])
        for one in sandbox.world()[KINDS[source]]
        if one["live"]
    }


def identity(source: str, truth: Mapping[str, Any]) -> str:
    """The id of one of the sandbox's truths as Postgres knows it."""
    if source == "recruitsome":
        return str(truth["id"])
    return truth["profile_id"] or f"crm:{truth['contact_id']}"


def asked(sandbox: Sandbox, source: str) -> Counter[tuple[str, int]]:
    """How often each page of each owner was asked for."""
    return Counter((str(one["owner"]), one["page"]) for one in sandbox.requests(source, PATHS[source]))


def spent(sandbox: Sandbox, source: str) -> int:
    """The requests for records; those for owners apart."""
    return sum(asked(sandbox, source).values())


def faults(counts: Mapping[str, int]) -> dict[str, int]:
    """The faults that a receipt tells, by kind."""
    kinds: Iterable[str] = ("server_trouble", "link_trouble", "unreadable_answer", "limited")
    return {kind: counts[kind] for kind in kinds if counts.get(kind)}
