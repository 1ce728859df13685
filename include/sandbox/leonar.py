"""The double of Leonar, from ``leonar-search-crm-contacts.txt`` and the facts in ``contract/README.md``."""

import re
from math import ceil
from typing import Any

from include.sandbox.leonar_filters import found
from include.sandbox.leonar_request import search_faults
from include.sandbox.shelf import dump
from include.sandbox.state import Asked, Fault, Route, State
from include.sandbox.trouble import Cut

OWNER = "project_id"
PREFIX = "leo_"
_PAGE_SIZE = 20
_DIGITS = re.compile(r"\d{1,300}", re.ASCII)
_CODES = {
    400: "validation_error",
    401: "invalid_api_key",
    402: "insufficient_credits",
    403: "insufficient_scope",
    404: "not_found",
    429: "rate_limit_exceeded",
    500: "internal_error",
}


def search(state: State, asked: Asked) -> bytes:
    """``POST /api/v1/sourcing/contacts/search``: one page of CRM contacts."""
    body = asked.body
    faults = search_faults(body, state.readings)
    if faults:
        raise Fault(400, "The request is not valid.", details=faults)
    project = body[OWNER].lower()
    if project not in state.world.projects:
        raise Fault(404, f"Project {project} was not found.")
    page, size = int(body.get("page", 1)), int(body.get("page_size", _PAGE_SIZE))
    matches = found(state.world, state.readings, body)
    if state.readings.order == "swapping" and asked.number % 2:
        matches = _neighbours_swapped(matches)
    if page > max(1, -(-len(matches) // size)) and state.readings.past_end == "missing":
        raise Fault(404, "Page not found")
    cut = Cut(matches, (page - 1) * size, size, asked.due)
    profiles = b",".join([_profile(state, index, project) for index in cut.page])
    rest = _counts(state, cut) | {"next_page": page + 1 if cut.follows else None, "has_more": cut.follows}
    return b'{"data":{"profiles":[' + profiles + b"]," + dump(rest)[1:] + b"}"


def projects(state: State, asked: Asked) -> bytes:
    """``GET /api/v1/projects``: the workspace's projects, by ``limit`` and ``offset``."""
    faults: dict[str, list[str]] = {}
    limit = _number(asked.query, "limit", 50, 1, 100, faults)
    offset = _number(asked.query, "offset", 0, 0, None, faults)
    if faults:
        raise Fault(400, "The request is not valid.", details=faults)
    cut = Cut(list(state.world.projects.values()), offset, limit, asked.due)
    meta = {"total": cut.total, "limit": limit, "offset": offset, "has_more": cut.follows}
    return dump({"data": cut.page, "meta": meta})


ROUTES = {
    ("POST", "/api/v1/sourcing/contacts/search"): Route("sourcing:read", search),
    ("GET", "/api/v1/projects"): Route("projects:read", projects),
}


def fault(fault: Fault, /) -> bytes:
    """``{"error": {"code", "message", "details"?}}``."""
    other = "internal_error" if fault.status >= 500 else "validation_error"
    error: dict[str, Any] = {"code": fault.code or _CODES.get(fault.status, other), "message": fault.message}
    if fault.details:
        error["details"] = [
            {"field": field, "message": text} for field, texts in fault.details.items() for text in texts
        ]
    return dump({"error": error})


def insufficient_scope(scope: str, /) -> Fault:
    """403 of a key without the scope."""
    return Fault(403, f"This API key does not have the required scope: {scope}")


def unauthorized() -> Fault:
    """401 of no key, or of an unknown one."""
    return Fault(401, "Invalid or missing API key")


def headers(_: State, limit: int, remaining: int, reset: float, __: float, ___: bool, /) -> dict[str, str]:
    """``X-RateLimit-*`` on every response."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(ceil(reset)),
    }


def _profile(state: State, index: int, project: str) -> bytes:
    world = state.world
    member = project in world.contacts.owners[index]
    told = member or state.readings.contact_id == "always" or not world.linked(index)
    relative = {"already_in_project": member, "existing_contact_id": world.contact_id(index) if told else None}
    if index in world.odd["contacts"] or index in world.contacts.fields:
        return dump(world.contact(index, relative))
    return world.contacts.text(index, lambda at: dump(world.profile(at))[:-1] + b",") + dump(relative)[1:]


def _counts(state: State, cut: Cut[int]) -> dict[str, int | None]:
    total = cut.total
    everything = len(state.world.contacts.keys())
    readings: dict[str, dict[str, int | None]] = {
        "exact": {"total_count": total, "filtered_count": total},
        "total_is_crm": {"total_count": everything, "filtered_count": total},
        "filtered_is_page": {"total_count": total, "filtered_count": len(cut.page)},
        "rounded": {"total_count": total // 100 * 100, "filtered_count": total // 100 * 100},
        "null": {"total_count": None, "filtered_count": None},
        "missing": {},
    }
    return readings[state.readings.counts]


def _neighbours_swapped(rows: list[int]) -> list[int]:
    # Pairs (0, 1), (2, 3) …: on pages of 25 every other boundary parts a pair.
    swapped = list(rows)
    even = len(rows) // 2 * 2
    swapped[0:even:2], swapped[1:even:2] = rows[1:even:2], rows[0:even:2]
    return swapped


def _number(
    query: dict[str, str], name: str, default: int, least: int, most: int | None, faults: dict[str, list[str]]
) -> int:
    given = query.get(name, str(default))
    if not _DIGITS.fullmatch(given) or int(given) < least or (most is not None and int(given) > most):
        faults[name] = [f"Expected an integer of at least {least}" + (f" and at most {most}" if most else "")]
        return default
    return int(given)
