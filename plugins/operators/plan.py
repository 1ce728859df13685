"""Plan a run: connection, params and data interval become slices."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import Context

from include.contract import Slice, Window
from include.cutting import Sized
from include.errors import Misconfigured
from include.planning import affordable, forecast, listed, refresh, window
from include.sources import SOURCES
from include.warehouse import budgets
from include.warehouse.landing import known_owners, remember_owners
from include.warehouse.migrate import migrate
from include.warehouse.staleness import past
from plugins.hooks import hook_of
from plugins.hooks.api import ApiHook
from plugins.hooks.warehouse import warehouse
from plugins.operators.verb import VerbOperator


class PlanOperator(VerbOperator):
    """
    Cut a run into slices, one owner x one window, and bring the warehouse to its latest migration.

    :param source: a key of ``SOURCES``
    :param windowed: read what was created in the data interval; else everything, again

    The params of the run say the rest: ``conn_id``, ``project_ids`` or ``user_ids`` (instead of the connection's),
    ``filters`` (on top of the connection's), ``created_from`` and ``created_before`` (instead of the interval's ends).
    """

    doc = """
Reads the connection and the run's params, asks the source which projects or users there are, and cuts the run into
slices: one owner, one window each. Brings the warehouse to its latest migration first. Says what the run will cost.

**Red:** the API key, the connection, a param, or Postgres: the log's first error names it and says where to mend it.
Nothing has been read.

**Clearing it** plans anew, with the connection as it is now. Clear it with its downstream tasks.
"""

    def __init__(self, *, windowed: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.windowed = windowed

    def do(self, context: Context) -> list[dict[str, Any]]:
        """Return the slices of the run, as JSON."""
        try:
            return asyncio.run(self._plan(context))
        except Misconfigured as fault:
            fault.place(connection=context["params"]["conn_id"])
            raise

    async def _plan(self, context: Context) -> list[dict[str, Any]]:
        source, params, now = SOURCES[self.source], self.params_of(context), datetime.now(UTC)
        conn_id = params["conn_id"]
        hook, tenant = hook_of(self.source, conn_id), self.tenant(conn_id)
        configured = Slice(
            source=self.source,
            tenant=tenant,
            conn_id=conn_id,
            owner="",
            window=self._window(context, now) if self.windowed else None,
            filters=self._filters(hook, params["filters"]),
        )
        owners_param = source.owners_param
        given = source.owners(listed(owners_param, params[owners_param] or hook.extra.get(owners_param)))
        with warehouse() as engine:
            migrate(engine)
            found = [] if given else await hook.owners()
            budgets.tell(engine, tenant, self.source, hook.pace)
            remember_owners(engine, tenant, self.source, found)
            known = known_owners(engine, tenant, self.source)
            ledger = past(engine, source, tenant)
        # Sticky: a user who left is no longer listed, and the candidates of that user are still there.
        owners = given or [*found, *(owner for owner in known if owner not in found)]
        slices = [
            replace(slice, listed=bool(given) or slice.owner in found)
            for slice in source.slices(configured, owners, discovered=not given)
        ]
        wanted: list[Sized] = [(slice, ledger.records(slice)) for slice in slices]
        if not self.windowed:
            wanted = await refresh(slices, ledger, hook.count, now)
        sized = affordable(wanted, ledger, hook.budget.left(hook.reserve, now))
        self.meter(conn_id).asked(hook)
        if left_out := len(wanted) - len(sized):
            self.log.warning("The budget bears no more: %d windows are left to later refreshes.", left_out)
        self.log.info(
            "%s: %d %s to read, %s; %s.",
            conn_id,
            len(owners),
            source.owner_noun if len(owners) == 1 else f"{source.owner_noun}s",
            f"created {configured.window}" if configured.window else "everything known",
            forecast(source, sized, hook.budget, hook.reserve, now),
        )
        return [slice.to_json() for slice, _ in sized]

    def _window(self, context: Context, now: datetime) -> Window:
        created_from, created_before = (context["params"][name] for name in ("created_from", "created_before"))
        start, end = context.get("data_interval_start"), context.get("data_interval_end")
        interval = (start, end) if start and end and start < end else None
        if not (created_from or created_before or interval):
            self.log.warning("The run has no data interval and no created_from: it takes the last complete day.")
        return window(created_from, created_before, interval, now)

    def _filters(self, hook: ApiHook, given: Any) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for filters in (hook.extra.get("filters"), given):
            if filters and not isinstance(filters, dict):
                raise hook.misconfigured("filters is not an object", "Give a JSON object, then clear this task.")
            merged |= filters or {}
        return SOURCES[self.source].filters(merged)
