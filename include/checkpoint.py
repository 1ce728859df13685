"""What an extraction leaves behind and finds again: its landed pages, what they prove, and the verdict on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from include.contract import Page


@dataclass(frozen=True, slots=True)
class Audit:
    """What a pass landed.

    :param pages: landed pages
    :param records: landed records
    :param distinct: of them with a different identity
    :param totals: the numbers of matches that every page of the pass reported alike
    :param told: whether any page reported a number of matches
    """

    pages: int
    records: int
    distinct: int
    totals: frozenset[int]
    told: bool

    @property
    def moved(self) -> bool:
        """Whether records came or went, or changed their page, while the pass was read."""
        return self.distinct < self.records or (self.told and not self.totals)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an extraction saw all there was; the ``reason`` says why not."""

    complete: bool
    reason: str | None = None
    total: int | None = None

    def __str__(self) -> str:
        return "complete" if self.complete else "partial"


class Ledger(Protocol):
    """The landed pages of one extraction. Its methods block; they are called from one thread at a time."""

    def ends(self, attempt: int) -> dict[int, bool]:
        """The numbers of a pass's landed pages, each with whether it was the last."""
        ...

    def page(self, attempt: int, number: int) -> Page | None:
        """A landed page."""
        ...

    def land(self, attempt: int, pages: Sequence[Page]) -> None:
        """Commit pages; one that has landed before stays as it was."""
        ...

    def audit(self, attempt: int) -> Audit:
        """What a pass landed."""
        ...

    def barren(self, attempt: int, number: int) -> bool:
        """Whether a landed page holds nothing that is not on another page of the pass."""
        ...
