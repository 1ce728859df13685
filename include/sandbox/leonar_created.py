"""Leonar's ``created_after`` and ``created_before`` under every reading of them."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from include.sandbox.readings import Readings

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = timedelta(microseconds=1)


def created_fault(value: object, readings: Readings) -> str | None:
    """What is wrong with a created filter, if anything is."""
    if not isinstance(value, str):
        return "Expected string"
    if readings.created_takes != "any" and (readings.created_takes == "date") != bool(_DATE.fullmatch(value)):
        return f"Expected a {readings.created_takes}"
    try:
        _moment(value, readings)
    except (ValueError, OverflowError):
        return "Expected a date or a date-time in ISO 8601"
    return None


def created_window(readings: Readings, after: str | None, before: str | None) -> tuple[float, float]:
    """The half-open stretch of Unix time that the created filters mean under a reading."""
    start, end = float("-inf"), float("inf")
    if after is not None:
        start = _bound(after, readings, behind=readings.created_after == "exclusive")
    if before is not None:
        end = _bound(before, readings, behind=readings.created_before == "inclusive")
    return start, end


def _bound(value: str, readings: Readings, *, behind: bool) -> float:
    """The Unix time just before the value's day or moment, or just ``behind`` it."""
    moment = _moment(value, readings)
    if readings.created_unit == "moment":
        return (moment + _INSTANT if behind else moment).timestamp()
    zone = ZoneInfo(readings.created_zone)
    day: date = moment.astimezone(zone).date() + timedelta(days=behind)
    return datetime.combine(day, time.min, zone).timestamp()


def _moment(value: str, readings: Readings) -> datetime:
    moment = datetime.fromisoformat(value)
    # The ends of the calendar have no neighbours, and some of their moments no Unix time.
    if not 1 < moment.year < 9999:
        raise ValueError("out of range")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(readings.created_zone))
