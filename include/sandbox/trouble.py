"""Trouble on order: rules that say which requests go wrong, how, and how often.

A rule as JSON: ``{"effect": "status", "value": 503, "retry_after": 2, "vendor": "leonar", "pages": [3], "times": 1}``.
Everything but ``effect`` may be left out; a rule without a match touches every request. All rules that are due act.

================  ====================================================================================================
effect            value
================  ====================================================================================================
``latency``       seconds before the request is looked at
``insert``        so many records of the vendor before the request is answered; likewise ``delete`` and ``change``
``status``        an error instead of an answer: 408, 429, 500, 502 (with HTML), 503 …; 429 and 503 with ``retry_after``
``reset``         none: the connection is reset before a byte is answered
``truncate``      none: half the announced body, then the end of the connection
``malformed``     none: a whole answer that is not JSON
``stall``         seconds of silence in the middle of the body
``totals``        the number that every total tells instead (``7``), or by how much it is off (``"+3"``, ``"-1"``)
``endless``       a page always follows: past the end ``"empty"`` ones, or the last full one again (``"repeat"``)
``empty``         none: the page is empty, and the next one is told
``half``          none: the second half of the page is left out
================  ====================================================================================================
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, Literal, TypeVar, get_args

T = TypeVar("T")

_OFFSET = re.compile(r"[+-]\d+", re.ASCII)

Effect = Literal[
    "latency", "insert", "delete", "change", "status", "reset", "truncate", "malformed", "stall", "totals", "endless",
    "empty", "half",
]  # fmt: skip
_SECONDS = ("latency", "stall")
_INTEGERS = ("insert", "delete", "change", "status")


@dataclass(slots=True)
class Rule:
    """What happens to which requests, and how often.

    :param path: the end of the request's path
    :param owner: its project_id or user_id
    :param pages: its page is one of these
    :param after: so many matching requests pass unharmed first
    :param every: of the others only each so-manieth
    :param times: at most so often; ``None``: for ever
    :param retry_after: seconds, for ``status`` 429 and 503
    """

    effect: Effect
    value: Any = None
    vendor: Literal["leonar", "recruitsome"] | None = None
    path: str | None = None
    owner: str | None = None
    pages: tuple[int, ...] | None = None
    after: int = 0
    every: int = 1
    times: int | None = None
    retry_after: float = 1
    _seen: int = 0
    _acted: int = 0

    @classmethod
    def parse(cls, plain: Mapping[str, Any]) -> "Rule":
        """The rule that this JSON object describes.

        :raises ValueError: an unknown word or a value that the effect cannot have
        """
        unknown = sorted(set(plain) - {field.name for field in fields(cls) if not field.name.startswith("_")})
        if unknown:
            raise ValueError(f"a rule has no {', '.join(unknown)}")
        effect, value = plain.get("effect"), plain.get("value")
        if effect not in get_args(Effect):
            raise ValueError(f"no such effect: {effect}")
        if effect in _SECONDS and not (isinstance(value, int | float) and value >= 0):
            raise ValueError(f"{effect} wants seconds")
        if effect in _INTEGERS and not (isinstance(value, int) and value >= 0):
            raise ValueError(f"{effect} wants a whole number")
        if effect == "totals" and not isinstance(value, int) and not _OFFSET.fullmatch(str(value)):
            raise ValueError("totals wants a whole number, or a text like +3 or -1")
        if effect == "endless" and value not in ("empty", "repeat"):
            raise ValueError("endless is empty or repeat")
        rule = cls(**plain)
        rule.pages = None if rule.pages is None else tuple(rule.pages)
        rule.owner = None if rule.owner is None else str(rule.owner)
        if rule.every < 1:
            raise ValueError("every wants at least 1")
        return rule

    def due(self, vendor: str, path: str, owner: str | None, page: int | None) -> bool:
        """Whether the rule acts on this request; every matching request is counted."""
        if (
            (self.vendor and self.vendor != vendor)
            or (self.path and not path.endswith(self.path))
            or (self.owner and self.owner != owner)
            or (self.pages is not None and page not in self.pages)
        ):
            return False
        self._seen += 1
        spent = self.times is not None and self._acted >= self.times
        if spent or self._seen <= self.after or (self._seen - self.after) % self.every:
            return False
        self._acted += 1
        return True


class Cut(Generic[T]):
    """A page cut out of a list, bent by the rules that are due: what is on it, what the totals tell, what follows.

    :param rows: every match, in order
    :param start: the position of the page's first row
    :param due: the rules that act on the request, by effect
    """

    def __init__(self, rows: Sequence[T], start: int, size: int, due: Mapping[str, Rule]) -> None:
        self.total = len(rows)
        self.follows = start + size < len(rows)
        page = rows[start : start + size]
        if "endless" in due:
            self.follows = True
            if due["endless"].value == "repeat" and not page:
                page = rows[max(0, (len(rows) - 1) // size * size) :]
        if "empty" in due:
            page = []
        if "half" in due:
            page = page[: len(page) // 2]
        if "totals" in due:
            self.total = _bent(self.total, due["totals"].value)
        self.page = page


def _bent(total: int, value: int | str) -> int:
    return max(0, total + int(value)) if isinstance(value, str) else value


def parse(rules: Iterable[Mapping[str, Any]]) -> list[Rule]:
    """The rules of a JSON list; see :meth:`Rule.parse`."""
    return [Rule.parse(plain) for plain in rules]
