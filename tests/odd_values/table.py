"""What a case is: a value that may come, what is stored of it, and the reason of the issue."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Case(NamedTuple):
    given: Any
    stored: Any
    reason: str | None = None


class Kind(NamedTuple):
    """A field kind, what is to know of it in a sentence or two, and its cases."""

    title: str
    read: Callable[[Any], tuple[Any, str | None]]
    said: str
    cases: tuple[Case, ...]
