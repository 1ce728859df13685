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

MOST_DIGITS = 18
SECOND = timedelta(seconds=1)
"""What a time in whole seconds may be off by: a request in the last instant of the old window would be lost."""


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
        return cls(
            limit=_count(headers.get("X-RateLimit-Limit")),
            remaining=_count(headers.get("X-RateLimit-Remaining")),
            resets_at=_reset(headers.get("X-RateLimit-Reset"), now),
        )

    @property
    def renewed_at(self) -> datetime | None:
        """When the window has been renewed for sure, ``None`` if not said."""
        return self.resets_at and self.resets_at + SECOND

    def over(self, now: datetime) -> bool:
        """Whether the window that this budget tells of has ended."""
        return self.renewed_at is not None and self.renewed_at <= now

    def left(self, reserve: float, now: datetime) -> int | None:
        """The requests that may be sent before the reserve is touched, a share of the limit kept for the key's others.

        ``None``: nobody said, or the window is over.
        """
        if self.remaining is None or self.over(now):
            return None
        return max(0, self.remaining - int(reserve * (self.limit or 0)))

    def after(self, answer: "Budget", now: datetime, most: int = 1) -> "Budget":
        """The budget once ``answer`` has come. Answers overtake each other: of one window, the least is the truth.

        :param most: so many answers may be on their way at once
        """
        if self.remaining is None or self.over(now):
            return answer
        if answer.remaining is None:
            return self
        if self.resets_at and answer.resets_at:
            later = max(self, answer, key=lambda budget: budget.resets_at or now)
            one_window = abs(self.resets_at - answer.resets_at) <= SECOND
        else:
            later = answer
            one_window = answer.remaining - self.remaining <= most
        if not one_window:
            return later
        remaining, resets_at = min(self.remaining, answer.remaining), answer.resets_at or self.resets_at
        return Budget(answer.limit or self.limit, remaining, resets_at)

    def __str__(self) -> str:
        if self.remaining is None:
            return "budget not told"
        of = f" of {self.limit:,}" if self.limit is not None else ""
        until = f" until {self.resets_at:%H:%M:%S} UTC" if self.resets_at else ""
        return f"{self.remaining:,}{of} requests left{until}"


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when an answer's ``Retry-After`` asks to wait; in seconds or as a date."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    seconds = _count(value)
    if seconds is not None:
        return now + min(timedelta(seconds=min(seconds, 10**8)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return min(moment, now + LONGEST_WAIT)


def _count(value: str | None) -> int | None:
    plain = value is not None and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS
    return int(value) if value and plain else None


def _reset(value: str | None, now: datetime) -> datetime | None:
    seconds = _count(value)
    if seconds is None or seconds > 10**11:
        return None
    # Small numbers are seconds from now: services differ, and no Unix time of this century is that small.
    moment = now + timedelta(seconds=seconds) if seconds < 10**8 else datetime.fromtimestamp(seconds, UTC)
    return min(moment, now + LONGEST_WAIT)
