import pytest
from airflow.sdk.definitions.retry_policy import RetryAction

from include.errors import Limited, Misconfigured, ServerTrouble, Unauthorized
from plugins.defaults import IngestRetryPolicy


def decide(exception):
    return IngestRetryPolicy().evaluate(exception, 1, 5)


def caused(outer, inner):
    try:
        raise outer from inner
    except type(outer) as fault:
        return fault


@pytest.mark.parametrize(
    "exception",
    [
        Unauthorized("401"),
        Misconfigured("no key"),
        ExceptionGroup("read", [ValueError(), ExceptionGroup("pages", [Unauthorized("401")])]),
        caused(RuntimeError("outer"), Unauthorized("401")),
    ],
    ids=["itself", "configuration", "in groups", "as a cause"],
)
def test_what_a_person_must_mend_fails_at_once(exception):
    assert decide(exception).action is RetryAction.FAIL


@pytest.mark.parametrize("exception", [ServerTrouble("500"), Limited("429"), ValueError(), ConnectionResetError()])
def test_the_rest_is_tried_again_by_the_tasks_own_backoff(exception):
    assert decide(exception).action is RetryAction.DEFAULT
