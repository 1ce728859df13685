"""Text and identifiers."""

import re
from html import unescape
from html.entities import html5
from typing import Any
from unicodedata import is_normalized, normalize

from include.fields.reader import Taken

LONGEST_TEXT = 100_000
"""Characters; Postgres would take more, an index or a reader's screen would not."""
LONGEST_IDENTIFIER = 255
"""Characters; in any script well within the 2,704 bytes of an index entry."""
LARGEST_IDENTIFIER = 2**63 - 1
"""What a bigint holds."""

_CONTROL = r"\x00-\x08\x0e-\x1f\x7f-\x9f"
_SURROGATE = r"\ud800-\udfff"
_INVISIBLE = r"\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
# Emoji are joined and Persian words parted by them; beside a blank or a Western letter they do nothing.
_JOINER = r"\u200c\u200d"
_IDLE_JOINER = rf"(?<![^\x00-\u024f\s])[{_JOINER}]+|[{_JOINER}]+(?![^\x00-\u024f\s])"
_SPACE = r"\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LINE_END = r"\x0b\x0c\u2028\u2029"
_ODD = re.compile(f"[{_CONTROL}{_SURROGATE}{_INVISIBLE}{_JOINER}{_SPACE}{_LINE_END}]")
_MENDS = tuple(
    (re.compile(pattern), instead, reason)
    for pattern, instead, reason in (
        (f"[{_CONTROL}]+", "", "control characters removed"),
        (f"[{_SURROGATE}]+", "", "lone surrogates removed"),
        (f"[{_INVISIBLE}]+|{_IDLE_JOINER}", "", "invisible characters removed"),
        (f"[{_SPACE}]", " ", None),
        (f"[{_LINE_END}]", "\n", None),
    )
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DEPTH = 8


def text(value: Any) -> Taken[str]:
    """Text in Unicode NFC, so that equal names are equal, without HTML entities and outer whitespace.

    Control characters (not tab and line ends), lone surrogates and what is invisible (zero-width and soft-hyphen signs,
    marks of direction) are removed. Every Unicode space is a plain one. Blank text is ``None``. Text of more than
    :data:`LONGEST_TEXT` characters is cut.
    """
    if not isinstance(value, str):
        return None, None if value is None else "not a text"
    # Fast tests let almost every text pass: what is odd is not printable, or an entity.
    if (
        ((value.isprintable() and "&" not in value) or not (_ODD.search(value) or _ENTITY.search(value)))
        and (value.isascii() or is_normalized("NFC", value))
        and len(value) <= LONGEST_TEXT
    ):
        return value.strip() or None, None
    reasons: dict[str, None] = {}
    clean, longest = _mended(value[:LONGEST_TEXT], reasons), len(value)
    if len(clean) > LONGEST_TEXT:
        clean, longest = _mended(clean[:LONGEST_TEXT], reasons), len(clean)
    if longest > LONGEST_TEXT:
        reasons[f"cut after {LONGEST_TEXT} characters"] = None
    return clean.strip() or None, "; ".join(reasons) or None


def _mended(given: str, reasons: dict[str, None]) -> str:
    """``given`` without what is odd in it, over and over: an entity may hide another one, or a control character."""
    for _ in range(_DEPTH):
        # Composing makes a semicolon of the Greek question mark, and some signs longer.
        clean = normalize("NFC", given)
        for odd, instead, reason in _MENDS:
            clean, found = odd.subn(instead, clean)
            if found and reason:
                reasons[reason] = None
        clean = _ENTITY.sub(_character, clean)
        if clean == given:
            return clean
        given = clean
    reasons.clear()
    reasons["HTML entities nested too deeply"] = None
    return ""


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
