"""The Leonar CRM: what there is to know of ``POST /sourcing/contacts/search`` and ``GET /projects``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from include.answers import clause, ids, listed, part, totals
from include.contract import Link, Normalized, Page, Record, Request, Slice, Window
from include.errors import Misconfigured
from include.fields import Place, Reader, boolean, identifier, linkedin, number, place, text
from include.fields import date as dated
from include.filters import checked, day, list_of, object_of, one_of, uuid, words

_STAGES = ("sourced", "applied", "screening", "submitted", "interview", "offer", "hired", "rejected", "withdrawn")
_FILTERS = {
    "job_titles": list_of(words),
    "companies": list_of(words),
    "locations": object_of(cities=list_of(words), states=list_of(words), countries=list_of(words)),
    "keywords": list_of(words),
    "skills": list_of(words),
    "first_name": words,
    "last_name": words,
    "full_name": words,
    "contact_types": list_of(one_of("candidate", "client", "lead", "partner")),
    "tags": list_of(words),
    "project_ids": list_of(uuid),
    "sequence_ids": list_of(uuid),
    "stage_ids": list_of(uuid),
    "stage_categories": list_of(one_of(*_STAGES)),
    "created_after": day,
    "created_before": day,
}
_STAY = dict.fromkeys(("start_date", "end_date"), "text")
_JOB = dict.fromkeys(("title", "company_name"), "text")
_SHAPE: dict[str, Any] = {
    **dict.fromkeys(("profile_id", "first_name", "last_name", "headline", "picture_url", "location"), "text"),
    **dict.fromkeys(("linkedin_url", "summary", "existing_contact_id"), "text"),
    "current_job": _JOB,
    "experiences": [_JOB | _STAY | {"description": "text", "is_current": "boolean"}],
    "educations": [_STAY | dict.fromkeys(("educational_establishment", "diploma", "specialization"), "text")],
    "skills": ["text"],
    "total_years_experience": "number",
    "already_in_project": "boolean",
}
_DAY = timedelta(days=1)
_OWNERS_A_PAGE = 100
_LONGEST_CAREER = 100


class Leonar:
    """The source ``leonar``; methods as in :class:`include.contract.Source`."""

    name = "leonar"
    title = "Leonar"
    base_url = "https://app.leonar.app/api/v1"
    owner_noun = "project"
    owners_param = "project_ids"
    owner_schema: Mapping[str, Any] = {"type": "string", "format": "uuid"}
    filter_names: Collection[str] = _FILTERS.keys()
    filter_example = '{"keywords": ["python"], "contact_types": ["candidate"]}'
    page_size = 25
    created: tuple[str, str] | None = ("created_after", "created_before")
    spellings = 2
    renewed: timedelta | None = timedelta(hours=1)
    table = "contacts"
    children: tuple[str, ...] = ("contact_experiences", "contact_educations", "contact_skills")
    link = Link("contact_projects", "contact_id", "project_id", tombstoned=False)
    sticky: tuple[str, ...] = ("crm_contact_id",)
    shape: Mapping[str, Any] = _SHAPE

    def owners(self, given: Sequence[str]) -> list[str]:
        """The project ids, which are UUIDs, each once."""
        try:
            return list(dict.fromkeys(map(uuid, given)))
        except ValueError as fault:
            advice = "Mend project_ids in the connection or the run, then trigger again."
            raise Misconfigured(f"one of the project_ids is {fault}", advice=advice) from None

    def filters(self, given: Any) -> dict[str, Any]:
        """The filters of the endpoint's page; the page's size and number and the project are ours to give."""
        return checked(self.title, _FILTERS, given)

    def narrowed(self, filters: Mapping[str, Any]) -> bool:
        """Every filter leaves contacts out."""
        return bool(filters)

    def slices(self, configured: Slice, owners: Sequence[str], discovered: bool) -> list[Slice]:
        """Configured projects one by one; else the whole CRM once, under the first project: the search needs one."""
        if not owners:
            raise Misconfigured(
                "there is no project to search under",
                where={"connection": configured.conn_id},
                advice="Create a project in Leonar, or name one in project_ids, then clear this task.",
            )
        if discovered:
            return [replace(configured, owner=owners[0], scope="tenant")]
        return [replace(configured, owner=owner, scope="owner") for owner in dict.fromkeys(owners)]

    def request(self, slice: Slice, number: int, spelling: int = 0) -> Request:
        """Proven bounds as they are; a filter that the user gave wins over the slice's own.

        Bounds are dates, as in a sister endpoint of the vendor's; in the second spelling they are date-times.
        """
        own: dict[str, Any] = {"project_ids": [slice.owner]} if slice.scope == "owner" else {}
        page = {"project_id": slice.owner, "page": number, "page_size": self.page_size}
        created = slice.bounds or (_created(slice.window) if slice.window else {})
        if spelling:
            created = {name: f"{day}T00:00:00Z" for name, day in created.items()}
        return Request("POST", "/sourcing/contacts/search", json={**own, **created, **slice.filters, **page})

    def page(self, body: Any, number: int) -> Page:
        """``has_more`` tells the end, else ``next_page``, else only an empty page."""
        records = listed(body, number, "data", "profiles")
        data = part(body, "data")
        has_more, _ = boolean(data.get("has_more"))
        follows = has_more if has_more is not None else data.get("next_page", "unsaid") is not None
        counts = totals(data.get("filtered_count"), data.get("total_count"))
        return Page(number, records, last=not records or not follows, totals=counts)

    def owners_request(self, number: int) -> Request:
        """``GET /projects`` pages by offset."""
        params = {"limit": str(_OWNERS_A_PAGE), "offset": str((number - 1) * _OWNERS_A_PAGE)}
        return Request("GET", "/projects", params=params)

    def owners_page(self, body: Any, number: int) -> tuple[list[str], bool]:
        """The list says ``has_more``, else only an empty one is the last."""
        projects = listed(body, number, "data")
        return ids(projects, number), not projects or boolean(part(body, "meta", "has_more"))[0] is False

    def fault(self, body: Any) -> str | None:
        """``{"error": {"code", "message"}}``."""
        return clause(part(body, "error", "code"), part(body, "error", "message"))

    def created_at(self, record: Record) -> datetime | None:
        """A profile does not say."""
        return None

    def identity(self, record: Record) -> str | None:
        """``profile_id``, else ``crm:`` and ``existing_contact_id``."""
        return _identity(Reader(record))

    def normalize(self, record: Record) -> Normalized:
        """The row of ``recruiting.contacts``, with the rows of its children."""
        read = Reader(record)
        remote_id = _identity(read)
        if remote_id is None:
            read.note("profile_id", "neither it nor existing_contact_id is an identity")
        names = read.fields(text, "first_name", "last_name")
        experiences = [_experience(each) for each in read.each("experiences")]
        row = {
            "profile_id": read(identifier, "profile_id"),
            "crm_contact_id": read(identifier, "existing_contact_id"),
            **names,
            "full_name": read(text, "full_name") or " ".join(filter(None, names.values())) or None,
            **read.fields(text, "headline", "summary", "picture_url", "location", "linkedin_url"),
            **(read(place, "location") or Place())._asdict(),
            "linkedin_id": read(linkedin, "linkedin_url"),
            **_job(read.inner("current_job"), experiences),
            "total_years_experience": read(number, "total_years_experience", 0, _LONGEST_CAREER),
            "remote_created_at": None,
            "remote_updated_at": None,
            "contact_experiences": experiences,
            "contact_educations": [_education(each) for each in read.each("educations")],
            "contact_skills": [{"name": name} for name in read.all(text, "skills")],
        }
        return Normalized(remote_id, row, read(boolean, "already_in_project"), read.issues)


def _created(window: Window) -> dict[str, str]:
    """Whole days with guard days: nobody says whether the bounds are inclusive, and in which time zone.

    Two at the start: read as "on a later local day", west of UTC, a bound of the day before leaves out the first hours.
    """
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    first, last = start.date(), end.date()
    midnight = end == datetime(end.year, end.month, end.day, tzinfo=UTC)
    first -= min(2 * _DAY, first - date.min)
    last += min(_DAY if midnight else 2 * _DAY, date.max - last)
    return {"created_after": first.isoformat(), "created_before": last.isoformat()}


def _identity(read: Reader) -> str | None:
    profile_id = read(identifier, "profile_id")
    if profile_id is not None:
        return profile_id
    contact_id = read(identifier, "existing_contact_id")
    return f"crm:{contact_id}" if contact_id is not None else None


def _job(current: Reader, experiences: list[dict[str, Any]]) -> dict[str, str | None]:
    job = current.fields(text, "title", "company_name")
    if any(job.values()):
        return job
    present = next((one for one in experiences if one["is_current"]), {})
    return {name: present.get(name) for name in job}


def _experience(read: Reader) -> dict[str, Any]:
    return {
        **read.fields(text, "title", "company_name", "description"),
        **_period(read),
        "is_current": read(boolean, "is_current"),
    }


def _education(read: Reader) -> dict[str, Any]:
    return {
        "institution": read(text, "educational_establishment"),
        "degree": read(text, "diploma"),
        "field_of_study": read(text, "specialization"),
        **_period(read),
    }


def _period(read: Reader) -> dict[str, str | None]:
    start, end = read(dated, "start_date") or (None, None), read(dated, "end_date") or (None, None)
    return {"start_date": start[0], "start_precision": start[1], "end_date": end[0], "end_precision": end[1]}
