"""What every operator of ours does around its verb."""

import gc
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Any

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import BaseOperator, Context

from include.errors import IngestError, Limited


def sequence(receipts: Any) -> list[dict[str, Any]]:
    """The receipts of the mapped slices that came through; Airflow hands over a single one without its list."""
    return [receipts] if isinstance(receipts, dict) else list(receipts or [])


class VerbOperator(BaseOperator):
    """
    An operator of one verb: its errors are said in one line first, a spent budget defers it until the reset.

    :param source: a key of ``SOURCES``
    """

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source

    def execute(self, context: Context) -> Any:
        """Do the verb."""
        return self._attempt(context)

    def resume(self, context: Context, event: Any = None) -> Any:
        """Do the verb again after a deferral: what has landed is the state."""
        return self._attempt(context)

    @abstractmethod
    def do(self, context: Context) -> Any:
        """Do the verb itself, and return what goes to XCom."""

    def _attempt(self, context: Context) -> Any:
        # All that Airflow has imported is there to stay: the collector need not walk it again and again.
        gc.freeze()
        try:
            return self.do(context)
        except Limited as limited:
            if limited.resume_at is None:
                self.log.error("%s", limited)
                raise
            moment = max(limited.resume_at, datetime.now(UTC))
            self.log.warning("%s Deferred until %s.", limited, f"{moment:%Y-%m-%d %H:%M:%S} UTC")
        except IngestError as fault:
            self.log.error("%s", fault)
            raise
        finally:
            gc.unfreeze()
        self.defer(trigger=DateTimeTrigger(moment=moment), method_name="resume")
