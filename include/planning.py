"""What a run has to read: its window and its owners."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from include.contract import Window
from include.errors import Misconfigured


def moment(name: str, given: str) -> datetime:
    """The moment that a param gives in ISO 8601; one without an offset is meant in UTC.

    :raises Misconfigured: not a date or date-time
    """
    try:
        parsed = datetime.fromisoformat(given.strip())
    except ValueError:
        raise Misconfigured(
            f"the param {name} is not a date or date-time",
            advice="Give it like 2026-11-20 or 2026-11-20T08:00:00Z, then trigger again.",
        ) from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def window(
    created_from: str | None, created_before: str | None, interval: tuple[datetime, datetime] | None, now: datetime
) -> Window:
    """The window of a run: the params where given, else the data interval, else the last complete day.

    :param created_from: param, ISO 8601
    :param created_before: param, ISO 8601; alone with ``created_from`` missing it overrides the interval's end
    :param interval: the run's data interval; ``None`` for a run that was triggered without one
    :param now: the end of a window that has a ``created_from`` alone, in a run without an interval
    :raises Misconfigured: a param is not a moment, or the window would end before it starts
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = interval or (today - timedelta(days=1), today)
    if created_from:
        start = moment("created_from", created_from)
        end = end if interval else now
    if created_before:
        end = moment("created_before", created_before)
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if start >= end:
        raise Misconfigured(
            f"the window would start at {start:%Y-%m-%d %H:%M} and end at {end:%Y-%m-%d %H:%M}, not after it",
            advice="Give created_from and created_before so that the first is earlier, then trigger again.",
        )
    return Window(start, end)


def listed(name: str, given: Any) -> list[str]:
    """The ids of a param or an extra field: a list, or text with commas or spaces between; empty is none.

    :raises Misconfigured: neither a list of ids nor such a text
    """
    if given is None:
        return []
    if isinstance(given, str):
        given = [part for part in re.split(r"[\s,;]+", given) if part]
    if isinstance(given, int) and not isinstance(given, bool):
        given = [given]
    if not isinstance(given, Sequence) or any(
        isinstance(one, bool) or not isinstance(one, (str, int)) for one in given
    ):
        raise Misconfigured(f"{name} is not a list of ids", advice=f"Give {name} as a list, then trigger again.")
    return list(dict.fromkeys(str(one).strip() for one in given))
