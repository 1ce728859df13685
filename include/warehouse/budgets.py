"""Budgets: what a source last told of its rate limit, one row a tenant and source."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import insert

from include.budget import Budget
from include.pace import Pace
from include.warehouse.engine import spoken
from include.warehouse.tables import budgets

KEY = ("tenant", "source")
TOLD = ("allowed", "remaining", "resets_at", "reserve", "told_at")


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a budget, and when.

    :param reserve: the share of the limit that is kept for the key's other users
    :param at: when the answer came
    """

    budget: Budget
    reserve: float
    at: datetime

    @property
    def kept(self) -> int:
        """The requests that the reserve is."""
        return int(self.reserve * (self.budget.limit or 0))


@spoken()
def tell(engine: Engine, tenant: str, source: str, pace: Pace) -> None:
    """Keep what the answers told of the budget, if they told anything, and nobody was told later."""
    if pace.told_at is None or pace.budget.remaining is None:
        return
    values = (pace.budget.limit, pace.budget.remaining, pace.budget.resets_at, pace.reserve, pace.told_at)
    row = insert(budgets).values(tenant=tenant, source=source, **dict(zip(TOLD, values, strict=True)))
    later = row.on_conflict_do_update(
        index_elements=KEY,
        set_={name: row.excluded[name] for name in TOLD},
        where=budgets.c.told_at < row.excluded.told_at,
    )
    with engine.begin() as conn:
        conn.execute(later)


def told(conn: Connection, tenant: str, source: str) -> Told | None:
    """What was last told; ``None``: nothing ever was."""
    row = conn.execute(select(*budgets.c[TOLD]).filter_by(tenant=tenant, source=source)).one_or_none()
    return Told(Budget(row.allowed, row.remaining, row.resets_at), row.reserve, row.told_at) if row else None
