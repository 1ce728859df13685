"""A query string under Laravel's validation rules, and what it says about their breach."""

import re
from collections.abc import Mapping

from include.sandbox.state import Fault

_INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,300})", re.ASCII)
_LONGEST = 255


class Query:
    """The parameters of a request; what is wrong with them is gathered until :meth:`check`."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._given = query
        self._errors: dict[str, list[str]] = {}

    def integer(
        self, name: str, *, required: bool = False, default: int = 0, least: int | None = None, most: int | None = None
    ) -> int:
        """An integer within its bounds."""
        label = name.replace("_", " ")
        text = self._given.get(name)
        if text is None:
            if required:
                self._errors[name] = [f"The {label} field is required."]
            return default
        if not _INTEGER.fullmatch(text):
            self._errors[name] = [f"The {label} field must be an integer."]
            return default
        value = int(text)
        if least is not None and value < least:
            self._errors[name] = [f"The {label} field must be at least {least}."]
        if most is not None and value > most:
            self._errors[name] = [f"The {label} field must not be greater than {most}."]
        return value

    def text(self, name: str) -> None:
        """A text of at most 255 characters."""
        if len(self._given.get(name, "")) > _LONGEST:
            self._errors[name] = [f"The {name} field must not be greater than {_LONGEST} characters."]

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        """One of the allowed words."""
        value = self._given.get(name)
        if value is not None and value not in allowed:
            self._errors[name] = [f"The selected {name.replace('_', ' ')} is invalid."]
        return value

    def page(self) -> tuple[int, int]:
        """``page`` and ``per_page``."""
        return self.integer("page", default=1, least=1), self.integer("per_page", default=20, least=1, most=100)

    def check(self) -> None:
        """Refuse the request if anything was wrong with it.

        :raises Fault: 422 with Laravel's summary of all errors
        """
        if self._errors:
            messages = [text for texts in self._errors.values() for text in texts]
            more = len(messages) - 1
            rest = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
            raise Fault(422, messages[0] + rest, details=self._errors)
