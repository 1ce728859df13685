"""The double of Recruitsome, from ``recruitsome-list-candidates.txt`` and the facts in ``contract/README.md``."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any
from urllib.parse import urlencode

from include.sandbox.recruitsome_query import Query
from include.sandbox.shelf import dump
from include.sandbox.state import Asked, Fault, Route, State
from include.sandbox.trouble import Cut
from include.sandbox.work import STATUSES

OWNER = "user_id"
PREFIX = ""
_SORTS = ("created_at", "first_name", "last_name", "email")


def candidates(state: State, asked: Asked) -> bytes:
    """``GET /api/v1/candidates``: one page of a user's candidates."""
    query = Query(asked.query)
    user = query.integer("user_id", required=True)
    for name in ("email", "search"):
        query.text(name)
    query.choice("status", tuple(STATUSES))
    sort = query.choice("sort", _SORTS) or "created_at"
    descending = (query.choice("sort_direction", ("asc", "desc")) or "desc") == "desc"
    page, size = query.page()
    query.check()
    world, left = state.world, user in state.world.left
    if user not in world.users or (left and state.readings.leavers == "missing"):
        raise Fault(404, f"No query results for model [User] {user}")
    swapped = state.readings.ties == "swapping" and bool(asked.number % 2)
    matches = (
        []
        if left and state.readings.leavers == "empty"
        else _matches(state, asked.query, user, sort, descending, swapped)
    )
    cut = Cut(matches, (page - 1) * size, size, asked.due)
    return _paginated(state, asked, cut, page, size, [world.candidate_text(index) for index in cut.page])


def team(state: State, asked: Asked) -> bytes:
    """``GET /api/v1/team``: the users who are still employed."""
    query = Query(asked.query)
    page, size = query.page()
    query.check()
    users = [user for user in state.world.users.values() if user["id"] not in state.world.left]
    cut = Cut(users, (page - 1) * size, size, asked.due)
    return _paginated(state, asked, cut, page, size, [dump(user) for user in cut.page])


def health(_state: State, _asked: Asked) -> bytes:
    """``GET /api/v1/health``."""
    return dump({"status": "ok"})


ROUTES = {
    ("GET", "/api/v1/candidates"): Route("candidates:read", candidates),
    ("GET", "/api/v1/team"): Route("team:read", team),
    ("GET", "/api/v1/health"): Route(None, health),
}


def fault(fault: Fault, /) -> bytes:
    """``{"message", "errors"?, "code"?}``."""
    body: dict[str, Any] = {"message": fault.message or HTTPStatus(fault.status).phrase}
    if fault.code:
        body["code"] = fault.code
    if fault.details:
        body["errors"] = dict(fault.details)
    return dump(body)


def insufficient_scope(scope: str, /) -> Fault:
    """403 of a key without the scope."""
    return Fault(403, f"This token does not have the required scope: {scope}", code="INSUFFICIENT_SCOPE")


def unauthorized() -> Fault:
    """401 of no key, or of an unknown one."""
    return Fault(401, "Unauthenticated.")


def headers(state: State, limit: int, remaining: int, reset: float, wait: float, limited: bool, /) -> dict[str, str]:
    """The headers of Laravel's throttle, as far as the reading has them."""
    reading = state.readings.rate_headers
    told: dict[str, str] = {}
    if reading == "laravel":
        told |= {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(remaining)}
    if limited and reading in ("laravel", "retry_after"):
        told["Retry-After"] = str(ceil(wait))
    if limited and reading in ("laravel", "reset"):
        told["X-RateLimit-Reset"] = str(ceil(reset))
    return told


def _matches(
    state: State, query: Mapping[str, str], user: int, sort: str, descending: bool, swapped: bool
) -> Sequence[int]:
    shelf, world = state.world.candidates, state.world
    filters: dict[str, str] = {name: query[name] for name in ("email", "search", "status") if query.get(name)}
    if not filters and sort == "created_at" and not swapped:
        return shelf.newest(user) if descending else shelf.indices(user)

    def found() -> list[int]:
        indices = shelf.indices(user)[::-1] if swapped else shelf.indices(user)
        if filters:
            indices = [index for index in indices if _passes(world.candidate(index), filters)]
        if sort == "created_at":
            ordered = sorted(indices, key=shelf.created.__getitem__)
        else:
            values = {index: _plain(world.candidate(index).get(sort)) for index in indices}
            ordered = sorted(indices, key=values.__getitem__)
        return ordered[::-1] if descending else ordered

    return shelf.remember(("matches", user, tuple(filters.items()), sort, descending, swapped), found)


def _passes(record: dict[str, Any], filters: dict[str, str]) -> bool:
    status = record.get("status")
    return (
        ("email" not in filters or record.get("email") == filters["email"])
        and ("status" not in filters or (isinstance(status, dict) and status["value"] == filters["status"]))
        and (
            "search" not in filters
            or any(
                _plain(filters["search"]) in _plain(record.get(part)) for part in ("first_name", "last_name", "email")
            )
        )
    )


def _plain(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else ""


def _paginated(state: State, asked: Asked, cut: Cut[Any], page: int, size: int, texts: list[bytes]) -> bytes:
    """Laravel's paginator: ``data``, ``links``, ``meta``."""
    path = asked.origin + asked.path
    kept = (
        {name: value for name, value in asked.query.items() if name != "page"}
        if state.readings.links == "query"
        else {}
    )

    def link(number: int) -> str:
        return f"{path}?{urlencode({**kept, 'page': number})}"

    last = max(1, -(-cut.total // size), page + 1 if cut.follows and "endless" in asked.due else 1)
    start = (page - 1) * size
    links = {
        "first": link(1),
        "last": link(last),
        "prev": link(page - 1) if page > 1 else None,
        "next": link(page + 1) if cut.follows else None,
    }
    meta = {
        "current_page": page,
        "from": start + 1 if texts else None,
        "last_page": last,
        "path": path,
        "per_page": size,
        "to": start + len(texts) if texts else None,
        "total": cut.total,
    }
    return b'{"data":[' + b",".join(texts) + b"]," + dump({"links": links, "meta": meta})[1:]
