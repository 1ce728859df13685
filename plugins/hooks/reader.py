"""The pages of one slice, asked for in the words that the source accepts."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from include.contract import Page, Slice, Source
from include.errors import Missing, Refused

log = logging.getLogger(__name__)


class SliceReader:
    """
    Reads the pages of one slice in one session.

    :param source: whose pages they are
    :param slice: what to read
    :param ask: sends a request and makes a page of its answer, as ``ApiHook.ask`` does in a session
    """

    def __init__(self, source: Source, slice: Slice, ask: Callable[..., Awaitable[Page]]) -> None:
        self.source = source
        self.slice = slice
        self.ask = ask
        self.spelling = 0
        self.answered = False

    async def read(self, number: int) -> Page:
        """Page ``number`` of the slice; an empty last one, if the source has no such page."""
        try:
            page = await self._ask(number, self.spelling)
        except (Missing, Refused) as fault:
            if number > 1 and (self.answered or await self._answers()):
                # What differs from a request that was answered is the page alone: it lies past the end.
                log.warning("Page %d is taken to lie behind the last: %s.", number, fault.what)
                return Page(number, (), last=True, refused=True)
            page = await self._ask_otherwise(number, fault)
        self.answered = True
        return page

    async def _answers(self) -> bool:
        """Whether the first page is answered; for a task that goes on with later ones."""
        with suppress(Missing, Refused):
            await self._ask(1, self.spelling)
            return True
        return False

    async def _ask_otherwise(self, number: int, fault: Missing | Refused) -> Page:
        """The page, asked for in another spelling, if the source accepts one."""
        if self.slice.window and isinstance(fault, Refused):
            for spelling in range(1, self.source.spellings):
                with suppress(Refused):
                    page = await self._ask(number, spelling)
                    self.spelling = spelling
                    return page
        raise fault

    async def _ask(self, number: int, spelling: int) -> Page:
        where: dict[str, object] = {self.source.owner_noun: self.slice.owner, "page": number}
        request = self.source.request(self.slice, number, spelling)
        return await self.ask(request, partial(self.source.page, number=number), **where)
