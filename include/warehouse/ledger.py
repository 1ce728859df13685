"""The ledger: one receipt an extraction, in ``ingest.extractions``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Connection, Engine, Row, Text, cast, select, update
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from include.contract import Slice
from include.errors import Permanent
from include.warehouse.engine import spoken
from include.warehouse.tables import extractions

CHANGED = ("inserted", "updated", "revived", "linked", "unlinked")
MERGED = (*CHANGED, "stale", "unchanged")
"""What merging counts; normalizing again makes it void."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the ledger knows of an extraction.

    :param verdict: ``complete`` or ``partial``, with the ``reason`` if partial; ``None`` until it is completed
    :param reported_total: how many records the source said there are, if it did
    :param counts: what each task counted, by name
    :param drift: of its records, as :meth:`include.drift.Drift.to_json` tells; empty until they are normalized
    """

    id: int
    slice: Slice
    dag_id: str
    run_id: str
    map_index: int
    started_at: datetime
    completed_at: datetime | None
    verdict: str | None
    reason: str | None
    reported_total: int | None
    counts: Mapping[str, int]
    drift: Mapping[str, Any]


def receipt(conn: Connection, extraction_id: int, *, claim: bool = False) -> Receipt:
    """The receipt of one extraction; ``claim`` keeps others from it until the transaction ends.

    :raises Permanent: there is no such extraction
    """
    found = select(extractions).where(extractions.c.id == extraction_id)
    row = conn.execute(found.with_for_update() if claim else found).one_or_none()
    if row is None:
        raise Permanent(
            f"extraction {extraction_id} is not in the ledger",
            advice="Clear extract of this slice: it starts anew.",
            help="docs/operations.md#restoring-a-backup",
        )
    return _receipt(row)


@spoken()
def receipts(engine: Engine, dag_id: str, run_id: str) -> list[Receipt]:
    """The receipts of a run, the latest extraction of each mapped task, in their order."""
    latest = (
        select(extractions)
        .where(extractions.c.dag_id == dag_id, extractions.c.run_id == run_id)
        .ext(distinct_on(extractions.c.map_index))
        .order_by(extractions.c.map_index, extractions.c.id.desc())
    )
    with engine.connect() as conn:
        return [_receipt(row) for row in conn.execute(latest)]


def count(
    conn: Connection,
    extraction_id: int,
    counts: Mapping[str, int],
    *,
    forget: Sequence[str] = (),
    columns: Mapping[str, object] | None = None,
) -> None:
    """Write counts into the receipt, in place of those of the same names, and other columns beside them."""
    kept = extractions.c.counts.op("-")(cast(list(forget), ARRAY(Text)))
    merged = kept.op("||")(cast(dict(counts), JSONB))
    conn.execute(update(extractions).where(extractions.c.id == extraction_id).values(counts=merged, **(columns or {})))


def _receipt(row: Row[Any]) -> Receipt:
    known = row._mapping
    plain = {name: known[name] for name in Receipt.__slots__ if name != "slice"}
    return Receipt(slice=Slice.from_json(known["slice"]), **plain)
