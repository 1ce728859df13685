"""Numbers and truth."""

import re
from typing import Any

from include.fields.reader import Taken

_NUMERAL = re.compile(r"([+-]?[0-9]{1,40})(\.[0-9]{1,40})?")
_TRUTH: dict[str | float, bool] = {"true": True, "1": True, 1: True, "false": False, "0": False, 0: False}


def number(value: Any, low: float, high: float) -> Taken[float]:
    """A number from ``low`` to ``high``, also one written as text; a whole one is an ``int``."""
    if isinstance(value, str):
        written = value.strip()
        if not written:
            return None, None
        numeral = _NUMERAL.fullmatch(written)
        if not numeral:
            return None, "not a number"
        value = float(written) if numeral[2] else int(numeral[1])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None, None if value is None else "not a number"
    if not low <= value <= high:
        return None, f"not between {low} and {high}"
    whole = int(value)
    return (whole if whole == value else value), None


def integer(value: Any, low: int, high: int) -> Taken[int]:
    """A whole number from ``low`` to ``high``, also one written as text or as ``75.0``."""
    found, reason = number(value, low, high)
    if isinstance(found, float):
        return None, "not a whole number"
    return found, reason


def boolean(value: Any) -> Taken[bool]:
    """True or false, also as 1 or 0 and as text."""
    if value is None or isinstance(value, bool):
        return value, None
    given = value.strip().lower() if isinstance(value, str) else value
    if given == "":
        return None, None
    truth = _TRUTH.get(given) if isinstance(given, (str, int, float)) else None
    return truth, None if truth is not None else "neither true nor false"
