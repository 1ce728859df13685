"""How the page words numbers and moments."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

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


def stamp(moment: datetime, form: str = "%Y-%m-%d %H:%M UTC") -> Markup:
    """A moment in UTC, readable by people and machines."""
    moment = moment.astimezone(UTC)
    machine = moment.isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(machine, moment.strftime(form))


def total(stretches: Sequence[Stretch], name: str) -> int:
    """The sum of a count over days or hours."""
    return sum(stretch.counts[name] for stretch in stretches)


FILTERS: dict[str, Any] = {one.__name__: one for one in (number, counted, ago, stamp, total)}
