"""Replay: the landed extractions that can be normalized and upserted again, without one request."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, exists, not_, select

from include.contract import Source
from include.errors import Misconfigured
from include.warehouse import ledger
from include.warehouse.engine import spoken
from include.warehouse.tables import extractions, pages

MOST = 1_000
"""Extractions of one run: Airflow maps a task to no more than 1,024 by default."""


@spoken()
def replayable(
    engine: Engine,
    source: Source,
    tenant: str,
    ids: Sequence[int] = (),
    since: datetime | None = None,
    before: datetime | None = None,
) -> list[ledger.Receipt]:
    """The completed extractions of a tenant whose pages are still landed, in the order in which they began.

    The order in which they are replayed makes no difference: an older one never overwrites what a newer one wrote.

    :param ids: these alone
    :param since: begun then or later
    :param before: begun earlier
    :raises Misconfigured: there is none, one of the ``ids`` is none of them, or they are too many for a run
    """
    landed = exists(select(pages.c.number).where(pages.c.extraction_id == extractions.c.id))
    whole = (extractions.c.completed_at.is_not(None), not_(extractions.c.counts.has_key("cleared")))
    chosen = select(extractions.c.id).filter_by(tenant=tenant, source=source.name).where(landed, *whole)
    if ids:
        chosen = chosen.where(extractions.c.id.in_(ids))
    if since:
        chosen = chosen.where(extractions.c.started_at >= since)
    if before:
        chosen = chosen.where(extractions.c.started_at < before)
    with engine.connect() as conn:
        found = list(conn.scalars(chosen.order_by(extractions.c.id)))
        _check(tenant, source, ids, found)
        return [ledger.receipt(conn, id) for id in found]


def _check(tenant: str, source: Source, ids: Sequence[int], found: Sequence[int]) -> None:
    where: dict[str, object] = {"tenant": tenant, "source": source.name}
    if absent := sorted(set(ids).difference(found)):
        raise Misconfigured(
            f"the extractions {', '.join(map(str, absent))} cannot be replayed",
            where=where,
            advice="Name some that are completed, of this source, and not yet cleared by housekeeping.",
        )
    if not found:
        raise Misconfigured("nothing is landed that could be replayed", where=where, advice="Refresh it instead.")
    if len(found) > MOST:
        raise Misconfigured(
            f"{len(found):,} extractions are more than a run takes, {MOST:,}",
            where=where,
            advice="Replay them in several runs, by read_from and read_before.",
        )
