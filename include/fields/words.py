"""Text and identifiers."""

import re
from html import unescape
from html.entities import html5
from typing import Any

from include.fields.reader import Taken

LONGEST_TEXT = 100_000
"""Characters; Postgres would take more, an index or a reader's screen would not."""
LONGEST_IDENTIFIER = 255
"""Characters; in any script well within the 2,704 bytes of an index entry."""
LARGEST_IDENTIFIER = 2**63 - 1
"""What a bigint holds."""

_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff&]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DEPTH = 8


def text(value: Any) -> Taken[str]:
    """Text without control characters (tab and line ends stay), lone surrogates, HTML entities and outer whitespace.

    Blank text is ``None``. Text of more than :data:`LONGEST_TEXT` characters is cut.
    """
    if not isinstance(value, str):
        return None, None if value is None else "not a text"
    # One fast test lets almost every text pass: what is odd is either not printable, or an entity.
    if value.isprintable() and "&" not in value and len(value) <= LONGEST_TEXT:
        return value.strip() or None, None
    reason = None
    if len(value) > LONGEST_TEXT:
        value, reason = value[:LONGEST_TEXT], f"cut after {LONGEST_TEXT} characters"
    if _ODD.search(value):
        value, mended = _mended(value)
        reason = mended or reason
    return value.strip() or None, reason


def _mended(given: str) -> tuple[str, str | None]:
    """``given`` without what is odd in it, over and over: an entity may hide another one, or a control character."""
    reasons: dict[str, None] = {}
    for _ in range(_DEPTH):
        clean, controls = _CONTROL.subn("", given)
        clean, surrogates = _SURROGATE.subn("", clean)
        if controls:
            reasons["control characters removed"] = None
        if surrogates:
            reasons["lone surrogates removed"] = None
        clean = _ENTITY.sub(_character, clean)
        if clean == given:
            return given, "; ".join(reasons) or None
        given = clean
    return "", "HTML entities nested too deeply"


def _character(entity: re.Match[str]) -> str:
    written = entity[0]
    return unescape(written) if written[1] == "#" else html5.get(written[1:], written)


def identifier(value: Any) -> Taken[str]:
    """A non-empty text or a whole number, as text: what a vendor may name a thing by."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > LARGEST_IDENTIFIER:
            return None, "a number too large for an identifier"
        return str(value), None
    name, reason = text(value)
    if name is None:
        return None, "not an identifier" if reason == "not a text" else reason
    if len(name) > LONGEST_IDENTIFIER:
        return None, "a text too long for an identifier"
    return name, reason
