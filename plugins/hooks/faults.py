"""A status that is not 200, as one of our errors; and what of them a receipt counts."""

from datetime import UTC, datetime

from include.errors import (
    Forbidden,
    IngestError,
    Limited,
    LinkTrouble,
    Misconfigured,
    Missing,
    Refused,
    ServerTrouble,
    Unauthorized,
    UnreadableAnswer,
)
from include.pace import LONGEST_HOLD


class BrieflyLimited(Limited):
    """429 that is soon over, or that says nothing of when: worth another try in the task."""


AGAIN = (ServerTrouble, LinkTrouble, UnreadableAnswer, BrieflyLimited)
"""What is tried again in the task."""

COUNTED: dict[type[IngestError], str] = {
    ServerTrouble: "server_trouble",
    LinkTrouble: "link_trouble",
    UnreadableAnswer: "unreadable_answer",
    Limited: "limited",
}
"""The faults on the way that a receipt counts, and their names there."""

PERMANENT = {401: Unauthorized, 402: Forbidden, 403: Forbidden, 404: Missing}


def fault_of(status: int, what: str, *, until: datetime | None, owned: bool) -> IngestError:
    """
    The error for a status that is not 200.

    :param what: the fault, one clause
    :param until: when the source wants to be asked again, if it said so
    :param owned: the request named an owner
    """
    if status == 429:
        brief = until is None or until - datetime.now(UTC) <= LONGEST_HOLD
        return (BrieflyLimited if brief else Limited)(what, resume_at=until)
    if status >= 500 or status == 408:
        return ServerTrouble(what)
    if status < 400 or (status == 404 and not owned):
        advice = "Check the base URL in the connection's host."
        return (Missing if status == 404 else Refused)(what, advice=advice, help=Misconfigured.help)
    return PERMANENT.get(status, Refused)(what)


def counted(fault: IngestError) -> list[str]:
    """The name under which a receipt counts a fault, if it does."""
    return [name for kind, name in COUNTED.items() if isinstance(fault, kind)]
