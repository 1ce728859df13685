"""Every page of a slice, and the proof that every record was on them while the list may change.

A state of the list begins with reading its first page. The newest records come first, so what is created later is on
no other page: whatever comes and goes, the pages read since then show nothing but that state, and if they show as many
records as it has, they show all. A page that tells of another number ends the state, and what was read before is read
again. Where the source lists otherwise, only a record that comes in the instant in which another goes can deceive.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from include.checkpoint import Audit, Reading, alike
from include.errors import IngestError
from include.pages import MOST_PAGES, PASSES, Pages

LONGEST_REST = timedelta(minutes=1)
"""Where nobody read for longer, what was read before is not believed to be of the same state without a look."""
BARREN_PAGES = 3
"""So many pages in a row, past the reported total and without a new record, are taken for the end."""
STATE_PAGES = 8
"""A later state than the first, if it ends after fewer pages, is not replaced before all are read: each costs one."""


class Everything:
    """The way through every page.

    :param pages: the slice's pages
    :param told: called with a sentence when there is something to tell
    """

    def __init__(self, pages: Pages, told: Callable[[str], None]) -> None:
        self.pages = pages
        self.told = told
        self._since = 0
        self._said: frozenset[int] | None = None
        self._read = 0
        self._beginning = asyncio.Lock()
        self._failed: IngestError | None = None

    async def read(self) -> tuple[Audit, str | None]:
        """Read on from where it stopped; the sheets of the latest state, and what keeps them from being believed."""
        self._resume(await self.pages.resume())
        suspects = self._edge() if self.pages.ledger.idle >= LONGEST_REST else frozenset[int]()
        for times in range(1, PASSES + 1):
            fault = await self._sweep(times, suspects)
            audit = await asyncio.to_thread(self.pages.ledger.audit, self._since)
            suspects = audit.suspects
            moved = self._stale() or bool(suspects) or audit.changed
            if fault or not moved or times == PASSES:
                break
            self.told("Records moved while they were read: the pages that they may have moved on are read again.")
            if audit.changed or 1 in suspects:
                self._since = 0
        return audit, fault or (f"records kept moving through {PASSES} passes" if moved else None)

    def _resume(self, landed: list[Reading]) -> None:
        """Take up the latest state: it began with the latest reading of the first page."""
        self.pages.attempt = max((reading.attempt for reading in landed), default=0)
        self._since = max((reading.attempt for reading in landed if reading.number == 1), default=0)
        state = [reading for reading in landed if reading.attempt >= self._since]
        self._said, self._read = alike(state, self.pages.source.page_size), len(state)

    def _edge(self) -> frozenset[int]:
        """The last page that had landed, if more are to come: what moved across it while nobody read, moved on it."""
        held = [number for number, reading in self.pages.latest.items() if reading.attempt >= self._since]
        return frozenset({max(held)} if held and not self._end() else ())

    async def _begin(self) -> None:
        """Begin a state; a first page that holds less than it promises is looked at once more."""
        if self._failed:
            raise self._failed
        try:
            for _ in range(2):
                self.pages.attempt += 1
                first = await self.pages.read(1)
                if not first.totals or len(first.records) >= min(self.pages.source.page_size, *first.totals):
                    break
        except IngestError as fault:
            self._failed = fault
            raise
        self._since, self._said, self._read = self.pages.attempt, None, 0
        self._heed(1)

    def _heed(self, number: int) -> None:
        """Take in what a page of the present state tells."""
        reading = self.pages.latest[number]
        if reading.attempt >= self._since:
            self._read += 1
            if reading.totals:
                told = reading.believable(self.pages.source.page_size)
                self._said = told if self._said is None else self._said & told

    def _over(self) -> bool:
        """Whether the present state has ended, and was worth its first page."""
        lasted = self._since == 1 or self._read >= STATE_PAGES
        return not self._since or (self._said == frozenset() and lasted)

    async def _page(self, number: int) -> None:
        async with self._beginning:
            if self._over():
                await self._begin()
        await self.pages.read(number)
        self._heed(number)

    def _horizons(self) -> list[int]:
        totals = self.pages.latest[1].totals
        return sorted({min(MOST_PAGES, -(-total // self.pages.source.page_size)) for total in totals})

    def _end(self) -> int | None:
        """The first page that says it is the last, if the total agrees or the page after it says so too."""
        claims, promised = self.pages.claims, min(self._horizons(), default=0)
        return min((number for number in claims if number >= promised or number + 1 in claims), default=None)

    def _stale(self) -> bool:
        """Whether a page was last read before the present state began."""
        latest, end = self.pages.latest, self._end() or max(self.pages.latest)
        return any(number <= end and reading.attempt < self._since for number, reading in latest.items())

    async def _sweep(self, times: int, suspects: frozenset[int]) -> str | None:
        """Read what was read less often than ``times`` and not since the state began, and what is suspect.

        First the first page, then those that its total promises at once, then one by one to the end.

        :returns: what keeps the end from being believed, if anything
        """
        if not self._since:
            await self._begin()
        latest, barren = self.pages.latest, 0
        looks = {number: self.pages.times[number] for number in suspects}
        if suspects and self._since:
            self.pages.attempt += 1

        def due(number: int) -> bool:
            if number not in latest:
                return True
            stale = latest[number].attempt < self._since and self.pages.times[number] < times
            return stale or self.pages.times[number] == looks.get(number)

        while True:
            end = self._end()
            horizon = end or next((pages for pages in self._horizons() if pages > max(latest)), max(latest))
            numbers = sorted(
                filter(due, suspects.union(range(2, horizon + 1))), key=lambda number: (number in latest, number)
            )
            if numbers:
                await self.pages.concurrently(
                    numbers, self._page, lambda number: number not in latest and number > (self._end() or number)
                )
            elif end:
                before = latest.get(end - 1)
                contradicted = end in self.pages.refused and before and not before.last and not before.totals
                return (
                    f"page {end} was refused, and the page before it says that more follows" if contradicted else None
                )
            elif barren == BARREN_PAGES:
                return "the source never said that it was at its end"
            elif horizon >= MOST_PAGES:
                raise self.pages.endless()
            else:
                await self._page(horizon + 1)
                attempt = latest[horizon + 1].attempt
                held = not await asyncio.to_thread(self.pages.ledger.barren, attempt, horizon + 1)
                barren = 0 if held else barren + 1
