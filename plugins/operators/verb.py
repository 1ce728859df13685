"""What every operator of ours does around its verb."""

import gc
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, NoReturn

from airflow.sdk import BaseOperator, Context
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import SetRenderedMapIndex

from include.errors import IngestError, Limited, Misconfigured
from plugins.alerts import FAULT
from plugins.metrics import Meter
from plugins.operators.waiting import WaitingTrigger

GARBAGE = 20_000
"""So many more objects made than dropped, and the collector looks for cycles among them."""


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """What Airflow has imported is there to stay, and pages are many small objects that no cycle holds."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(GARBAGE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class VerbOperator(BaseOperator):
    """
    An operator of one verb: its errors are said in one line first, a spent budget defers it until the reset.

    :param source: a key of ``SOURCES``; without one the verb is about all of them
    """

    doc: ClassVar[str]
    """What the UI says of the task, in Markdown: what it does, what to do when it is red, what clearing it does."""

    def __init__(self, *, source: str | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("doc_md", self.doc)
        super().__init__(**kwargs)
        self.source = source

    @property
    def name_of_slice(self) -> str:
        """What a mapped task is called in the UI, known before it begins; empty: it is not mapped."""
        return ""

    def execute(self, context: Context) -> Any:
        """Do the verb."""
        return self._attempt(context)

    def resume(self, context: Context, event: Any = None) -> Any:
        """Do the verb again after a deferral: what has landed is the state."""
        return self._attempt(context)

    @abstractmethod
    def do(self, context: Context) -> Any:
        """Do the verb itself, and return what goes to XCom."""

    def params_of(self, context: Context) -> dict[str, Any]:
        """
        The params of the run.

        :raises Misconfigured: the run was given one that the DAG does not have
        """
        known = context["dag"].params
        if unknown := sorted(set(context["dag_run"].conf or {}) - set(known)):
            raise Misconfigured(
                f"the DAG has no param {', '.join(unknown)}",
                advice=f"It has {', '.join(sorted(known))}; trigger again.",
            )
        return dict(context["params"])

    def tenant(self, conn_id: str) -> str:
        """The tenant of a connection: what follows its prefix."""
        return conn_id.removeprefix(f"{self.source}_")

    def meter(self, conn_id: str) -> Meter:
        """What tells this task's metrics."""
        return Meter(self.dag_id, self.source or "", self.tenant(conn_id))

    @contextmanager
    def fold(self, title: str) -> Iterator[None]:
        """Fold away in the UI what is logged inside."""
        self.log.info("::group::%s", title)
        try:
            yield
        finally:
            self.log.info("::endgroup::")

    def _attempt(self, context: Context) -> Any:
        try:
            with _collecting_rarely():
                receipt = self.do(context)
        except Limited as limited:
            if limited.resume_at is None:
                self.log.error("%s", limited)
                context["ti"].xcom_push(FAULT, str(limited))
                raise
            self._wait(context, max(limited.resume_at, datetime.now(UTC)), limited)
        except IngestError as fault:
            self.log.error("%s", fault)
            context["ti"].xcom_push(FAULT, str(fault))
            raise
        else:
            if self.source:
                self.meter(context["params"]["conn_id"]).done(self.task_id.rpartition(".")[2], receipt)
            return receipt

    def _wait(self, context: Context, moment: datetime, limited: Limited) -> NoReturn:
        """Give the worker slot back until then; why and until when is in the log, the task's XCom and its name."""
        until = f"until {moment:%Y-%m-%d %H:%M:%S} UTC"
        self.log.warning("%s Deferred %s.", limited, until)
        context["ti"].xcom_push("deferred", f"{until}: {limited.what}")
        if self.name_of_slice:
            # A deferral alone leaves the name as it is; the next start renders it anew.
            name = f"{self.name_of_slice} · waits until {moment:%H:%M:%S} UTC"
            task_runner.SUPERVISOR_COMMS.send(SetRenderedMapIndex(rendered_map_index=name))
        self.meter(context["params"]["conn_id"]).waits(moment - datetime.now(UTC))
        self.defer(trigger=WaitingTrigger(moment, limited.what), method_name="resume")
