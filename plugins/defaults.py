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
        """Decide by our error, wherever in the exception's groups and causes it is."""
        fault = next((one for one in _unwrap(exception) if isinstance(one, IngestError)), None)
        if isinstance(fault, Permanent):
            return RetryDecision.fail(type(fault).__doc__)
        return RetryDecision.default()


def _unwrap(exception: BaseException | None) -> Iterator[BaseException]:
    if exception is None:
        return
    yield exception
    for inner in exception.exceptions if isinstance(exception, BaseExceptionGroup) else (exception.__cause__,):
        yield from _unwrap(inner)


DEFAULTS: dict[str, Any] = {
    "retries": 5,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": IngestRetryPolicy(),
}
