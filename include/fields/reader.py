"""Taking the fields out of a record, and noting what could not be taken as it came."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from include.contract import Issue

T = TypeVar("T")
P = ParamSpec("P")

Taken: TypeAlias = tuple[T | None, str | None]
"""A clean value, or ``None``, and the reason why it is not what came; a reason never holds the value."""


class Reader:
    """One JSON object, read field by field: ``read(text, "headline")``.

    A field that is missing or null is ``None`` and no issue. The readers of inner objects note their issues with it.

    :param record: any JSON value; one that is not an object reads as empty, with an issue
    """

    def __init__(self, record: Any) -> None:
        self._at = ""
        self._notes: dict[str, str] = {}
        self._record: dict[str, Any] = {}
        if isinstance(record, dict):
            self._record = record
        else:
            self.note("record", "not an object")

    def __call__(
        self, kind: Callable[Concatenate[Any, P], Taken[T]], key: str, *more: P.args, **named: P.kwargs
    ) -> T | None:
        """The field ``key`` as a ``kind``, which may take ``more`` than the value."""
        value = self._record.get(key)
        if value is None:
            return None
        clean, reason = kind(value, *more, **named)
        if reason is not None:
            self.note(key, reason)
        return clean

    def inner(self, key: str) -> "Reader":
        """The object in a field; empty if there is none."""
        value = self._record.get(key)
        if value is not None and not isinstance(value, dict):
            self.note(key, "not an object")
        return self._within(value, f"{key}.")

    def each(self, key: str) -> list["Reader"]:
        """The objects of the list in a field; what is not an object is left out."""
        readers = []
        for index, value in self._list(key):
            if isinstance(value, dict):
                readers.append(self._within(value, f"{key}[{index}]."))
            else:
                self.note(f"{key}[{index}]", "not an object")
        return readers

    def all(self, kind: Callable[[Any], Taken[T]], key: str) -> list[T]:
        """The list in a field, each element as a ``kind``; what comes to nothing is left out."""
        values = []
        for index, value in self._list(key):
            clean, reason = kind(value)
            if reason is not None:
                self.note(f"{key}[{index}]", reason)
            if clean is not None:
                values.append(clean)
        return values

    def note(self, key: str, reason: str) -> None:
        """Note an issue of a field."""
        field = self._at + key
        known = self._notes.get(field)
        if known is None:
            self._notes[field] = reason
        elif reason not in known.split("; "):
            self._notes[field] = f"{known}; {reason}"

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was noted so far, one issue a field; paths as in ``experiences[0].start_date``."""
        return tuple(Issue(field, reason) for field, reason in self._notes.items())

    def _list(self, key: str) -> list[tuple[int, Any]]:
        value = self._record.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.note(key, "not a list")
            return []
        return [(index, element) for index, element in enumerate(value) if element is not None]

    def _within(self, value: Any, at: str) -> "Reader":
        inside = Reader(value if isinstance(value, dict) else {})
        inside._at, inside._notes = self._at + at, self._notes
        return inside
