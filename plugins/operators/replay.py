"""Choose what to replay: landed extractions, to be normalized and upserted again."""

from typing import Any

from airflow.sdk import Context

from include.planning import moment
from include.sources import SOURCES
from include.warehouse.migrate import migrate
from include.warehouse.replay import replayable
from plugins.hooks.warehouse import warehouse
from plugins.operators.verb import VerbOperator


class ReplayOperator(VerbOperator):
    """
    Find the landed extractions of a tenant, and hand their receipts to normalize. Sends no request.

    :param source: a key of ``SOURCES``

    The params of the run say the rest: ``conn_id`` (its tenant), ``extraction_ids``, ``read_from``, ``read_before``.
    """

    doc = """
Finds the extractions whose landed records are to be normalized and upserted again, by the run's params. Sends no
request.

**Red:** what the params name is not there, or housekeeping has cleared it: the log's first error says which.

**Clearing it** finds them anew. Clear it with its downstream tasks.
"""

    def do(self, context: Context) -> list[dict[str, Any]]:
        """Return the receipts of the extractions, as extract returned them but for its counts."""
        params = self.params_of(context)
        since, before = (moment(name, params[name]) if params[name] else None for name in ("read_from", "read_before"))
        with warehouse() as engine:
            migrate(engine)
            ids, tenant = params["extraction_ids"] or (), self.tenant(params["conn_id"])
            found = replayable(engine, SOURCES[self.source], tenant, ids, since, before)
        self.log.info("%d extractions to replay, %d to %d.", len(found), found[0].id, found[-1].id)
        return [
            {
                "extraction_id": receipt.id,
                "label": f"{receipt.id} · {receipt.slice.label}",
                "verdict": receipt.verdict,
                "reason": receipt.reason,
            }
            for receipt in found
        ]
