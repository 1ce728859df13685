"""The story of an extraction: which pages to ask for, when the end is reached, and whether all of it was seen.

A landed page is never asked for again in the same pass, whoever reads: that is the whole of resuming. A pass that saw
the records move is followed by another, three at most; what the passes saw is one set of records.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from include.checkpoint import Audit, Ledger, Verdict
from include.contract import Page, PageReader, Slice, Source, Window
from include.errors import EndlessAnswer, IngestError, Limited, Permanent

PASSES = 3
MOST_PAGES = 40_000
"""A million contacts: an answer that goes on beyond has no end."""
HOLLOW = "a page came empty where the total promises records"
BARREN_PAGES = 3
"""So many pages in a row, past the reported total and without a new record, are taken for the end."""


class Extraction:
    """Reads the pages of one slice into a ledger.

    :param source: whose pages they are
    :param slice: what to read
    :param reader: reads one page
    :param ledger: where pages land; those it holds are not read again
    :param width: requests in flight at most, counting pages that are not committed yet
    :param told: called with a sentence when there is something to tell
    """

    def __init__(
        self,
        source: Source,
        slice: Slice,
        reader: PageReader,
        ledger: Ledger,
        *,
        width: int = 8,
        told: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        self.source = source
        self.slice = slice
        self.reader = reader
        self.ledger = ledger
        self.width = width
        self.told = told
        self.attempt = 1
        self._waiting: list[Page] = []
        self._committing = asyncio.Lock()

    async def run(self) -> Verdict:
        """Read until the end, and say whether all was seen.

        :raises Limited: the budget is spent; what was read has landed
        :raises IngestError: reading failed; what was read has landed
        """
        while True:
            fault = await self._pass()
            audit = await asyncio.to_thread(self.ledger.audit, self.attempt)
            if not (audit.moved or fault == HOLLOW) or self.attempt == PASSES:
                return self._verdict(audit, fault)
            self.told(f"records moved while pass {self.attempt} was read, or a page came empty: reading again")
            self.attempt += 1

    async def _pass(self) -> str | None:
        """Read one pass; what kept it from a believable end, if anything."""
        if self.slice.window is None or self.slice.strategy == "all":
            return await self._all()
        if self.slice.strategy == "newest":
            return await self._newest(self.slice.window)
        return await self._search(self.slice.window)

    def _verdict(self, audit: Audit, fault: str | None) -> Verdict:
        total = audit.distinct if audit.distinct in audit.totals else min(audit.totals, default=None)
        if fault:
            return Verdict(False, fault, total)
        if audit.moved:
            return Verdict(False, f"records kept moving through {self.attempt} passes", total)
        if self.slice.strategy == "all" and audit.told and audit.distinct not in audit.totals:
            return Verdict(False, f"the source reported {total:,} records, its pages held {audit.distinct:,}", total)
        return Verdict(True, None, total)

    async def _all(self) -> str | None:
        """Every page: the first, those that its total promises at once, then one by one to the end."""
        ends = await asyncio.to_thread(self.ledger.ends, self.attempt)
        blind = 1 in ends
        first = await self._page(1)
        ends[1] = first.last
        horizons = sorted({min(MOST_PAGES, -(-total // self.source.page_size)) for total in first.totals})

        def end() -> int | None:
            """The first page that says it is the last, if the total agrees or the page after it says so too."""
            promised = min(horizons, default=0)
            claims = (number for number in sorted(ends) if ends[number])
            return next((number for number in claims if number >= promised or ends.get(number + 1)), None)

        async def read(number: int) -> None:
            ends[number] = (await self._read(number)).last

        barren = 0
        while True:
            last = end()
            horizon = last or next((pages for pages in horizons if pages > max(ends)), max(ends))
            missing = [number for number in range(2, horizon + 1) if number not in ends]
            if missing and blind:
                # Nobody has said yet what is left of the budget: one request asks, before many spend it.
                blind = False
                await read(missing[0])
            elif missing:
                await self._concurrently(missing, read, beyond=lambda number: number > (end() or number))
            elif last:
                return None
            elif barren == BARREN_PAGES:
                return "the source never said that it was at its end"
            elif horizon >= MOST_PAGES:
                raise self._endless()
            else:
                await read(horizon + 1)
                barren = barren + 1 if await asyncio.to_thread(self.ledger.barren, self.attempt, horizon + 1) else 0

    async def _newest(self, window: Window) -> str | None:
        """From the newest record back, until a page reaches beyond the window's start."""
        return await self._along(1, lambda moments: min(moments, default=window.start) < window.start)

    async def _search(self, window: Window) -> str | None:
        """From the oldest record on: the page where the window begins is searched for, the rest is read to its end."""
        begin = await self._begin(window.start)
        # Rows deleted from before the window while it was searched for moved its first records one page forward.
        begin = max(1, begin - 1)
        return await self._along(begin, lambda moments: min(moments, default=window.start) >= window.end)

    async def _along(self, begin: int, beyond: Callable[[list[datetime]], bool]) -> str | None:
        """Page by page, until one lies beyond the window or is the last."""
        hollow = False
        for number in range(begin, MOST_PAGES + 1):
            page = await self._page(number)
            hollow = hollow or (not page.records and (number - 1) * self.source.page_size < min(page.totals, default=0))
            if beyond(self._moments(page)) or await self._ends(page):
                return HOLLOW if hollow else None
        raise self._endless()

    async def _ends(self, page: Page) -> bool:
        """Whether a page is the last: it says so, and its total agrees, or the page after it says so too."""
        promised = page.number * self.source.page_size < min(page.totals, default=0)
        return page.last and (not promised or (await self._page(page.number + 1)).last)

    async def _begin(self, start: datetime) -> int:
        """The number of the first page with a record created at ``start`` or later, or of the last page."""

        async def reaches(number: int) -> bool:
            page = await self._page(number)
            return max(self._moments(page), default=start) >= start or await self._ends(page)

        low, high = 1, -(-max((await self._page(1)).totals, default=0) // self.source.page_size)
        high = min(high, MOST_PAGES)
        if not high:
            high = 1
            while not await reaches(high):
                low, high = high + 1, 2 * high
        while low < high:
            middle = (low + high) // 2
            if await reaches(middle):
                high = middle
            else:
                low = middle + 1
        return low

    def _moments(self, page: Page) -> list[datetime]:
        return [moment for record in page.records if (moment := self.source.created_at(record))]

    def _endless(self) -> EndlessAnswer:
        return EndlessAnswer(
            f"{self.source.title} still says that more follows after {MOST_PAGES:,} pages",
            where={"connection": self.slice.conn_id, self.source.owner_noun: self.slice.owner},
        )

    async def _page(self, number: int) -> Page:
        landed = await asyncio.to_thread(self.ledger.page, self.attempt, number)
        return landed or await self._read(number)

    async def _read(self, number: int) -> Page:
        page = await self.reader.read(number)
        await self._land(page)
        return page

    async def _land(self, page: Page) -> None:
        """Commit the page; those that come while another commit runs share the next one."""
        self._waiting.append(page)
        async with self._committing:
            if any(page is waiting for waiting in self._waiting):
                pages, self._waiting = self._waiting, []
                await asyncio.to_thread(self.ledger.land, self.attempt, pages)

    async def _concurrently(
        self,
        numbers: Iterable[int],
        read: Callable[[int], Awaitable[None]],
        beyond: Callable[[int], bool],
    ) -> None:
        """Read pages, ``width`` at a time, up to the end; when one fails, those in flight still land."""
        left = iter(numbers)
        faults: list[IngestError] = []

        async def work() -> None:
            while not faults and (number := next(left, None)) is not None and not beyond(number):
                try:
                    await read(number)
                except IngestError as fault:
                    faults.append(fault)

        async with asyncio.TaskGroup() as group:
            for _ in range(self.width):
                group.create_task(work())
        if faults:
            raise min(faults, key=lambda fault: (not isinstance(fault, Permanent), not isinstance(fault, Limited)))
