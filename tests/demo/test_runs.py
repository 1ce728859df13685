"""Why a task failed, from its log."""

import json

import pytest

from demo.runs import last_error

INFO = {"level": "info", "event": "Reading page 3"}
OURS = {"level": "error", "event": "Leonar answered 401 (connection leonar_default)."}
RAISED = {
    "level": "error",
    "event": "Task failed with exception",
    "error_detail": [
        {"exc_type": "KeyError", "exc_value": "'inner'"},
        {"exc_type": "Unauthorized", "exc_value": "Leonar answered 401."},
    ],
}


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([INFO, OURS, INFO], OURS["event"]),
        ([INFO, OURS, RAISED, INFO], "Unauthorized: Leonar answered 401."),
        ([INFO], "its log says nothing"),
        (["Traceback (most recent call last):", 7, OURS], OURS["event"]),
    ],
)
def test_the_last_error_of_a_log_is_told(entries, said, tmp_path):
    log = tmp_path / "attempt=1.log"
    log.write_text("\n".join(entry if isinstance(entry, str) else json.dumps(entry) for entry in entries))
    assert last_error(log) == said


def test_a_log_that_is_not_there_says_nothing(tmp_path):
    assert last_error(tmp_path / "attempt=1.log") == "its log says nothing"
