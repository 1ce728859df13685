"""The records of one system: which live, who owns them, in the order of their creation."""

import json
from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import orjson

T = TypeVar("T")

_REMEMBERED = 256


def dump(record: Any) -> bytes:
    """JSON text in UTF-8; a lone surrogate, which UTF-8 cannot hold, becomes its ``\\ud800`` escape."""
    try:
        return orjson.dumps(record)
    except TypeError:
        return json.dumps(record, separators=(",", ":")).encode()


class Shelf:
    """Records by index. A key is ``created << 32 | index``: sorted keys are records in the order of their creation.

    :ivar created: the moment of each record's creation, in Unix seconds
    :ivar owners: the owners of each record
    :ivar changed: of a changed record, how often and when the last time
    :ivar fields: of a record that was changed by hand, the fields it now shows
    """

    def __init__(self, created: list[int], owners: list[tuple[Any, ...]], known_owners: Iterable[Any]) -> None:
        self.created = created
        self.owners = owners
        self.changed: dict[int, tuple[int, int]] = {}
        self.fields: dict[int, dict[str, Any]] = {}
        self._keys: dict[Any, list[int]] = {None: [moment << 32 | index for index, moment in enumerate(created)]}
        self._keys |= {owner: [] for owner in known_owners}
        for key, mine in zip(self._keys[None], owners, strict=True):
            for owner in mine:
                self._keys[owner].append(key)
        self._texts: dict[int, bytes] = {}
        self._memory: dict[Hashable, Any] = {}

    def keys(self, owner: Any = None) -> list[int]:
        """The keys of the live records, oldest first: of one owner, or of all."""
        return self._keys[owner]

    def indices(self, owner: Any = None) -> list[int]:
        """The indices of the same records in the same order."""
        return self.remember(("indices", owner), lambda: [key & 0xFFFFFFFF for key in self._keys[owner]])

    def newest(self, owner: Any = None) -> list[int]:
        """The same indices, newest first."""
        return self.remember(("newest", owner), lambda: self.indices(owner)[::-1])

    def live(self, index: int) -> bool:
        """Whether the record has not been deleted."""
        return 0 <= index < len(self.created) and self._holds(None, index)

    def remember(self, question: Hashable, answer: Callable[[], T]) -> T:
        """``answer()``, or what it was when the same question was last asked since the last change."""
        if question not in self._memory:
            if len(self._memory) >= _REMEMBERED:
                self._memory.clear()
            self._memory[question] = answer()
        found: T = self._memory[question]
        return found

    def text(self, index: int, make: Callable[[int], bytes]) -> bytes:
        """The record's JSON text, made once."""
        text = self._texts.get(index)
        if text is None:
            text = self._texts[index] = make(index)
        return text

    def insert(self, created: int, owners: tuple[Any, ...]) -> int:
        """A new record; answers its index."""
        index = len(self.created)
        self.created.append(created)
        self.owners.append(owners)
        for owner in (None, *owners):
            insort(self._keys[owner], created << 32 | index)
        self._forget()
        return index

    def delete(self, index: int) -> None:
        """The record is gone from every list; a second time changes nothing."""
        for owner in (None, *self.owners[index]):
            self._remove(owner, index)
        self._forget()

    def unlink(self, index: int, owner: Any) -> None:
        """The record is gone from the lists of ``owner`` alone."""
        self._remove(owner, index)
        self.owners[index] = tuple(other for other in self.owners[index] if other != owner)
        self._forget()

    def change(self, index: int, moment: int, fields: dict[str, Any]) -> None:
        """The record shows other values from now on: ``fields``, or without any what its next version says."""
        times, _ = self.changed.get(index, (0, 0))
        self.changed[index] = (times + 1, moment)
        if fields:
            self.fields[index] = {**self.fields.get(index, {}), **fields}
        self._texts.pop(index, None)
        self._forget()

    def _holds(self, owner: Any, index: int) -> bool:
        keys, key = self._keys[owner], self.created[index] << 32 | index
        at = bisect_left(keys, key)
        return at < len(keys) and keys[at] == key

    def _remove(self, owner: Any, index: int) -> None:
        if self._holds(owner, index):
            keys = self._keys[owner]
            del keys[bisect_left(keys, self.created[index] << 32 | index)]

    def _forget(self) -> None:
        self._memory.clear()
