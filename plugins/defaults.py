"""Task defaults: how often, how long apart, and by which exception a task is tried again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from airflow.sdk import RetryPolicy
from airflow.sdk.definitions.retry_policy import RetryDecision

from include.errors import IngestError, Permanent


class IngestRetryPolicy(RetryPolicy):
    """Fail at once what only a person can mend; the rest goes by the task's backoff. A spent budget is no retry."""

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> RetryDecision:
        """Decide by our errors, wherever in the exception's groups and causes they are."""
        for fault in _faults(exception):
            if isinstance(fault, Permanent):
                return RetryDecision.fail(str(fault))
        return RetryDecision.default()


def _faults(exception: BaseException | None) -> Iterator[IngestError]:
    """Our errors in an exception; the cause of one of ours has been judged when it was raised."""
    if isinstance(exception, IngestError):
        yield exception
    elif exception is not None:
        members = exception.exceptions if isinstance(exception, BaseExceptionGroup) else ()
        for inner in (*members, exception.__cause__):
            yield from _faults(inner)


DEFAULTS: dict[str, Any] = {
    "retries": 5,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": IngestRetryPolicy(),
    "weight_rule": "absolute",
    "priority_weight": 2,
}

REFRESH: dict[str, Any] = {"priority_weight": 1}
"""On top of ``DEFAULTS``: where worker slots are short, a refresh takes its place behind the intervals."""
