"""What the answers of all vendors have in common: JSON, lists at a path, ids, totals, and faults in a few words."""

import json
import re
from typing import Any, NoReturn

import orjson

from include.errors import UnreadableAnswer
from include.fields import identifier, integer

_LONGEST_CLAUSE = 200
_LONGEST_FAULT = 4_000
_EMAIL = re.compile(r"[^\s@<>\"'(),:;]+@[^\s@<>\"'(),:;]+")


def parse(body: bytes) -> Any:
    """JSON from bytes; what orjson is too strict for, lone surrogates above all, by the standard library.

    :raises ValueError: not JSON, or nested too deep to be read
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            return json.loads(body, parse_constant=_no_constant)
        except RecursionError:
            raise ValueError("nested too deep") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def part(body: Any, *path: str) -> Any:
    """What stands at a path of keys, ``None`` where there is nothing."""
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body


def listed(body: Any, number: int, *path: str) -> list[Any]:
    """The list at a path.

    :raises UnreadableAnswer: there is none
    """
    found = part(body, *path)
    if not isinstance(found, list):
        raise UnreadableAnswer(f"the answer holds no list {'.'.join(path)}", where={"page": number})
    return found


def ids(records: list[Any], number: int) -> list[str]:
    """The ``id`` of each record.

    :raises UnreadableAnswer: one has none
    """
    found = [identifier(part(record, "id"))[0] for record in records]
    if None in found:
        raise UnreadableAnswer("the answer holds an element without id", where={"page": number})
    return [one for one in found if one is not None]


def totals(*given: Any) -> tuple[int, ...]:
    """The numbers among them that can count records, each once."""
    counts = (integer(one, 0, 2**63 - 1)[0] for one in given)
    return tuple(dict.fromkeys(count for count in counts if count is not None))


def clause(*words: Any) -> str | None:
    """A vendor's words as one clause, without e-mail addresses and not longer than a log line bears."""
    said = ": ".join(
        " ".join(word[:_LONGEST_FAULT].split()).rstrip(".") for word in words if isinstance(word, str) and word
    )
    said = _EMAIL.sub("[e-mail]", "".join(sign for sign in said if sign.isprintable()))
    if len(said) > _LONGEST_CLAUSE:
        said = f"{said[: _LONGEST_CLAUSE - 1]}…"
    return said or None
