"""JSON values as text, in UTF-8: one text for equal values, every value of JSON, back again without loss.

orjson is fast and refuses what a vendor may well send: lone surrogates, integers beyond 64 bits, deep nesting. Such a
value is written by the standard library instead, marked by a leading blank, since orjson reads those integers back as
floats without a word.
"""

import json
from hashlib import blake2b
from typing import Any

import orjson


def text_of(value: Any) -> bytes:
    """The canonical text of a JSON value: keys sorted, no blanks but a leading one where orjson refuses."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return b" " + json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def value_of(text: str | bytes) -> Any:
    """The value that :func:`text_of` wrote."""
    return json.loads(text) if text[:1] in (" ", b" ") else orjson.loads(text)


def joined(text: bytes, more: bytes) -> bytes:
    """The text of two objects' fields in one; neither is empty."""
    mark = b" " if b" " in (text[:1], more[:1]) else b""
    return mark + text.lstrip()[:-1] + b"," + more.lstrip()[1:]


def digest(text: bytes) -> str:
    """The content hash of a canonical text: 128 bits in hex."""
    return blake2b(text, digest_size=16).hexdigest()
