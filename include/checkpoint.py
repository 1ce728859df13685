"""What an extraction leaves behind and finds again: its landed pages, what they prove, and the verdict on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Protocol

from include.contract import Page


@dataclass(frozen=True, slots=True)
class Reading:
    """A page as it was read once.

    :param attempt: the pass that read it
    :param last: it said that no page follows
    :param totals: every number of matches that it reported
    :param records: how many it held
    """

    attempt: int
    number: int
    last: bool
    totals: frozenset[int]
    records: int

    def believable(self, size: int) -> frozenset[int]:
        """The totals that its own place, in pages of ``size``, does not contradict; all, if it contradicts all."""
        held = (self.number - 1) * size + self.records
        return frozenset(total for total in self.totals if total > held or (self.last and total == held)) or self.totals


@dataclass(frozen=True, slots=True)
class Sheet(Reading):
    """A page as it was last read, beside the others.

    :param doubled: it holds a record that is on another sheet too, or twice on this one
    :param shifted: whether it held other records when it was read before; ``None``: it was read once
    """

    doubled: bool
    shifted: bool | None


def alike(readings: Iterable[Reading], size: int) -> frozenset[int] | None:
    """The totals that readings report alike: none, if what they tell has changed; ``None``, if they tell nothing."""
    said: frozenset[int] | None = None
    for reading in readings:
        if reading.totals:
            said = reading.believable(size) if said is None else said & reading.believable(size)
    return said


@dataclass(frozen=True)
class Audit:
    """Whether sheets show one state of the source's list, and all of it.

    :param sheets: by number
    :param distinct: the records on them with a different identity
    :param seen: those on every reading of the state, of pages that were read again too
    :param size: records a page, as asked for
    """

    sheets: Sequence[Sheet]
    distinct: int
    size: int
    seen: int = 0

    @property
    def records(self) -> int:
        """The records on the sheets."""
        return sum(sheet.records for sheet in self.sheets)

    @cached_property
    def said(self) -> frozenset[int] | None:
        """The totals that the sheets report alike."""
        return alike(self.sheets, self.size)

    @property
    def total(self) -> int | None:
        """How many records there are by the word of the source."""
        said = self.said or self.sheets[-1].totals if self.sheets else frozenset[int]()
        return self.distinct if self.distinct in said else min(said, default=None)

    @property
    def matched(self) -> bool:
        """Whether the sheets hold as many different records as the source says there are, if it says."""
        return self.said is None or self.distinct in self.said

    @property
    def changed(self) -> bool:
        """Whether the list changed while the sheets were read, or nothing tells that it did not.

        Where no total is told, only a second look at every page tells; one page alone is one moment.
        """
        if self.said is None and len(self.sheets) > 1:
            return any(sheet.shifted is not False for sheet in self.sheets)
        # Seen more than there are: one has gone meanwhile, and another that came keeps the number.
        return self.said == frozenset() or (self.said is not None and self.matched and self.seen > self.distinct)

    @property
    def doubled(self) -> frozenset[int]:
        """The pages with a record that is on two of them: it may have taken the place of another.

        A second look that finds the same records is enough: the source lists them twice.
        """
        return frozenset(sheet.number for sheet in self.sheets if sheet.doubled and sheet.shifted is not False)

    @property
    def suspects(self) -> frozenset[int]:
        """The pages to look at once more: those, and such as hold less than there should be."""
        filled = max((sheet.number for sheet in self.sheets if sheet.records), default=0)
        short = (sheet for sheet in self.sheets if sheet.number <= filled + 1 and self._short(sheet))
        return self.doubled.union(sheet.number for sheet in short if sheet.shifted is not False)

    def _short(self, sheet: Sheet) -> bool:
        promised = (self.total or 0) - (sheet.number - 1) * self.size
        return not self.matched and sheet.records < min(self.size, promised)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an extraction saw all there was; the ``reason`` says why not.

    :param total: how many records the source said there are, if it did
    :param counts: of the receipt: records ``seen`` on the pages, of them ``duplicate`` ones, and records ``missed`` of
        the reported total
    """

    complete: bool
    reason: str | None = None
    total: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return "complete" if self.complete else "partial"


class Ledger(Protocol):
    """The landed pages of one extraction. Its methods block; no two calls of ``land`` overlap.

    :ivar idle: how long ago the last page had landed when the extraction was taken up
    """

    idle: timedelta

    def readings(self) -> list[Reading]:
        """Every landed page of every pass, in the order of passes."""
        ...

    def page(self, attempt: int, number: int) -> Page | None:
        """A landed page."""
        ...

    def land(self, attempt: int, pages: Sequence[Page]) -> None:
        """Commit pages; one that has landed before stays as it was."""
        ...

    def audit(self, since: int) -> Audit:
        """What the passes from ``since`` on landed, of each page the latest reading."""
        ...

    def barren(self, attempt: int, number: int) -> bool:
        """Whether a landed page holds nothing that is not on another page of the passes up to this one."""
        ...
