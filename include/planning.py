"""What a run has to read: its window and its owners, how much of it the budget bears, and how long that takes."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from include.budget import Budget
from include.contract import Slice, Source, Window
from include.cutting import Count, Sized, windows
from include.errors import Misconfigured
from include.warehouse.staleness import Past


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


async def refresh(slices: Sequence[Slice], past: Past, count: Count, now: datetime) -> list[Sized]:
    """What a refresh has to read: what was never read completely first, then the stalest; a large CRM in windows."""
    source, whole = past.source, slices[0]
    sized = [(one, past.records(one)) for one in slices]
    if whole.scope == "tenant" and whole.listed and not source.narrowed(whole.filters):
        sized = await windows(source, sized[0], past.windows(), count, now.date())
    return sorted(sized, key=lambda one: past.since(one[0]))


def affordable(slices: Sequence[Sized], past: Past, left: int | None) -> list[Sized]:
    """The windows that the budget bears, stalest first: at least one, and all that were never read completely.

    Owners are all read, and wait for the budget where they must: only a window is read again by another refresh.

    :param slices: of :func:`refresh`
    :param left: requests that may be spent, ``None`` if nobody said
    """
    chosen: list[Sized] = []
    spent = 0
    for one in slices:
        spent += pages(one, past.source.page_size) or 0
        waits = left is not None and spent > left
        if waits and chosen and one[0].bounds and past.since(one[0]):
            break
        chosen.append(one)
    return chosen


def pages(sized: Sized, page_size: int) -> int | None:
    """The pages that a slice takes; an empty one takes one, and of an unknown size nobody knows."""
    records = sized[1]
    return None if records is None else max(1, ceil(records / page_size))


def forecast(source: Source, slices: Sequence[Sized], budget: Budget, reserve: float, now: datetime) -> str:
    """What reading the slices spends, and how long it has to wait for that: a sentence for the log of plan.

    :param budget: what is told of it before the first page is read
    :param reserve: the share of it that stays unspent
    """
    expected = [pages(one, source.page_size) for one in slices]
    total, untold = sum(filter(None, expected)), expected.count(None)
    if untold == len(expected):
        return f"{budget}; pages expected: not known before the first read"
    at_least = f", and those of {untold} slices that are not known before the first read" if untold else ""
    return f"{budget}; {total:,} pages expected{at_least}: {_waiting(source, total, budget, reserve, now)}"


def _waiting(source: Source, total: int, budget: Budget, reserve: float, now: datetime) -> str:
    left = budget.left(reserve, now)
    if left is None:
        return "what of it has to wait is not known before the first answer"
    if total <= left:
        return f"{left:,} may be spent now, nothing has to wait"
    said = f"{left:,} may be spent now, the rest waits"
    if source.renewed is None or not budget.limit:
        return f"{said} until the budget is renewed, and nobody says how often that is"
    resets = ceil((total - left) / max(1, budget.limit - int(reserve * budget.limit)))
    wait = ((budget.resets_at or now + source.renewed) - now) + (resets - 1) * source.renewed
    hours, minutes = divmod(ceil(wait / timedelta(minutes=1)), 60)
    times = "1 reset" if resets == 1 else f"{resets:,} resets"
    return f"{said} for {times} of the budget, about {hours} h {minutes:02d} min in all"
