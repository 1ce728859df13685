"""Cutting a CRM that is too large for one slice into windows, at day boundaries and by what the source counts.

Nobody knows whether the created filters are inclusive, compare days or moments, or in which time zone. So a cut is made
only where counts prove that nothing falls between its two sides; without a proof there is one slice of everything.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, gcd

from include.contract import BEGINNING, END, Page, Slice, Source, Window

WINDOW_PAGES = 400
OUTGROWN = 1.5
"""So many windows' worth of records, and the newest window is cut again."""
TOLERANCE = 0.2
"""How far from its aim a cut may lie, as a share of a window; a smaller window than that is none."""
OVERLAP = 0.01
"""The share of all records that may be read on both sides of a cut."""
OFFSETS = ((0, 0), (-1, 0), (0, -1))
"""Days to add to the older side's end and to the newer side's start, the first that loses nothing being the best."""
REACHES = tuple(timedelta(days=30 * 4**step) for step in range(6))
"""How far back the first records are looked for."""
STEPS = 8
"""So many counts to find a day; then the nearest that was found does."""
DAY = timedelta(days=1)

Sized = tuple[Slice, int | None]
"""A slice with the number of records that it is believed to hold."""
Count = Callable[[Slice], Awaitable[int | None]]
"""Asks the source how many records a slice holds; ``None``: it does not say."""


class Untold(Exception):
    """The source does not say how many records a slice holds."""


def believable(page: Page) -> int | None:
    """How many records there are in all, as far as a first page can be believed; ``None``: it does not say.

    A total that is not more than what the page holds, while more follows, counts something else.
    """
    held = len(page.records)
    if page.last:
        return held if held in page.totals or not page.totals else None
    return min((total for total in page.totals if total > held), default=None)


async def windows(source: Source, known: Sized, kept: Sequence[Sized], count: Count, today: date) -> list[Sized]:
    """The slices that read the whole CRM: itself, or windows of about ``WINDOW_PAGES`` pages, oldest first.

    :param known: everything, as it was when it was last read; if that was half a window, a count is not worth a request
    :param kept: the windows of earlier refreshes, oldest first; only the newest is cut, and only if it has outgrown
    """
    whole, lately = known
    size = WINDOW_PAGES * source.page_size
    if lately is not None and 2 * lately <= size:
        return [known]
    total = await count(whole)
    if source.created is None or total is None or total <= size:
        return [(whole, total)]
    if not kept:
        return await cut(source, whole, total, count, today)
    *older, newest = ((replace(whole, window=one.window, bounds=one.bounds), records) for one, records in kept)
    held = await count(newest[0])
    before = [records for _, records in older]
    if held is not None and None not in before:
        found = sum(filter(None, before)) + held
        if total > found and (await count(whole) or 0) > found:
            # What was created before a cut becomes fewer, never more: no window finds the rest.
            return await cut(source, whole, total, count, today)
    if held is None or held <= OUTGROWN * size:
        return [*older, (newest[0], held)]
    return [*older, *await cut(source, newest[0], held, count, today)]


async def cut(source: Source, whole: Slice, total: int, count: Count, today: date) -> list[Sized]:
    """Windows of even size that hold all of a slice, oldest first; it alone if no cut is proven.

    :param whole: everything, or a window that is open to the present
    :param total: how many records it holds
    """
    windows = ceil(total / (WINDOW_PAGES * source.page_size))
    step = total / windows
    scale = _Scale(source, whole, total, count, today)
    cuts: list[tuple[date, int, Slice, Slice]] = []
    try:
        days = {await scale.day(number * step, TOLERANCE * step) for number in range(1, windows)}
        for day in sorted(day for day in days if day):
            before = await scale.before(day)
            if min(before - (cuts[-1][1] if cuts else 0), total - before) < TOLERANCE * step:
                continue
            if sides := await scale.sides(day):
                cuts.append((day, before, *sides))
    except Untold:
        return [(whole, total)]
    found: list[Sized] = []
    start, begun, rest = whole.window.start if whole.window else BEGINNING, 0, whole
    for day, before, older, newer in cuts:
        moment = datetime.combine(day, time(), UTC)
        window = Window(start, moment)
        found.append((replace(whole, window=window, bounds={**older.bounds, **rest.bounds}), before - begun))
        start, begun, rest = moment, before, newer
    return [*found, (replace(rest, window=Window(start, END) if cuts else whole.window), total - begun)]


class _Scale:
    """Weighs the two sides of a day, and remembers."""

    def __init__(self, source: Source, whole: Slice, total: int, count: Count, today: date) -> None:
        self.whole = whole
        self.total = total
        self.count = count
        self.today = today
        self._after, self._before = source.created or ("", "")
        self._olders = {today + 2 * DAY: total}
        self._newers: dict[date, int] = {}
        if whole.window:
            self._olders[whole.window.start.date()] = 0

    async def before(self, day: date) -> int:
        """The records on the older side of a day."""
        if day not in self._olders:
            self._olders[day] = await self._told(self._older(day))
        return self._olders[day]

    async def day(self, aim: float, tolerance: float) -> date | None:
        """A day with about so many records before it, or the nearest that was found."""
        reaches = iter(REACHES)
        while not (lower := [day for day, held in self._olders.items() if held <= aim]):
            if (reach := next(reaches, None)) is None:
                return None
            await self.before(self.today - reach)
        low = max(lower)
        high = min(day for day, held in self._olders.items() if held > aim and day > low)
        for step in range(STEPS):
            below, above = aim - self._olders[low], self._olders[high] - aim
            if min(below, above) <= tolerance or high - low <= DAY:
                break
            # By proportion, and every other time by half: many that were imported on one day bend the proportion.
            share = step % 2 / 2 or below / (below + above)
            middle = low + max(1, min((high - low).days - 1, round(share * (high - low).days))) * DAY
            low, high = (middle, high) if await self.before(middle) <= aim else (low, middle)
        return min(low, high, key=lambda day: abs(self._olders[day] - aim))

    async def sides(self, day: date) -> tuple[Slice, Slice] | None:
        """The two slices that a day parts the whole into, if their counts prove that they hold all of it.

        One side begins where the other ends, or before, or behind. So records fall between them, or are in both, or
        neither: the sum tells which, unless records come meanwhile.
        """
        proven: dict[tuple[date, date], int] = {}
        for older, newer in ((day + end * DAY, day + start * DAY) for end, start in OFFSETS):
            if newer not in self._newers:
                self._newers[newer] = await self._told(self._newer(newer))
            held = await self.before(older) + self._newers[newer]
            if self.total <= held <= self.total * (1 + OVERLAP):
                proven[older, newer] = held - max(self.total, await self._told(self.whole))
            if proven.get((older, newer)) == 0 and self._exact():
                break
        best = min(((over, ends) for ends, over in proven.items() if over >= 0), key=lambda one: one[0], default=None)
        if best is None or not self._exact():
            return None
        older, newer = best[1]
        return self._older(older), self._newer(newer)

    def _exact(self) -> bool:
        """Whether the counts are no round numbers, of which a sum proves nothing."""
        return gcd(*self._olders.values(), *self._newers.values()) % 10 != 0

    async def _told(self, slice: Slice) -> int:
        held = await self.count(slice)
        if held is None:
            raise Untold
        return held

    def _older(self, day: date) -> Slice:
        return replace(self.whole, bounds={**self.whole.bounds, self._before: day.isoformat()})

    def _newer(self, day: date) -> Slice:
        return replace(self.whole, bounds={**self.whole.bounds, self._after: day.isoformat()})
