"""The Recruitsome ATS: what there is to know of ``GET /candidates`` and ``GET /team``."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from include.answers import clause, ids, listed, part, totals
from include.contract import Link, Normalized, Page, Record, Request, Slice, Strategy
from include.errors import Misconfigured, UnreadableAnswer
from include.fields import Reader, country, email, identifier, integer, linkedin, moment, phone, text
from include.filters import checked, one_of, words

_STATUSES = (
    *("potential", "waiting_for_intake", "intake_scheduled", "active_mediation", "latent_mediation"),
    *("upcoming_employee", "employee", "ex_employee", "do_not_contact"),
)
_FILTERS = {
    "email": words,
    "search": words,
    "status": one_of(*_STATUSES),
    "sort": one_of("created_at", "first_name", "last_name", "email"),
    "sort_direction": one_of("asc", "desc"),
}
_ORDER = {"sort", "sort_direction"}
_SHAPE: dict[str, Any] = {
    **dict.fromkeys(("slug", "first_name", "middle_name", "last_name", "full_name", "email"), "text"),
    **dict.fromkeys(("mobile_phone", "fixed_phone", "locality", "country_code", "linkedin_url"), "text"),
    **dict.fromkeys(("created_at", "updated_at"), "text"),
    "id": "number",
    "status": dict.fromkeys(("value", "label"), "text"),
    "profile_completeness": "number",
    "avatar": dict.fromkeys(("small", "medium", "large"), "text"),
}
_USER_ID = re.compile(r"0*([1-9][0-9]{0,18})", re.ASCII)
_LARGEST_ID = 2**63 - 1


class Recruitsome:
    """The source ``recruitsome``; methods as in :class:`include.contract.Source`."""

    name = "recruitsome"
    title = "Recruitsome"
    base_url = "https://app.recruitsome.com/api/v1"
    owner_noun = "user"
    owners_param = "user_ids"
    owner_schema: Mapping[str, Any] = {"pattern": "^[0-9]{1,19}$", "minimum": 1}
    filter_names: Collection[str] = _FILTERS.keys()
    filter_example = '{"status": "potential"}'
    page_size = 100
    created: tuple[str, str] | None = None
    spellings = 1
    renewed: timedelta | None = None
    table = "candidates"
    children: tuple[str, ...] = ()
    link = Link("candidate_users", "candidate_id", "user_id", tombstoned=True)
    sticky: tuple[str, ...] = ()
    shape: Mapping[str, Any] = _SHAPE

    def owners(self, given: Sequence[str]) -> list[str]:
        """The user ids, which are positive integers, each once."""
        try:
            return list(dict.fromkeys(map(_user_id, given)))
        except ValueError:
            advice = "Mend user_ids in the connection or the run, then trigger again."
            raise Misconfigured("one of the user_ids is not a positive integer", advice=advice) from None

    def filters(self, given: Any) -> dict[str, Any]:
        """The filters and the order of the endpoint's page; the user and the page are ours to give."""
        return checked(self.title, _FILTERS, given)

    def narrowed(self, filters: Mapping[str, Any]) -> bool:
        """An order alone leaves no candidate out."""
        return not filters.keys() <= _ORDER

    def slices(self, configured: Slice, owners: Sequence[str], discovered: bool) -> list[Slice]:
        """One a user: only under its users is a candidate found."""
        if not owners:
            raise Misconfigured(
                "there is no user whose candidates could be read",
                where={"connection": configured.conn_id},
                advice="Give the key the scope team:read, or name users in user_ids, then clear this task.",
            )
        strategy = _strategy(configured)
        return [replace(configured, owner=owner, scope="owner", strategy=strategy) for owner in self.owners(owners)]

    def request(self, slice: Slice, number: int, spelling: int = 0) -> Request:
        """The newest first: what is created while one reads pushes no record over to a page that has been read.

        The user's own order wins.
        """
        order = {"sort": "created_at", "sort_direction": "desc"}
        page = {"user_id": slice.owner, "page": str(number), "per_page": str(self.page_size)}
        return Request("GET", "/candidates", params={**order, **slice.filters, **page})

    def page(self, body: Any, number: int) -> Page:
        """``links.next`` tells the end, else ``meta.last_page``."""
        records = listed(body, number, "data")
        return Page(number, records, _last(body, records), totals(part(body, "meta", "total")))

    def owners_request(self, number: int) -> Request:
        """``GET /team`` pages as the candidates do."""
        return Request("GET", "/team", params={"page": str(number), "per_page": str(self.page_size)})

    def owners_page(self, body: Any, number: int) -> tuple[list[str], bool]:
        """The users who are employed now; who left is no longer listed."""
        users = listed(body, number, "data")
        try:
            return [_user_id(one) for one in ids(users, number)], _last(body, users)
        except ValueError:
            raise UnreadableAnswer("the answer holds a user id that is no integer", where={"page": number}) from None

    def fault(self, body: Any) -> str | None:
        """``{"message", "errors"?: {field: [text]}}``, with a ``code`` where a scope is missing."""
        errors = part(body, "errors")
        fields = errors.items() if isinstance(errors, dict) else ()
        firsts = [clause(field, texts[0] if isinstance(texts, list) and texts else texts) for field, texts in fields]
        return clause(part(body, "code"), part(body, "message"), ", ".join(filter(None, firsts)))

    def created_at(self, record: Record) -> datetime | None:
        """``created_at``, where it is a moment."""
        created, _ = moment(part(record, "created_at"))
        return datetime.fromisoformat(created) if created else None

    def identity(self, record: Record) -> str | None:
        """``id``."""
        return identifier(part(record, "id"))[0]

    def normalize(self, record: Record) -> Normalized:
        """The row of ``recruiting.candidates``."""
        read = Reader(record)
        remote_id = read(identifier, "id")
        if remote_id is None:
            read.note("id", "no identity")
        status, avatar, country_code = read.inner("status"), read.inner("avatar"), read(country, "country_code")
        names = read.fields(text, "first_name", "middle_name", "last_name")
        row = {
            **names,
            "full_name": read(text, "full_name") or " ".join(filter(None, names.values())) or None,
            **read.fields(text, "slug", "mobile_phone", "fixed_phone", "locality", "linkedin_url"),
            "email": read(email, "email"),
            "mobile_phone_e164": read(phone, "mobile_phone", country_code),
            "fixed_phone_e164": read(phone, "fixed_phone", country_code),
            "status": status(text, "value"),
            "status_label": status(text, "label"),
            "country_code": country_code,
            "linkedin_id": read(linkedin, "linkedin_url"),
            "profile_completeness": read(integer, "profile_completeness", 0, 100),
            "avatar_small": avatar(text, "small"),
            "avatar_medium": avatar(text, "medium"),
            "avatar_large": avatar(text, "large"),
            "remote_created_at": read(moment, "created_at"),
            "remote_updated_at": read(moment, "updated_at"),
        }
        if row["status"] is not None and row["status"] not in _STATUSES:
            status.note("value", "unknown status")
        return Normalized(remote_id, row, True, read.issues)


def _user_id(given: str) -> str:
    match = _USER_ID.fullmatch(given.strip())
    if not match or int(match[1]) > _LARGEST_ID:
        raise ValueError("not a positive integer")
    return match[1]


def _strategy(configured: Slice) -> Strategy:
    # In the user's own order a window cannot be found by position.
    return "search" if configured.window and _ORDER.isdisjoint(configured.filters) else "all"


def _last(body: Any, records: list[Any]) -> bool:
    if not records:
        return True
    links = part(body, "links")
    if isinstance(links, dict) and "next" in links:
        return links["next"] is None
    current, last = (integer(part(body, "meta", key), 1, _LARGEST_ID)[0] for key in ("current_page", "last_page"))
    return current is not None and last is not None and current >= last
