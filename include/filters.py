"""Checking the filters that a user gives against what an endpoint's page allows. No message repeats a given value."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from include.errors import Misconfigured

Rule = Callable[[Any], Any]
"""Takes a given value, gives what the endpoint takes; a ``ValueError`` completes the sentence "the filter x is …"."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def checked(title: str, rules: Mapping[str, Rule], given: Any) -> dict[str, Any]:
    """The filters as the endpoint takes them; one that is null counts as not given.

    :param title: the source's name for people
    :param rules: what each filter of the endpoint takes
    :raises Misconfigured: not an object, a filter that the endpoint does not know, or a value against its rule
    """
    if given is not None and not isinstance(given, Mapping):
        raise Misconfigured("filters is not an object", advice="Give a JSON object, then trigger again.")
    filters = {}
    for name, value in (given or {}).items():
        if name not in rules:
            known = name if isinstance(name, str) and re.fullmatch(r"\w{1,40}", name) else "given"
            advice = f"{title} takes {', '.join(rules)}: mend the filters of the connection or the run."
            raise Misconfigured(f"the filter {known} is unknown", advice=advice)
        if value is None:
            continue
        try:
            filters[name] = rules[name](value)
        except ValueError as fault:
            advice = "Mend it in the connection or the run, then trigger again."
            raise Misconfigured(f"the filter {name} is {fault}", advice=advice) from None
    return filters


def words(value: Any) -> str:
    """A text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("not a text, or blank")
    return value.strip()


def uuid(value: Any) -> str:
    """A UUID, lower case."""
    written = value.strip().lower() if isinstance(value, str) else ""
    if not _UUID.fullmatch(written):
        raise ValueError("not a UUID")
    return written


def day(value: Any) -> str:
    """A date or date-time in ISO 8601, as it was given."""
    try:
        datetime.fromisoformat(words(value))
    except ValueError:
        raise ValueError("not a date or date-time in ISO 8601, like 2026-11-20") from None
    return words(value)


def one_of(*options: str) -> Rule:
    """One of the endpoint's options."""

    def rule(value: Any) -> str:
        if not isinstance(value, str) or value not in options:
            raise ValueError(f"not one of {', '.join(options)}")
        return value

    return rule


def list_of(rule: Rule) -> Rule:
    """A list of at least one element, each under ``rule``."""

    def rule_of_list(value: Any) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise ValueError("not a list, or empty")
        elements = []
        for number, element in enumerate(value, start=1):
            try:
                elements.append(rule(element))
            except ValueError as fault:
                raise ValueError(f"wrong: its element {number} is {fault}") from None
        return elements

    return rule_of_list


def object_of(**rules: Rule) -> Rule:
    """An object with at least one of these keys and no other, each under its rule."""

    def rule_of_object(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not value or not set(value) <= set(rules):
            raise ValueError(f"not an object of {', '.join(rules)}")
        fields = {}
        for key, element in value.items():
            try:
                fields[key] = rules[key](element)
            except ValueError as fault:
                raise ValueError(f"wrong: its {key} is {fault}") from None
        return fields

    return rule_of_object
