"""Dates with their precision, and moments."""

import datetime as dt
import re
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from include.fields.reader import Taken
from include.fields.words import text

_WRITTEN = len("2021-03-01")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Dated(NamedTuple):
    """A day in ISO 8601 and how much of it was given; the rest is the first of its kind."""

    day: str
    precision: Literal["year", "month", "day"]


def date(value: Any) -> Taken[Dated]:
    """A date written ``2021``, ``2021-03``, ``2021-03-01`` or as the start of a moment; a year may be a number."""
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
        value = str(value)
    return _known(value) if isinstance(value, str) and len(value) <= _WRITTEN else _date(value)


def _date(value: Any) -> Taken[Dated]:
    written, reason = text(value)
    if written is None:
        return None, "not a date" if reason else None
    dated, fault = _dated(written)
    return dated, fault or reason


# Careers begin and end in the same few hundred months.
_known = lru_cache(10_000)(_date)


def _dated(written: str) -> Taken[Dated]:
    match = _DATE.match(written)
    if not match or (match.end() < len(written) and not (match[3] and _parsed(written))):
        return None, "not a date"
    year, month, day = match.groups()
    try:
        first = dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None, "no such date"
    return Dated(first.isoformat(), "day" if day else "month" if month else "year"), None


def moment(value: Any) -> Taken[str]:
    """A moment in ISO 8601 as ISO 8601 in UTC; one without an offset is meant in UTC, a day is its midnight."""
    written, reason = text(value)
    if written is None:
        return None, "not a moment" if reason else None
    parsed = _parsed(written)
    return (parsed.isoformat(), reason) if parsed else (None, "not a moment")


def _parsed(written: str) -> dt.datetime | None:
    try:
        parsed = dt.datetime.fromisoformat(written)
        return parsed.replace(tzinfo=dt.UTC) if parsed.tzinfo is None else parsed.astimezone(dt.UTC)
    # A moment whose offset leads out of the years 1 to 9999 overflows.
    except (ValueError, OverflowError):
        return None
