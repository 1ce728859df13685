"""The story of an extraction: it reads every page of a slice, or those of a window, and says whether all was seen.

A landed page is not asked for again without a reason, whoever reads: that is the whole of resuming. Where records moved
from page to page, pages are read again; it is gone through them three times at most. What was read in all is one set of
records.
"""

from collections.abc import Callable

from include.checkpoint import Ledger, Verdict
from include.contract import PageReader, Slice, Source, Window
from include.everything import Everything
from include.pages import Pages
from include.position import Position


class Extraction:
    """Reads a slice into a ledger.

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
        self.slice = slice
        self.pages = Pages(source, slice, reader, ledger, width)
        self.told = told

    @property
    def read(self) -> int:
        """How many different pages have landed."""
        return len(self.pages.latest)

    @property
    def expected(self) -> int | None:
        """How many pages there are by the word of the first one; ``None``: it does not say, or not all are read."""
        first = self.pages.latest.get(1)
        if self._sought or not (first and first.totals):
            return None
        size = self.pages.source.page_size
        return max(1, -(-min(first.believable(size)) // size))

    @property
    def _sought(self) -> Window | None:
        """The window that pages are searched for; ``None``: every page is read."""
        return None if self.slice.strategy == "all" else self.slice.window

    async def run(self) -> Verdict:
        """Read until the end, and say whether all was seen.

        :raises Limited: the budget is spent; what was read has landed
        :raises IngestError: reading failed; what was read has landed
        """
        missed = 0
        if window := self._sought:
            audit, fault = await Position(self.pages, self.told).read(window)
        else:
            audit, fault = await Everything(self.pages, self.told).read()
            missed = max(0, (audit.total or 0) - audit.distinct)
            if not (fault or audit.matched):
                fault = f"the source reported {audit.total:,} records, its pages held {audit.distinct:,}"
        counts = {"seen": audit.records, "duplicate": audit.records - audit.distinct, "missed": missed}
        return Verdict(not fault, fault, audit.total, counts)
