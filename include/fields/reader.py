"""Taking the fields out of a record, and noting what could not be taken as it came."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, TypeVarTuple

from include.contract import Issue

T = TypeVar("T")
More = TypeVarTuple("More")

Taken: TypeAlias = tuple[T | None, str | None]
"""A clean value, or ``None``, and the reason why it is not what came; a reason never holds the value."""


class Reader:
    """One JSON object, read field by field: ``read(text, "headline")``.

    A field that is missing or null is ``None`` and no issue. The readers of inner objects note their issues with it.

    :param record: any JSON value; one that is not an object reads as empty, with an issue
    :param inside: for an inner object the reader, the key and the index in a list under which it was found
    """

    __slots__ = ("_inside", "_notes", "_record")

    def __init__(self, record: Any, inside: "tuple[Reader, str, int | None] | None" = None) -> None:
        self._inside = inside
        self._notes: dict[str, str] = inside[0]._notes if inside else {}
        self._record: dict[str, Any] = record if isinstance(record, dict) else {}
        if self._record is not record:
            self.note("record", "not an object")

    def __call__(self, kind: Callable[[Any, *More], Taken[T]], key: str, *more: *More) -> T | None:
        """The field ``key`` as a ``kind``, which may take ``more`` than the value."""
        value = self._record.get(key)
        if value is None:
            return None
        # Handing on nothing with a star costs more than many a kind.
        clean, reason = kind(value, *more) if more else kind(value)  # type: ignore[call-arg]
        if reason is not None:
            self.note(key, reason)
        return clean

    def fields(self, kind: Callable[[Any], Taken[T]], *keys: str) -> dict[str, T | None]:
        """Fields of one kind, by their keys."""
        found: dict[str, T | None] = {}
        record = self._record
        for key in keys:
            value = record.get(key)
            if value is None:
                found[key] = None
            else:
                found[key], reason = kind(value)
                if reason is not None:
                    self.note(key, reason)
        return found

    def inner(self, key: str) -> "Reader":
        """The object in a field; empty if there is none."""
        value = self._record.get(key)
        if isinstance(value, dict):
            return Reader(value, (self, key, None))
        if value is not None:
            self.note(key, "not an object")
        return Reader({}, (self, key, None))

    def each(self, key: str) -> list["Reader"]:
        """The objects of the list in a field; what is not an object is left out."""
        readers = []
        for index, value in enumerate(self._list(key)):
            if isinstance(value, dict):
                readers.append(Reader(value, (self, key, index)))
            elif value is not None:
                self.note(f"{key}[{index}]", "not an object")
        return readers

    def all(self, kind: Callable[[Any], Taken[T]], key: str) -> list[T]:
        """The list in a field, each element as a ``kind``; what comes to nothing is left out."""
        values = []
        for index, value in enumerate(self._list(key)):
            if value is not None:
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
        return tuple(Issue(field, reason) for field, reason in self._notes.items()) if self._notes else ()

    @property
    def _at(self) -> str:
        """The path to here. Hardly any field has an issue, so it is put together when one has."""
        if self._inside is None:
            return ""
        outer, key, index = self._inside
        return f"{outer._at}{key}{'' if index is None else f'[{index}]'}."

    def _list(self, key: str) -> list[Any]:
        value = self._record.get(key)
        if isinstance(value, list):
            return value
        if value is not None:
            self.note(key, "not a list")
        return []
