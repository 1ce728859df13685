"""Schema drift: how an extraction's records differ from what the vendor's page says they hold, counted.

Records come in few forms (which fields, of which JSON types): a form is compared once, however many records have it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from include.contract import Issue, Record

ENOUGH = 20
"""Fewer records than these do not show that a field has vanished."""
BATCH = 1_000
"""Records whose forms are held before they are counted."""
MOST_NAMES = 50
OTHERS = "(others)"
"""Stands for what does not look like the name of a field, and may be anything, and for names past ``MOST_NAMES``."""

_KINDS = {str: "text", int: "number", float: "number", bool: "boolean", dict: "object", list: "list"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}", re.ASCII)
_INDEX = re.compile(r"\[[0-9]+\]")


class Drift:
    """The differences of the records that it was given.

    :param shape: as ``Source.shape``
    """

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self._records = 0
        self._issues = Counter[str]()
        self._top = _Place("", dict(shape))

    def take(self, record: Record, issues: Sequence[Issue]) -> None:
        """Count a record, and the issues of its normalization: a field and its reason once, whatever the index."""
        self._records += 1
        if type(record) is dict:
            self._top.take(record)
        if self._records % BATCH == 0:
            self._fold()
        if issues:
            self._issues.update({f"{_INDEX.sub('[]', field)}: {reason}" for field, reason in issues})

    def to_json(self) -> dict[str, Any]:
        """The counts, for the ledger and the receipt; what is empty is left out.

        ``records`` in all, and how many had ``issues``, by field and reason; objects with ``unknown`` and without
        documented fields (``missing``), by path; values of ``changed`` types, by path and type; the paths that were
        ``empty``: missing, null or a list of nothing in all.
        """
        places = self._fold()
        found = {
            "issues": dict(self._issues),
            "unknown": {path: number for place in places for path, number in place.unknown.items()},
            "missing": {path: number for place in places for path, number in place.missing.items()},
            "changed": {path: number for place in places for path, number in place.changed.items()},
            "empty": sorted(path for place in places for path in place.empty()),
        }
        return {"records": self._records, **{name: told for name, told in found.items() if told}}

    def _fold(self) -> "list[_Place]":
        places = list(self._top.places())
        for place in places:
            place.fold()
        return places


def vanished(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """The fields that hold nothing in any record now, and did in an earlier extraction; both as ``to_json`` tells."""
    if min(now.get("records", 0), before.get("records", 0)) < ENOUGH:
        return []
    return sorted(set(now.get("empty", ())).difference(before.get("empty", ())))


def merged(drifts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The drift of several extractions in one; a field is empty if it was in all that had records."""
    told: dict[str, Any] = {"records": sum(drift.get("records", 0) for drift in drifts)}
    for name in ("issues", "unknown", "missing", "changed"):
        numbers = Counter[str]()
        for drift in drifts:
            numbers.update(drift.get(name, {}))
        told[name] = dict(numbers)
    empty = [set(drift.get("empty", ())) for drift in drifts if drift.get("records")]
    told["empty"] = sorted(set.intersection(*empty)) if empty else []
    return {name: found for name, found in told.items() if found}


def sentence(drift: Mapping[str, Any]) -> str:
    """What drifted, with its counts; nothing, if nothing did. Fields that are empty are no drift of their own."""
    parts = []
    for name in ("unknown", "missing", "changed"):
        found = ", ".join(f"{path} ({number:,})" for path, number in drift.get(name, {}).items())
        if found:
            parts.append(f"{name} {found}")
    return "; ".join(parts)


def spreading(drift: Mapping[str, Any], share: float = 0.2) -> dict[str, int]:
    """The issues that more than a share of the records have in common: a sign of a new format."""
    return {issue: number for issue, number in drift.get("issues", {}).items() if number > share * drift["records"]}


class _Place:
    """Where an object, or an element of a list, stands in the documented shape; what stood there, by form or type."""

    def __init__(self, path: str, shape: Any) -> None:
        self.path = path
        self.shape = shape
        self._fields: dict[str, Any] = shape if isinstance(shape, dict) else {}
        self.unknown, self.missing, self.changed = Counter[str](), Counter[str](), Counter[str]()
        self._forms: list[tuple[Any, ...]] = []
        self._elements: list[type] = []
        self._filled = set[str]()
        self._stood = False
        self._objects: list[tuple[str, _Place]] = []
        self._lists: list[tuple[str, _Place]] = []
        for key, of in self._fields.items():
            if isinstance(of, dict):
                self._objects.append((key, _Place(self._at(key), of)))
            elif isinstance(of, list):
                self._lists.append((key, _Place(f"{self._at(key)}[]", of[0])))

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def places(self) -> Iterator["_Place"]:
        """This place and those within."""
        yield self
        for _, place in (*self._objects, *self._lists):
            yield from place.places()

    def take(self, record: dict[str, Any]) -> None:
        """Count an object, and what stands in it."""
        self._forms.append((*record, *map(type, record.values())))
        for key, place in self._objects:
            inner = record.get(key)
            if type(inner) is dict:
                place.take(inner)
        for key, place in self._lists:
            inner = record.get(key)
            if type(inner) is list and inner:
                place.each(inner)
                self._filled.add(key)

    def each(self, elements: list[Any]) -> None:
        """Count the elements of a list, and what stands in those that are objects."""
        self._elements.extend(map(type, elements))
        if self._fields:
            for element in elements:
                if type(element) is dict:
                    self.take(element)

    def fold(self) -> None:
        """Compare what stood here with the shape, and forget it."""
        for kind, number in Counter(map(_KINDS.get, self._elements)).items():
            if kind:
                self._compare(self.path, self.shape, kind, number)
        for form, number in Counter(self._forms).items():
            keys, types = form[: len(form) // 2], form[len(form) // 2 :]
            for key, kind in zip(keys, map(_KINDS.get, types), strict=True):
                if key not in self._fields:
                    name = self._at(key) if _NAME.fullmatch(key) else OTHERS
                    known = name in self.unknown or len(self.unknown) < MOST_NAMES
                    self.unknown[name if known else OTHERS] += number
                elif kind:
                    self._compare(self._at(key), self._fields[key], kind, number)
                    if kind != "list":
                        self._filled.add(key)
            for key in self._fields.keys() - keys:
                self.missing[self._at(key)] += number
        self._stood = self._stood or bool(self._forms)
        self._forms.clear()
        self._elements.clear()

    def _compare(self, path: str, shape: Any, kind: str, number: int) -> None:
        documented = shape if isinstance(shape, str) else _KINDS[type(shape)]
        if kind != documented:
            self.changed[f"{path}: {kind}"] += number

    def empty(self) -> list[str]:
        """The paths of the documented fields that held nothing in any object that stood here."""
        return [self._at(key) for key in self._fields.keys() - self._filled] if self._stood else []
