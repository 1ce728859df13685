"""How the page words numbers and moments."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from markupsafe import Markup

from include.warehouse.budgets import Told
from include.warehouse.timeline import Stretch

STEPS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def number(count: int) -> str:
    """A count, its thousands set apart."""
    return f"{count:,}"


def counted(count: int, noun: str) -> str:
    """A count and its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def ago(moment: datetime, now: datetime) -> str:
    """How long before ``now`` it was, in its largest unit."""
    seconds = int((now - moment).total_seconds())
    for size, noun in STEPS:
        if seconds >= size:
            return f"{counted(seconds // size, noun)} ago"
    return "just now"


def lasting(length: timedelta) -> str:
    """A length of time, in its largest unit, rounded up."""
    for size, noun in STEPS:
        if length > timedelta(seconds=size):
            return counted(ceil(length / timedelta(seconds=size)), noun)
    return "a minute"


def stamp(moment: datetime, form: str = "%Y-%m-%d %H:%M UTC") -> Markup:
    """A moment in UTC, readable by people and machines."""
    moment = moment.astimezone(UTC)
    machine = moment.isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(machine, moment.strftime(form))


def spending(told: Told | None, now: datetime) -> tuple[str, Markup]:
    """What is left of a budget, as a number and the rest of the sentence."""
    if told is None:
        return "not told", Markup("by the source")
    left, of = told.budget.remaining or 0, told.budget.limit
    numbers = f"{left:,} of {of:,}" if of is not None else f"{left:,}"
    reserve = f", reserve {told.kept:,}" if told.kept else ""
    if told.budget.over(now):
        return "renewed since", Markup("{} requests were left {}{}").format(numbers, ago(told.at, now), reserve)
    if told.budget.resets_at:
        until = stamp(told.budget.resets_at, "%H:%M UTC")
        return numbers, Markup("requests left until {}{}").format(until, reserve)
    return numbers, Markup("requests left {}{}").format(ago(told.at, now), reserve)


def total(stretches: Sequence[Stretch], name: str) -> int:
    """The sum of a count over days or hours."""
    return sum(stretch.counts[name] for stretch in stretches)


FILTERS: dict[str, Any] = {one.__name__: one for one in (number, counted, ago, lasting, spending, stamp, total)}
