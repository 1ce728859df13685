"""The contract's unknowns as switches: each value is one way to read what no vendor page says."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Readings:
    """One reading of everything that ``contract/README.md`` lists as unknown.

    :param order: of Leonar's results; ``swapping``: newest first, every other request with neighbours swapped
    :param created_after: whether the filter takes in its own bound
    :param created_before: likewise
    :param created_unit: ``moment`` compares moments (a date is its midnight), ``date`` compares calendar days
    :param created_takes: what the created filters accept; anything else is a 400
    :param created_zone: the time zone of calendar days and of moments without one
    :param counts: ``exact``: both counts are the matches; ``total_is_crm``: total_count is the whole CRM;
        ``filtered_is_page``: filtered_count is this page's; ``rounded``: both rounded down to hundreds;
        ``null`` and ``missing``: neither is told
    :param contact_id: ``existing_contact_id`` is told for members of the request's project, or always
    :param rate_headers: Recruitsome's: ``laravel`` (limit and remaining on all, Retry-After on 429),
        ``retry_after`` or ``reset`` (that one header, on 429 alone), ``none``
    :param ties: rows with an equal sort key stay in place, or swap on every other request
    :param links: the paginator's addresses carry the page alone, or the whole query
    :param leavers: the repository of a user who left is still ``readable``, ``empty``, or ``missing`` (404)
    :param past_end: Leonar's answer to a page behind the last: an ``empty`` one, or ``missing`` (404)
    :param health: whether ``GET /health`` wants a key
    """

    order: Literal["newest", "oldest", "name", "shuffled", "swapping"] = "newest"
    created_after: Literal["inclusive", "exclusive"] = "inclusive"
    created_before: Literal["inclusive", "exclusive"] = "inclusive"
    created_unit: Literal["moment", "date"] = "moment"
    created_takes: Literal["any", "date", "datetime"] = "any"
    created_zone: str = "UTC"
    counts: Literal["exact", "total_is_crm", "filtered_is_page", "rounded", "null", "missing"] = "exact"
    contact_id: Literal["members", "always"] = "members"
    rate_headers: Literal["laravel", "retry_after", "reset", "none"] = "laravel"
    ties: Literal["stable", "swapping"] = "stable"
    links: Literal["page", "query"] = "page"
    leavers: Literal["readable", "empty", "missing"] = "readable"
    past_end: Literal["empty", "missing"] = "empty"
    health: Literal["key", "open"] = "key"

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in fields(self):
            allowed, given = get_args(hints[field.name]), getattr(self, field.name)
            if allowed and given not in allowed:
                raise ValueError(f"{field.name} must be one of {', '.join(allowed)}")
        ZoneInfo(self.created_zone)

    def but(self, other: dict[str, Any]) -> "Readings":
        """These readings with others in part.

        :raises ValueError: no such switch, or no such value
        """
        unknown = sorted(set(other) - set(asdict(self)))
        if unknown:
            raise ValueError(f"no such reading: {', '.join(unknown)}")
        return replace(self, **other)

    def to_json(self) -> dict[str, str]:
        """Every switch and its value."""
        return asdict(self)
