"""The odd records: what a real system's data looks like after ten years and three imports.

Each kind is one way to be odd. None touches an identity (``profile_id``, ``existing_contact_id``, ``id``): an odd
record is still a known one. Whoever is in both systems is never odd, so that the world's truth about them is exact.
"""

from collections.abc import Callable
from typing import Any

from include.sandbox.people import pick, stream

Record = dict[str, Any]
Kinds = dict[str, Callable[[Record], None]]


def _drop(*fields: str) -> Callable[[Record], None]:
    def spoil(record: Record) -> None:
        for field in fields:
            record.pop(field, None)

    return spoil


def _put(**values: Any) -> Callable[[Record], None]:
    return lambda record: record.update(values)


def _dates(start: Any, end: Any) -> Callable[[Record], None]:
    def spoil(record: Record) -> None:
        for stay in (*record["experiences"], *record["educations"]):
            stay["start_date"], stay["end_date"] = start, end

    return spoil


def _nulls(record: Record) -> None:
    for field in record:
        if field not in ("profile_id", "existing_contact_id", "id"):
            record[field] = None


def _sign(field: str, sign: str) -> Callable[[Record], None]:
    def spoil(record: Record) -> None:
        text = record[field] or "Text"
        record[field] = text[:1] + sign + text[1:]

    return spoil


CONTACT: Kinds = {
    "missing_fields": _drop("summary", "skills", "current_job", "location", "already_in_project"),
    "nulls": _nulls,
    "year_dates": _dates("2021", "2022"),
    "month_dates": _dates("2021-03", "2021-11"),
    "impossible_dates": _dates("2021-02-30", "0000-00-00"),
    "backward_dates": _dates("2022-05-01", "2019-01-01"),
    "text_for_list": _put(skills="Python, Django", experiences="See CV"),
    "text_for_object": _put(current_job="CTO"),
    "text_for_number": _put(total_years_experience="8.2"),
    "number_for_text": _put(first_name=7, headline=3.5),
    "list_of_anything": _put(skills=["Python", None, 3, {"name": "Go"}, "  "], experiences=[None, "Chef", {}]),
    "nul": _sign("first_name", "\x00"),
    "surrogate": _sign("headline", "\ud800"),
    "unknown_field": _put(pronouns="they/them"),
    "blank": _put(last_name="   ", linkedin_url="", location=", ,"),
}
CANDIDATE: Kinds = {
    "missing_fields": _drop("middle_name", "status", "avatar", "created_at", "email"),
    "nulls": _nulls,
    "month_date": _put(created_at="2021-03"),
    "impossible_date": _put(updated_at="2021-02-30T25:00:00+00:00"),
    "text_for_number": _put(profile_completeness="75"),
    "out_of_range": _put(profile_completeness=140, country_code="Nederland"),
    "number_for_text": _put(mobile_phone=31612345000, locality=1012),
    "text_for_object": _put(status="potential", avatar="https://media.example.com/avatars/none.jpg"),
    "unknown_status": _put(status={"value": "on_sabbatical", "label": "On Sabbatical"}),
    "no_phone": _put(mobile_phone="ask his sister", fixed_phone="-"),
    "no_email": _put(email="not an address", linkedin_url="https://www.linkedin.com/company/example"),
    "shouting": lambda record: record.update(email=f"  {record['email'].upper()} "),
    "nul": _sign("last_name", "\x00"),
    "surrogate": _sign("full_name", "\udfff"),
    "unknown_field": _put(pronouns="they/them"),
}


def odd_kind(kinds: Kinds, seed: int, index: int) -> str:
    """Which way record ``index`` is odd."""
    return pick(stream(seed, 8, index), tuple(kinds))
