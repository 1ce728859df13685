"""The pages of a slice: asked for several at a time and landed, or found where they have landed before."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence

from include.checkpoint import Ledger, Reading
from include.contract import Page, PageReader, Slice, Source
from include.errors import EndlessAnswer, IngestError, Limited, Permanent

PASSES = 3
"""So many times everything is gone through at most, however much moves."""
MOST_PAGES = 40_000
"""A million contacts: an answer that goes on beyond has no end."""


class Pages:
    """Reads the pages of one slice, pass by pass, into a ledger.

    :param source: whose pages they are
    :param slice: what to read
    :param reader: reads one page
    :param ledger: where pages land; those it holds are not read again in the same pass
    :param width: requests in flight at most, counting pages that are not committed yet
    :ivar attempt: the present pass
    :ivar latest: of each page the latest reading
    :ivar claims: the pages that say they are the last
    :ivar times: how often each page was read
    :ivar refused: the pages that the source said it has not, as far as this task was told
    """

    def __init__(self, source: Source, slice: Slice, reader: PageReader, ledger: Ledger, width: int) -> None:
        self.source = source
        self.slice = slice
        self.reader = reader
        self.ledger = ledger
        self.width = width
        self.attempt = 1
        self.latest: dict[int, Reading] = {}
        self.claims: set[int] = set()
        self.times: Counter[int] = Counter()
        self.refused: set[int] = set()
        self._waiting: list[tuple[int, Page]] = []
        self._committing = asyncio.Lock()

    async def resume(self) -> list[Reading]:
        """Find what has landed."""
        landed = await asyncio.to_thread(self.ledger.readings)
        for reading in landed:
            self._note(reading)
        return landed

    def _note(self, reading: Reading) -> None:
        self.times[reading.number] += 1
        latest = self.latest.get(reading.number)
        if latest is None or latest.attempt <= reading.attempt:
            self.latest[reading.number] = reading
            (self.claims.add if reading.last else self.claims.discard)(reading.number)

    async def page(self, number: int) -> Page:
        """A page of this pass, asked for if it has not landed."""
        latest = self.latest.get(number)
        if latest and latest.attempt == self.attempt:
            landed = await asyncio.to_thread(self.ledger.page, self.attempt, number)
            if landed:
                return landed
        return await self.read(number)

    async def several(self, numbers: Sequence[int]) -> list[Page]:
        """Pages of this pass, in order."""
        pages: dict[int, Page] = {}

        async def read(number: int) -> None:
            pages[number] = await self.page(number)

        await self.concurrently(numbers, read)
        return [pages[number] for number in numbers]

    async def read(self, number: int) -> Page:
        """Ask for a page and land it, in the pass in which it was asked for."""
        attempt = self.attempt
        page = await self.reader.read(number)
        (self.refused.add if page.refused else self.refused.discard)(number)
        await self._land(attempt, page)
        self._note(Reading(attempt, number, page.last, frozenset(page.totals), len(page.records)))
        return page

    async def _land(self, attempt: int, page: Page) -> None:
        """Commit the page; those that come while another commit runs share the next one."""
        self._waiting.append((attempt, page))
        async with self._committing:
            if any(page is waiting for _, waiting in self._waiting):
                waiting, self._waiting = self._waiting, []
                for one in sorted({attempt for attempt, _ in waiting}):
                    pages = [page for attempt, page in waiting if attempt == one]
                    await asyncio.to_thread(self.ledger.land, one, pages)

    async def is_end(self, page: Page) -> bool:
        """Whether a page is the last: it says so, and its total agrees, or the page after it says so too."""
        promised = page.number * self.source.page_size < min(page.totals, default=0)
        return page.last and (not promised or (await self.page(page.number + 1)).last)

    def endless(self) -> EndlessAnswer:
        """The error for an answer without an end."""
        return EndlessAnswer(
            f"{self.source.title} still says that more follows after {MOST_PAGES:,} pages",
            where={"connection": self.slice.conn_id, self.source.owner_noun: self.slice.owner},
        )

    async def concurrently(
        self,
        numbers: Iterable[int],
        read: Callable[[int], Awaitable[None]],
        beyond: Callable[[int], bool] = lambda _number: False,
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
