"""A window found by position, where the source has no date filter and lists the newest record first.

Recruitsome's *list candidates* page: ``sort=created_at``, and no filter by date.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil

from include.checkpoint import Audit
from include.contract import Page, Window
from include.pages import MOST_PAGES, PASSES, Pages

GUESSES = 3
"""So many times the page of a moment is guessed from the pace of creation, before its place is halved down."""


class Position:
    """The way to the pages that hold a window.

    :param pages: the slice's pages, the newest record first
    :param told: called with a sentence when there is something to tell
    """

    def __init__(self, pages: Pages, told: Callable[[str], None]) -> None:
        self.pages = pages
        self.told = told

    async def read(self, window: Window) -> tuple[Audit, str | None]:
        """Read the window, anew as long as records move; its sheets, and what keeps them from being believed."""
        landed = await self.pages.resume()
        for attempt in range(max((reading.attempt for reading in landed), default=1), PASSES + 1):
            self.pages.attempt = attempt
            fault = await self._walk(window)
            audit = await asyncio.to_thread(self.pages.ledger.audit, attempt)
            moved = audit.changed or bool(audit.doubled)
            if not (fault or moved):
                break
            self.told("Records moved while they were read: their pages are read again.")
        return audit, fault or (f"records kept moving through {PASSES} passes" if moved else None)

    async def _walk(self, window: Window) -> str | None:
        """Find the page where the window ends, and read on to its start; what keeps that from being believed."""
        # Rows deleted from before the window while it was searched for moved its first records one page forward.
        number, ahead = max(1, await self._first(window.end) - 1), 1
        hollow = False
        while number <= MOST_PAGES:
            pages = await self.pages.several(range(number, number + ahead))
            for page in pages:
                promised = min(page.totals, default=0)
                hollow = hollow or (not page.records and (page.number - 1) * self.pages.source.page_size < promised)
                if min(self._moments(page), default=window.start) < window.start or await self.pages.is_end(page):
                    return "a page came empty where the total promises records" if hollow else None
            number += ahead
            ahead = self._ahead(pages, window.start)
        raise self.pages.endless()

    def _ahead(self, pages: Sequence[Page], start: datetime) -> int:
        """How many more pages certainly belong to the window: half of those it takes at the pace of ``pages``."""
        moments = [moment for page in pages for moment in self._moments(page)]
        pace = (max(moments) - min(moments)) / len(pages) if moments else timedelta()
        return min(self.pages.width, max(1, int((min(moments) - start) / pace / 2))) if pace else 1

    async def _first(self, end: datetime) -> int:
        """The number of the first page with a record created before ``end``, or of the last page."""
        first = await self.pages.page(1)
        oldest: dict[int, datetime] = {}

        async def reaches(number: int) -> bool:
            page = first if number == 1 else await self.pages.page(number)
            moments = self._moments(page)
            oldest[number] = min(moments, default=end)
            return not moments or oldest[number] < end or await self.pages.is_end(page)

        if await reaches(1):
            return 1
        below, above = 1, min(MOST_PAGES, -(-max(first.totals, default=0) // self.pages.source.page_size))
        if above <= below:
            above = 2
            while not await reaches(above):
                if above > MOST_PAGES:
                    raise self.pages.endless()
                below, above = above, 2 * above
        newest, guesses = max(self._moments(first)), GUESSES
        while above - below > 1:
            middle = (below + above) // 2
            pace = (newest - oldest[below]) / below
            if guesses and pace:
                guesses -= 1
                middle = min(max(below + ceil((oldest[below] - end) / pace), below + 1), above - 1)
            below, above = (below, middle) if await reaches(middle) else (middle, above)
        return above

    def _moments(self, page: Page) -> list[datetime]:
        return [moment for record in page.records if (moment := self.pages.source.created_at(record))]
