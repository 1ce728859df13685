"""Alerts: a run that failed, a run that is partial, a run that is late, told through any of Airflow's notifiers.

Off, unless the environment names notifiers in ``RECRUITING_NOTIFIERS``: docs/alerts.md says how. No message holds a key
or a person's data.
"""

import html
import json
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any
from urllib.parse import quote

from airflow.sdk import DeadlineAlert, DeadlineReference, SyncCallback

from plugins.links import ui

NOTIFIERS, DEADLINE = "RECRUITING_NOTIFIERS", "RECRUITING_DEADLINE_HOURS"
KINDS = ("failed", "partial", "late")
FAULT = "fault"
"""The XCom under which a task that failed leaves its error's message."""
MOST_REASONS = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told of a run; a notifier's templates have it as ``alert``.

    :param kind: one of ``KINDS``
    :param source: a key of ``SOURCES``; empty: the DAG is about all of them
    :param tenant: whose records they are; empty: everyone's
    :param reasons: what went wrong, a sentence each
    :param help: the page that says what to do
    """

    kind: str
    dag_id: str
    run_id: str
    source: str
    tenant: str
    reasons: Sequence[str]
    help: str

    @property
    def subject(self) -> str:
        """One line."""
        whose = f" of tenant {self.tenant}" if self.tenant else ""
        return f"Recruiting Ingest: {self.dag_id}{whose} {'is' if self.kind != 'failed' else 'has'} {self.kind}"

    @property
    def link(self) -> str:
        """The run in Airflow's UI, at ``[api] base_url``."""
        return ui(f"dags/{self.dag_id}/runs/{quote(self.run_id)}")

    @property
    def lines(self) -> list[str]:
        """The message, line by line."""
        facts = {"Source": self.source, "Tenant": self.tenant, "Run": self.run_id, "What to do": self.help}
        told = [f"{name}: {fact}" for name, fact in facts.items() if fact]
        left = len(self.reasons) - MOST_REASONS
        more = [f"... and {left} more."] if left > 0 else []
        return [f"{self.subject}.", *self.reasons[:MOST_REASONS], *more, *told, self.link]

    @property
    def text(self) -> str:
        """The message as plain text."""
        return "\n".join(self.lines)

    @property
    def html(self) -> str:
        """The message as HTML."""
        *lines, link = map(html.escape, self.lines)
        return "<br>\n".join([*lines, f'<a href="{link}">{link}</a>'])

    def send(self) -> None:
        """Hand it to every notifier that wants its kind; one that fails is logged, and does not fail the task."""
        for notifier in _notifiers():
            if self.kind not in notifier.get("on", KINDS):
                continue
            try:
                module, _, name = notifier["classpath"].rpartition(".")
                notify = getattr(import_module(module), name)(**notifier.get("kwargs", {}))
                # The context differs by where this runs; what a template may count on is the alert.
                notify({"alert": self})
            except Exception as fault:
                log.warning("%s was not told through %s: %s", self.subject, notifier["classpath"], fault)


def alerts(source: str = "", *, due: bool = False) -> dict[str, Any]:
    """
    The arguments of a DAG that has alerts; none, where the environment names no notifiers.

    :param source: a key of ``SOURCES``; without one the DAG is about all of them
    :param due: a run that has not ended well ``RECRUITING_DEADLINE_HOURS`` after it was queued is late
    :raises ValueError: the environment does not say it as docs/alerts.md does
    """
    if not _notifiers():
        return {}
    given: dict[str, Any] = {"on_failure_callback": partial(failed, source)}
    if due and (hours := _hours()):
        given["deadline"] = DeadlineAlert(
            reference=DeadlineReference.DAGRUN_QUEUED_AT,
            interval=timedelta(hours=hours),
            callback=SyncCallback(late, kwargs={"source": source, "hours": hours}),
            name=f"due in {hours:g} h",
        )
    return given


def failed(source: str, context: Mapping[str, Any]) -> None:
    """Tell of a failed run. Airflow's DAG processor calls this, with the context of the task that failed last."""
    dag, ti = context["dag"], context.get("ti")
    reasons: list[str] = []
    with suppress(Exception):
        # A run may have failed before any task did, and then nothing has left a message.
        found = [ti.xcom_pull(task_ids=[task_id], key=FAULT) for task_id in dag.task_ids]
        reasons = list(dict.fromkeys(fault for faults in found for fault in faults or () if fault))
    reasons = reasons or [f"{context.get('reason') or 'failed'}: open the run, its failed tasks say why."]
    conn_id = (context.get("params") or {}).get("conn_id")
    _told("failed", dag.dag_id, context["run_id"], source, conn_id, reasons, "docs/operations.md").send()


def incomplete(source: str, context: Mapping[str, Any], receipts: Iterable[Mapping[str, Any]]) -> None:
    """Tell of slices that were not read completely, from the receipts of a run that did come through."""
    reasons = [f"{one['label']}: {one['reason']}." for one in receipts if one["verdict"] == "partial"]
    if reasons:
        run, conn_id = context["dag_run"], context["params"]["conn_id"]
        help = "docs/operations.md#a-read-is-partial"
        _told("partial", run.dag_id, run.run_id, source, conn_id, reasons, help).send()


def late(source: str, hours: float, context: Mapping[str, Any]) -> None:
    """Tell of a run that missed its deadline. The executor calls this, with the run as the REST API shows it."""
    run = context["dag_run"]
    if run["state"] == "success":
        # It came through before the scheduler looked.
        return
    conn_id = (run.get("conf") or {}).get("conn_id") or f"{source}_default"
    reasons = [f"Queued at {run['queued_at']}, it has not ended well within {hours:g} hours: it is {run['state']}."]
    help = "docs/alerts.md#a-run-is-late"
    _told("late", run["dag_id"], run["dag_run_id"], source, conn_id, reasons, help).send()


def _told(
    kind: str, dag_id: str, run_id: str, source: str, conn_id: str | None, reasons: Sequence[str], help: str
) -> Alert:
    return Alert(kind, dag_id, run_id, source, (conn_id or "").removeprefix(f"{source}_"), reasons, help)


def _notifiers() -> list[dict[str, Any]]:
    try:
        given = json.loads(os.environ.get(NOTIFIERS) or "[]")
        if all(set(one) - {"kwargs", "on"} == {"classpath"} and set(one.get("on", KINDS)) <= {*KINDS} for one in given):
            return list(given)
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{NOTIFIERS} is not a JSON list of notifiers: see docs/alerts.md")


def _hours() -> float:
    given = os.environ.get(DEADLINE) or "0"
    try:
        hours = float(given)
    except ValueError:
        hours = -1.0
    if not 0 <= hours < 10_000:
        raise ValueError(f"{DEADLINE} is not a number of hours: see docs/alerts.md")
    return hours
