"""Tombstone after a refresh: what every owner's complete extraction no longer holds."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context, TriggerRule

from include.errors import MassDeletion
from include.sources import SOURCES
from include.warehouse.tombstones import tombstone
from plugins.hooks.warehouse import warehouse
from plugins.operators.receipts import sequence
from plugins.operators.verb import VerbOperator


class TombstoneOperator(VerbOperator):
    """
    Set ``remote_deleted_at`` on rows that complete extractions no longer hold.

    :param source: a key of ``SOURCES``
    :param receipts: the receipts of upsert (templated)

    The param ``allow_mass_delete`` of the run lets a fifth of the live rows and more go at once.
    """

    template_fields: Sequence[str] = ("receipts",)
    doc = """
Sets `remote_deleted_at` on the rows that complete reads no longer hold. A partial read proves nothing. A fifth of the
live rows or more is not believed: nothing is tombstoned, and `publish` fails with the numbers.

**Red:** Postgres is away or refuses.

**Clearing it** counts again what is gone. Clear it with its downstream tasks.
"""

    def __init__(self, *, receipts: Any, **kwargs: Any) -> None:
        # An owner that was not read keeps its records alive: the others' absences are proven all the same.
        kwargs.setdefault("trigger_rule", TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
        super().__init__(**kwargs)
        self.receipts = receipts

    def do(self, context: Context) -> dict[str, Any]:
        """Return the counts, or under ``held_back`` why nothing was tombstoned; publish fails on it."""
        extractions = [receipt["extraction_id"] for receipt in sequence(self.receipts)]
        allowed = context["params"]["allow_mass_delete"]
        try:
            with warehouse() as engine:
                counts = tombstone(engine, SOURCES[self.source], extractions, allow_mass_delete=allowed)
        except MassDeletion as refusal:
            self.log.warning("%s", refusal)
            return {"held_back": refusal.what}
        self.log.info("%s", ", ".join(f"{count:,} {name}" for name, count in counts.items()))
        return counts
