"""What is wrong with the body of a Leonar search: types, UUIDs, enums and ranges of the endpoint's page."""

import re
from collections.abc import Callable
from typing import Any

from include.sandbox.leonar_created import created_fault
from include.sandbox.readings import Readings
from include.sandbox.work import CONTACT_TYPES, STAGES

Check = Callable[[Any], str | None]

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def search_faults(body: Any, readings: Readings) -> dict[str, list[str]]:
    """By field, what is wrong with the body of a search; fields that the page does not name are let pass."""
    if not isinstance(body, dict):
        return {"body": ["Expected a JSON object"]}
    checks: dict[str, Check] = {
        **dict.fromkeys(("job_titles", "companies", "keywords", "skills", "tags"), _list(_text)),
        **dict.fromkeys(("project_ids", "sequence_ids", "stage_ids"), _list(_uuid)),
        **dict.fromkeys(("first_name", "last_name", "full_name"), _text),
        **dict.fromkeys(("created_after", "created_before"), lambda value: created_fault(value, readings)),
        "contact_types": _list(_one_of(CONTACT_TYPES)),
        "stage_categories": _list(_one_of(STAGES)),
        "locations": _locations,
        "page": _integer(None),
        "page_size": _integer(25),
        "project_id": _uuid,
    }
    faults = {field: check(body[field]) for field, check in checks.items() if field in body}
    if "project_id" not in body:
        faults["project_id"] = "Required"
    return {field: [fault] for field, fault in faults.items() if fault}


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "Expected string"


def _uuid(value: Any) -> str | None:
    return None if isinstance(value, str) and _UUID.fullmatch(value) else "Invalid uuid"


def _one_of(allowed: tuple[str, ...]) -> Check:
    return lambda value: None if value in allowed else f"Expected one of {', '.join(allowed)}"


def _list(check: Check) -> Check:
    def faults(value: Any) -> str | None:
        if not isinstance(value, list):
            return "Expected array"
        return next((fault for fault in map(check, value) if fault), None)

    return faults


def _locations(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "Expected object"
    listed = (_list(_text)(value[part]) for part in ("cities", "states", "countries") if part in value)
    return next((fault for fault in listed if fault), None)


def _integer(most: int | None) -> Check:
    def fault(value: Any) -> str | None:
        # To JSON, 2.0 is an integer and true is not.
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            return "Expected integer"
        if value < 1 or (most is not None and value > most):
            return "Expected an integer of at least 1" + (f" and at most {most}" if most else "")
        return None

    return fault
