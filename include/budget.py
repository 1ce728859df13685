"""What a source says of its rate limit in the headers of every answer.

Leonar's *rate-limiting* page: ``X-RateLimit-Limit``, ``-Remaining``, ``-Reset`` (Unix time). Recruitsome documents 429
alone; a Laravel service sends ``Retry-After`` (seconds) with it. Any of them may be missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(hours=2)
"""No window that either vendor documents is longer than an hour: a later reset is a wrong clock."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The requests left, as the last answer told.

    :param limit: requests a window, ``None`` if not said
    :param remaining: requests left in this window, ``None`` if not said
    :param resets_at: when the window is renewed (aware UTC), ``None`` if not said
    """

    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str], now: datetime) -> "Budget":
        """The budget that an answer's headers tell, received at ``now``."""
        resets_at = _retry_after(headers.get("Retry-After"), now) or _reset(headers.get("X-RateLimit-Reset"), now)
        return cls(
            limit=_count(headers.get("X-RateLimit-Limit")),
            remaining=_count(headers.get("X-RateLimit-Remaining")),
            resets_at=resets_at and min(max(resets_at, now), now + LONGEST_WAIT),
        )

    def spent(self, reserve: float, now: datetime) -> bool:
        """Whether what is left belongs to the reserve, a share of the limit kept for the key's other users."""
        if self.remaining is None or (self.resets_at is not None and self.resets_at <= now):
            return False
        return self.remaining <= int(reserve * (self.limit or 0))

    def after(self, answer: "Budget") -> "Budget":
        """The budget once ``answer`` has come; of two answers about one window, the one with less left is the later."""
        if answer == Budget():
            return self
        one_window = self.resets_at == answer.resets_at and None not in (
            self.remaining,
            answer.remaining,
            self.resets_at,
        )
        return min(self, answer, key=lambda budget: budget.remaining or 0) if one_window else answer

    def __str__(self) -> str:
        if self.remaining is None:
            return "budget not told"
        of = f" of {self.limit:,}" if self.limit is not None else ""
        until = f" until {self.resets_at:%H:%M:%S} UTC" if self.resets_at else ""
        return f"{self.remaining:,}{of} requests left{until}"


def _count(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdigit() else None


def _reset(value: str | None, now: datetime) -> datetime | None:
    seconds = _count(value)
    if seconds is None or seconds > 10**11:
        return None
    # Small numbers are seconds from now: services differ, and no Unix time of this century is that small.
    return now + timedelta(seconds=seconds) if seconds < 10**8 else datetime.fromtimestamp(seconds, UTC)


def _retry_after(value: str | None, now: datetime) -> datetime | None:
    if value is None:
        return None
    seconds = _count(value)
    if seconds is not None:
        return now + timedelta(seconds=min(seconds, 10**8))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
