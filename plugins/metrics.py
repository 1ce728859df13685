"""What the tasks measure, through Airflow's own metrics: StatsD, Datadog or OpenTelemetry, as configured there.

docs/metrics.md names every one with its unit. Nothing is sent where Airflow's metrics are off.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats

if TYPE_CHECKING:
    from plugins.hooks.api import ApiHook

CHANGES = ("inserted", "updated", "revived", "linked", "unlinked", "tombstoned")
"""The counts of a receipt that say that rows of ``recruiting`` changed."""

RECEIPTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "extract": {"pages": ("pages",), "records": ("records",)},
    "normalize": {"rejected": ("rejected",), "issues": ("issues",)},
    "upsert": {"changed": CHANGES},
    "tombstone": {"changed": CHANGES},
    "publish": {"partial": ("partial",)},
}
"""The counters that a task adds to when it is done: of which counts of its receipt each is the sum."""


class Meter:
    """
    Tells the metrics of one task.

    :param dag_id: the task's DAG
    :param source: a key of ``SOURCES``
    :param tenant: whose records they are
    """

    def __init__(self, dag_id: str, source: str, tenant: str) -> None:
        self.tags = {"dag_id": dag_id, "source": source, "tenant": tenant}

    def asked(self, hook: "ApiHook") -> None:
        """What one try has asked of the source, and what the last answer told of the budget."""
        requests = hook.counts["requests"]
        self._count("requests", requests)
        self._count("faults", hook.counts.total() - requests)
        if hook.budget.remaining is not None:
            stats.gauge(self._named("budget_left"), hook.budget.remaining, tags=self.tags)

    def waits(self, wait: timedelta) -> None:
        """How long a task is deferred until the budget is renewed."""
        stats.timing(self._named("wait"), max(wait, timedelta()), tags=self.tags)

    def done(self, verb: str, receipt: Any) -> None:
        """What a task's receipt counts.

        :param verb: the last part of the task's id
        """
        for name, counts in RECEIPTS.get(verb, {}).items():
            self._count(name, sum(receipt.get(count) or 0 for count in counts))
        if verb == "publish" and (read_at := (receipt.get("stalest") or {}).get("read_at")):
            age = datetime.now(UTC) - datetime.fromisoformat(read_at)
            stats.gauge(self._named("staleness"), age.total_seconds(), tags=self.tags)

    def _count(self, name: str, number: int) -> None:
        stats.incr(self._named(name), number, tags=self.tags)

    def _named(self, name: str) -> str:
        """The metric's name. Plain StatsD takes no tags: there, the gauges of two tenants would be one without this."""
        plain = conf.getboolean("metrics", "statsd_on") and not (
            conf.getboolean("metrics", "statsd_datadog_enabled")
            or conf.getboolean("metrics", "statsd_influxdb_enabled", fallback=False)
        )
        if not plain:
            return f"recruiting.{name}"
        tenant = stats.normalize_name_for_stats(self.tags["tenant"], log_warning=False).replace(".", "__")
        return f"recruiting.{self.tags['source']}.{tenant}.{name}"
