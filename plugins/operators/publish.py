"""Publish a run: its summary, its gates, its asset event."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import Asset, Context, TriggerRule

from include.contract import Slice
from include.drift import merged, sentence
from include.errors import IngestError, MassDeletion, Unfinished
from include.sources import SOURCES
from include.warehouse.staging import clear
from include.warehouse.staleness import past
from plugins.alerts import incomplete
from plugins.hooks.warehouse import warehouse
from plugins.links import StatusPageLink
from plugins.metrics import CHANGES
from plugins.notes import leave
from plugins.operators.receipts import Receipt, sequence, sums, table
from plugins.operators.verb import VerbOperator

MANY = 12
"""Slices: more of them are folded away."""
NAMED = 3
"""So many slices are named in a sentence."""


class PublishOperator(VerbOperator):
    """
    Sum up the receipts of a run, fail if a slice or a deletion did not come through, and tell of changed rows.

    :param source: a key of ``SOURCES``
    :param receipts: the receipts of the slices that came through (templated)
    :param tombstones: the counts of tombstone, in a refresh (templated)
    """

    template_fields: Sequence[str] = ("receipts", "tombstones")
    operator_extra_links = (StatusPageLink(),)
    doc = """
Sums up the receipts of the slices, names what is stalest, and tells the consumers of the asset if rows have changed.
What was partial, or did not come through, also stands in the note of the run.

**Red:** a slice did not come through (docs/operations.md#a-slice-did-not-come-through), or so many rows would be
tombstoned that somebody has to look first (docs/operations.md#a-mass-deletion-was-refused). What did come through is
written.

**Clearing it** sums up again. After a mend, clear the task that failed with its downstream tasks: this is one of
them.
"""

    def __init__(self, *, receipts: Any, tombstones: Any = None, **kwargs: Any) -> None:
        outlet = Asset(f"recruiting.{SOURCES[kwargs['source']].table}")
        # With one slice through there is something to sum up; with none, the failed tasks say it all.
        kwargs.setdefault("trigger_rule", TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
        super().__init__(outlets=[outlet], **kwargs)
        self.receipts = receipts
        self.tombstones = tombstones
        self.tombstones_expected = tombstones is not None

    def do(self, context: Context) -> dict[str, Any]:
        """Return the run's receipt: the sums of its slices' counts, how many were partial, and what is stalest."""
        if self.tombstones_expected and self.tombstones is None:
            raise Unfinished("tombstone did not come through", advice="Open it, mend what it names, and clear it.")
        receipts = sequence(self.receipts)
        tombstones = dict(self.tombstones or {})
        held_back = tombstones.pop("held_back", None)
        summary: dict[str, Any] = dict(sums([*receipts, tombstones]))
        summary["partial"] = sum(receipt["verdict"] == "partial" for receipt in receipts)
        self._tell(receipts, summary)
        summary |= self._drift(receipts)
        planned = context["ti"].xcom_pull(task_ids="plan")
        # A replay plans extractions, and reads nothing.
        slices = [Slice.from_json(slice) for slice in planned if "extraction_id" not in slice]
        with warehouse() as engine:
            stalest = slices and past(engine, SOURCES[self.source], slices[0].tenant).stalest(slices)
            if stalest:
                summary["stalest"] = stalest
                self.log.info("Stalest: %s, read completely %s.", stalest["label"], _when(stalest["read_at"]))
            faults: list[IngestError] = [MassDeletion(held_back)] if held_back else []
            if len(planned) > len(receipts):
                faults.append(Unfinished(_lost(planned, receipts)))
            if said := [*_partial(receipts), *(fault.what for fault in faults)]:
                leave(context, "; ".join(said))
            if faults:
                raise faults[0]
            clear(engine, [receipt["extraction_id"] for receipt in receipts])
        if any(summary.get(name) for name in CHANGES):
            context["outlet_events"][self.outlets[0]].extra = summary
        else:
            # Airflow tells of every outlet that a task has when it succeeds.
            self.outlets = []
        incomplete(self.source, context, receipts)
        return summary

    def _tell(self, receipts: Sequence[Receipt], summary: Receipt) -> None:
        """Log the receipts, a row a slice; many of them are folded away above their total."""
        slices = "1 slice" if len(receipts) == 1 else f"{len(receipts):,} slices"
        said = f"{slices}, {summary['partial'] or 'none'} partial"
        if len(receipts) > MANY:
            with self.fold(said):
                self.log.info("%s:\n%s", said, table(receipts))
        self.log.info("%s:\n%s", said, table(receipts if len(receipts) <= MANY else [], total=summary))

    def _drift(self, receipts: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What the summary says of the records' form, where that is not what the vendor's page says."""
        drift = merged([receipt["drift"] for receipt in receipts])
        gone = sorted({field for receipt in receipts for field in receipt["vanished"]})
        if said := sentence(drift):
            with self.fold("Schema drift: how records differ from what the vendor's page says"):
                self.log.info("Schema drift in %s records: %s", f"{drift['records']:,}", said)
        if gone:
            self.log.warning("VANISHED from all records: %s. Has the source dropped it?", ", ".join(gone))
        return {"drift": drift, "vanished": gone} if said or gone else {}


def _partial(receipts: Sequence[Receipt]) -> Iterator[str]:
    """Which slices are partial, and why, in a sentence for the run's note."""
    reasons = [f"{receipt['label']}: {receipt['reason']}" for receipt in receipts if receipt["verdict"] == "partial"]
    if reasons:
        yield f"{len(reasons)} of {len(receipts)} slices partial ({_named(reasons)})"


def _lost(planned: Sequence[dict[str, Any]], receipts: Sequence[Receipt]) -> str:
    """Which slices have no receipt."""
    labels = [one["label"] if "extraction_id" in one else Slice.from_json(one).label for one in planned]
    came = {receipt["label"] for receipt in receipts}
    names = _named([label for label in labels if label not in came])
    return f"{len(planned) - len(receipts)} of {len(planned)} slices did not come through ({names})"


def _named(slices: Sequence[str]) -> str:
    return "; ".join([*slices[:NAMED], *([f"{len(slices) - NAMED} more"] if len(slices) > NAMED else [])])


def _when(read_at: str | None) -> str:
    return f"{datetime.fromisoformat(read_at).astimezone(UTC):%Y-%m-%d %H:%M} UTC" if read_at else "never"
