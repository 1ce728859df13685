"""Housekeep: clear what landed long ago and nothing needs any more."""

from datetime import timedelta
from typing import Any

from airflow.sdk import Context

from include.sources import SOURCES
from include.warehouse.migrate import migrate
from include.warehouse.retention import housekeep
from plugins.hooks.warehouse import warehouse
from plugins.operators.verb import VerbOperator


class HousekeepOperator(VerbOperator):
    """
    Clear the landed pages, records, issues and staged rows, of all tenants, that are older than ``retention_days``.

    What an unfinished extraction, an upsert or a deletion still needs stays; `recruiting` is not touched.
    """

    doc = """
Clears what landed longer ago than `retention_days` and nothing needs any more, of all tenants, in small batches.
`recruiting` and its history are not touched.

**Red:** Postgres is away or refuses. Nothing is lost: the next run clears what this one did not.

**Clearing it** clears what is left. What has gone can only be read anew.
"""

    def do(self, context: Context) -> dict[str, Any]:
        """Return how much went, how much of what is older stays and why, and how much is left."""
        days = self.params_of(context)["retention_days"]
        with warehouse() as engine:
            migrate(engine)
            counts = housekeep(engine, SOURCES.values(), timedelta(days=days))
        told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        self.log.info("Older than %d days: %s", days, told)
        return counts
