"""How fast one task asks: so many requests in flight, fewer after a 429, none while the source has them wait."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from math import inf
from time import monotonic

from include.budget import SECOND, Budget, retry_after
from include.errors import IngestError, Limited

LONGEST_HOLD = timedelta(seconds=5) + SECOND
"""A longer wait is worth giving the worker slot back."""
UNTOLD_HOLD = timedelta(seconds=0.25)
"""Doubled by every 429 in a row that does not say until when."""
UNTOLD_WAIT = timedelta(minutes=1)
"""How long a spent budget is waited for if nobody says when it is renewed."""
ROUNDS = 5
"""So many good answers for each request in flight, and one more is sent at a time."""
ATTEND_EVERY = 1.0
"""Seconds."""

Attend = Callable[[], Awaitable[int]]
"""How many tasks read with the key at this moment; its error ends the asking."""


class Pace:
    """The gate that every single request of a task passes.

    :param most: requests in flight at most, of all the tasks of one key
    :param reserve: the share of the budget that is kept for the key's other users
    :param attend: asked about once a second
    :ivar budget: what is left, as the answers tell
    :ivar told_at: when the last answer came that told it
    """

    def __init__(self, most: int, reserve: float = 0.0, attend: Attend | None = None) -> None:
        self.most = self.ceiling = most
        self.reserve = reserve
        self.attend = attend
        self.budget = Budget()
        self.told_at: datetime | None = None
        self.in_flight = 0
        self._own = most
        self._told = False
        self._until: datetime | None = None
        self._hold: datetime | None = None
        self._holds = 0
        self._sent = self._halved = self._good = 0
        self._attended = -inf
        self._stopped: IngestError | None = None
        self._looking = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def width(self) -> int:
        """How many requests may be in flight now. While nobody has said what is left, one asks before many spend it."""
        return max(1, min(self._own, self.ceiling)) if self._told else 1

    @property
    def until(self) -> datetime | None:
        """Until when the source asked to wait, if that is still to come."""
        return self._until if self._until and self._until > _now() else None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """Wait until one more request may be in flight; its number, by which :meth:`heard` knows it.

        :raises Limited: the wait is too long to be waited for in the task
        :raises IngestError: what ``attend`` raised, for this and every later turn
        """
        while not await self._may():
            pass
        self.in_flight += 1
        self._sent += 1
        try:
            yield self._sent
        finally:
            self.in_flight -= 1
            self._changed.set()
            # A new one each time: an event belongs to the loop that first waited for it.
            self._changed = asyncio.Event()

    def heard(self, number: int, status: int, headers: Mapping[str, str]) -> None:
        """Take in what an answer to request ``number`` says of the budget."""
        now = _now()
        answer = Budget.of(headers, now)
        until = retry_after(headers, now) if status in (429, 503) else None
        if status == 429:
            until = until or answer.resets_at
            if self._halve(number) and not (until and until > now):
                # Nobody says until when, or names a moment that is over: all wait, each time twice as long.
                self._holds += 1
                self._hold = now + min(UNTOLD_HOLD * 2**self._holds, LONGEST_HOLD)
        elif status == 200:
            self._holds = 0
            self._regain()
        if until and until > now:
            self._until = max(self._until or now, until + SECOND)
        self.budget = self.budget.after(answer, now, self.most)
        if answer.remaining is not None:
            self.told_at = now
        self._told = True

    async def _may(self) -> bool:
        """Whether a request may be sent at once; if not, something has changed since."""
        await self._ask_around()
        now = _now()
        if closed := self._closed(now):
            why, until = closed
            if until - now > LONGEST_HOLD:
                raise Limited(why, resume_at=until)
            await asyncio.sleep((until - now).total_seconds())
            return False
        left = self.budget.left(self.reserve, now)
        # Those in flight, the key's other tasks' too, may be among the spent ones already, or not: the answers tell.
        unclear = self.in_flight and self.in_flight + self.most - self.ceiling
        if self.in_flight >= self.width or (left is not None and left <= unclear):
            await self._changed.wait()
            return False
        return True

    def _closed(self, now: datetime) -> tuple[str, datetime] | None:
        """Why nothing may be sent now, and until when."""
        if self._until and self._until > now:
            return "the source asks to wait", self._until
        if self._hold and self._hold > now:
            return "the source answered 429", self._hold
        if self._until or self.budget.over(now):
            self._until, self._told, self.budget = None, False, Budget()
        if self.budget.left(self.reserve, now) == 0:
            return f"the budget is down to its reserve: {self.budget}", self.budget.renewed_at or now + UNTOLD_WAIT
        return None

    def stop(self, fault: IngestError) -> None:
        """Let nobody send any more: every later turn raises this."""
        self._stopped = fault
        self._changed.set()

    async def _ask_around(self) -> None:
        if self._stopped:
            raise self._stopped
        if self.attend:
            # One looks, and nobody goes on before it is known what was seen.
            async with self._looking:
                if self._stopped:
                    raise self._stopped
                if monotonic() - self._attended >= ATTEND_EVERY:
                    try:
                        self.ceiling = max(1, self.most // max(1, await self.attend()))
                    except IngestError as fault:
                        self._stopped = fault
                        raise
                    self._attended = monotonic()

    def _halve(self, number: int) -> bool:
        """Once a burst: what was sent before the last halving says nothing new. Whether it was halved."""
        if number <= self._halved:
            return False
        self._own = max(1, min(self._own, self.ceiling) // 2)
        self._halved, self._good = self._sent, 0
        return True

    def _regain(self) -> None:
        self._good += 1
        if self._own < self.most and self._good >= ROUNDS * self._own:
            self._own, self._good = self._own + 1, 0


def _now() -> datetime:
    return datetime.now(UTC)
