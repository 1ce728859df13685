"""A vendor's rate limit: so many requests a key in a window of time."""

import time
from collections.abc import Callable
from typing import NamedTuple


class Spent(NamedTuple):
    """What one request finds: the limit, what remains after it, when the window ends (Unix time)."""

    limit: int
    remaining: int
    reset: float
    wait: float
    refused: bool


class Budget:
    """``limit`` requests in ``window`` seconds for every key; a key's window begins with its first request.

    :param clock: Unix time in seconds
    """

    def __init__(self, limit: int, window: float, clock: Callable[[], float] = time.time) -> None:
        self.limit = limit
        self.window = window
        self._clock = clock
        self._used: dict[str, tuple[float, int]] = {}

    def spend(self, key: str) -> Spent:
        """One request of ``key``; a refused one costs nothing."""
        now = self._clock()
        since, used = self._used.get(key, (now, 0))
        if now >= since + self.window:
            since, used = now, 0
        refused = used >= self.limit
        if not refused:
            used += 1
        self._used[key] = (since, used)
        reset = since + self.window
        return Spent(self.limit, max(0, self.limit - used), reset, reset - now, refused)

    def set(self, limit: int, window: float, used: int = 0, keys: tuple[str, ...] = ()) -> None:
        """Another limit, in a new window of which ``keys`` have already ``used`` so much."""
        self.limit, self.window = limit, window
        now = self._clock()
        self._used = dict.fromkeys(keys, (now, used))
