"""``docs/odd-values.md``, written from the cases that the tests run."""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from textwrap import fill
from typing import Any
from unicodedata import combining, is_normalized

from include.contract import Normalized
from include.sources import SOURCES
from tests.odd_values import records
from tests.odd_values.kinds import KINDS
from tests.odd_values.table import Kind

PATH = Path(__file__).parent.parent.parent / "docs/odd-values.md"
LONGEST = 60
TOP = """# What becomes of odd values

Written by `python -m tests.odd_values` from the cases that the tests run: change those, not this page.

A value that cannot be taken as it came is an issue with its reason, never with the value; a null or a missing field is
none. What came stays in the landed record. Signs that are not seen are written as JSON writes them, `\\u200b`.
"""
RECORDS = """
## Whole records

A record is rejected only without an identity; any other odd one becomes a row. Below is what differs from the sound
record and its row, in all elements of a list. Nothing else does.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([TOP, *map(_kind, KINDS), RECORDS.lstrip("\n"), *map(_source, SOURCES)]).rstrip("\n") + "\n"


def _kind(kind: Kind) -> str:
    lines = ((_json(case.given), _json(case.stored), case.reason or "") for case in kind.cases)
    return _section(f"## {kind.title}", kind.said, ("what came", "what is stored", "issue"), lines)


def _source(name: str) -> str:
    sound, lines = SOURCES[name].normalize(records.SOUND[name]), []
    for kind in records.KINDS[name]:
        record, normalized = records.outcome(name, kind)
        issues = "<br>".join(f"{_code(issue.field)}: {issue.reason}" for issue in normalized.issues)
        lines.append((_code(kind), _differing(records.SOUND[name], record), _row(sound, normalized), issues))
    return _section(f"### {SOURCES[name].title}", "", ("kind", "what came", "the row", "issues"), lines)


def _section(title: str, said: str, columns: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    table = [columns, ("---",) * len(columns), *lines]
    return "\n".join(
        [title, *(["", fill(said, 120)] if said else []), "", *(f"| {' | '.join(line)} |" for line in table), ""]
    )


def _row(sound: Normalized, odd: Normalized) -> str:
    if odd.remote_id is None:
        return "rejected"
    told = [{"remote_id": one.remote_id, "linked": one.linked, **one.row} for one in (sound, odd)]
    return _differing(*told) or "the same"


def _differing(sound: dict[str, Any], odd: Any) -> str:
    """The fields of ``odd`` that are not as in ``sound``, those with one value together."""
    if not isinstance(odd, dict):
        return _json(odd)
    before, after = _leaves(sound), _leaves(odd)
    found: dict[str, list[str]] = {}
    for field, values in after.items():
        if before.get(field) != values:
            found.setdefault(", ".join(map(_json, values)), []).append(_code(field))
    missing = [_code(field) for field in sound if field not in odd]
    lines = [f"{', '.join(fields)}: {value}" for value, fields in found.items()]
    return "<br>".join([*lines, *([f"{', '.join(missing)}: missing"] if missing else [])])


def _leaves(value: Any, path: str = "") -> dict[str, list[Any]]:
    """The different values of every field, by a path as in ``experiences[].title``."""
    inner = [(f"{path}.{key}".lstrip("."), each) for key, each in value.items()] if isinstance(value, dict) else []
    inner += [(f"{path}[]", each) for each in value] if isinstance(value, list) else []
    if not inner:
        return {path: [value]}
    found: dict[str, list[Any]] = {}
    for at, each in inner:
        for field, values in _leaves(each, at).items():
            known = found.setdefault(field, [])
            known += [one for one in values if one not in known]
    return found


def _json(value: Any) -> str:
    """A value as JSON in a table's cell, shortened if it is long."""
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        return f"a number of {int(math.log10(abs(value))) + 1:,} digits"
    if hasattr(value, "_asdict"):
        value = {name: part for name, part in value._asdict().items() if part is not None}
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{_code(_seen(value[: LONGEST // 2])[:-1] + '…')} ({len(value):,} characters)"
    return _code(_seen(value))


def _seen(value: Any) -> str:
    """JSON, in which every sign is as it looks."""
    written = json.dumps(value, ensure_ascii=False)
    plain = (sign.isprintable() and not combining(sign) and is_normalized("NFC", sign) for sign in written)
    return "".join(sign if seen else json.dumps(sign)[1:-1] for sign, seen in zip(written, plain, strict=True))


def _code(text: str) -> str:
    mark = "``" if "`" in text else "`"
    return mark + text.replace("|", "\\|") + mark
