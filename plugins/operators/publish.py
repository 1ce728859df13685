"""Publish a run: its summary, its gates, its asset event."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Asset, Context, TriggerRule

from include.contract import Slice
from include.drift import merged, sentence
from include.errors import MassDeletion, Unfinished
from include.sources import SOURCES
from include.warehouse.staging import clear
from include.warehouse.staleness import past
from plugins.alerts import incomplete
from plugins.hooks.warehouse import warehouse
from plugins.metrics import CHANGES
from plugins.operators.verb import VerbOperator, sequence


class PublishOperator(VerbOperator):
    """
    Sum up the receipts of a run, fail if a slice or a deletion did not come through, and tell of changed rows.

    :param source: a key of ``SOURCES``
    :param receipts: the receipts of the slices that came through (templated)
    :param tombstones: the counts of tombstone, in a refresh (templated)
    """

    template_fields: Sequence[str] = ("receipts", "tombstones")

    def __init__(self, *, receipts: Any, tombstones: Any = None, **kwargs: Any) -> None:
        table = SOURCES[kwargs["source"]].table
        # With one slice through there is something to sum up; with none, the failed tasks say it all.
        kwargs.setdefault("trigger_rule", TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
        super().__init__(outlets=[Asset(f"recruiting.{table}")], **kwargs)
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
        summary: dict[str, Any] = dict(_sums([*receipts, tombstones]))
        summary["partial"] = sum(receipt["verdict"] == "partial" for receipt in receipts)
        self.log.info("%s", _table([*receipts, {"label": "all", **summary}]))
        summary |= self._drift(receipts)
        planned = context["ti"].xcom_pull(task_ids="plan")
        # A replay plans extractions, and reads nothing.
        slices = [Slice.from_json(slice) for slice in planned if "extraction_id" not in slice]
        with warehouse() as engine:
            stalest = slices and past(engine, SOURCES[self.source], slices[0].tenant).stalest(slices)
            if stalest:
                summary["stalest"] = stalest
                self.log.info("Stalest: %s, read completely %s.", stalest["label"], stalest["read_at"] or "never")
            if held_back:
                raise MassDeletion(held_back)
            if len(planned) > len(receipts):
                raise Unfinished(f"{len(planned) - len(receipts)} of {len(planned)} slices did not come through")
            clear(engine, [receipt["extraction_id"] for receipt in receipts])
        if any(summary.get(name) for name in CHANGES):
            context["outlet_events"][self.outlets[0]].extra = summary
        else:
            # Airflow tells of every outlet that a task has when it succeeds.
            self.outlets = []
        incomplete(self.source, context, receipts)
        return summary

    def _drift(self, receipts: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What the summary says of the records' form, where that is not what the vendor's page says."""
        drift = merged([receipt["drift"] for receipt in receipts])
        gone = sorted({field for receipt in receipts for field in receipt["vanished"]})
        if said := sentence(drift):
            self.log.info("Schema drift in %s records: %s", f"{drift['records']:,}", said)
        if gone:
            self.log.warning("VANISHED from all records: %s. Has the source dropped it?", ", ".join(gone))
        return {"drift": drift, "vanished": gone} if said or gone else {}


def _sums(receipts: Sequence[dict[str, Any]]) -> dict[str, int]:
    summary: dict[str, int] = {}
    for receipt in receipts:
        for name, count in receipt.items():
            if isinstance(count, int) and name != "extraction_id":
                summary[name] = summary.get(name, 0) + count
    return summary


def _table(receipts: Sequence[dict[str, Any]]) -> str:
    """The receipts as a text table: a row a slice, a column a count that is anywhere not zero."""
    names = [name for name, count in receipts[-1].items() if isinstance(count, int) and count]
    rows = [["", "verdict", *names]]
    rows += [[r["label"], r.get("verdict", ""), *(f"{r.get(name, 0):,}" for name in names)] for r in receipts]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n" + "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
