"""What holds for every field kind."""

import json
import re
from functools import partial
from inspect import isfunction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import include.fields
from include.fields import date, linkedin, place
from tests.include.anything import ANYTHING, TEXTS, nested
from tests.ingestion import rows
from tests.odd_values.kinds import KINDS, REASONS

BY_TITLE = {kind.title: kind.read for kind in KINDS}
CASES = [(kind, case) for kind in KINDS for case in kind.cases]
WRITTEN = [case.given for _, case in CASES if isinstance(case.given, str) and len(case.given) <= 200]
WILD = ANYTHING | st.lists(st.sampled_from(WRITTEN) | TEXTS, min_size=1, max_size=3).map("".join)
"""Anything, and what the cases are made of, run together."""
ONCE = {linkedin, date, place}
"""Those whose clean value is of another kind than what comes."""


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{kind.title} {n}" for n, (kind, _) in enumerate(CASES)])
def test_every_odd_value_has_its_outcome(kind, case):
    clean, reason = kind.read(case.given)
    assert (clean, reason) == (case.stored, case.reason)
    assert type(clean) is type(case.stored)


def test_every_kind_has_its_cases():
    read = {kind.read.func if isinstance(kind.read, partial) else kind.read for kind in KINDS}
    assert {one for one in vars(include.fields).values() if isfunction(one)} == read
    assert all(any(case.stored is None for case in kind.cases) for kind in KINDS)


@pytest.mark.parametrize("kind", BY_TITLE.values(), ids=BY_TITLE)
@given(value=WILD)
def test_every_kind_takes_any_value_and_its_reason_never_holds_it(kind, value):
    clean, reason = kind(value)
    written = json.dumps(clean, allow_nan=False, ensure_ascii=False)
    assert not re.search(r"\\u0000|[\ud800-\udfff]", written)
    assert reason is None or set(reason.split("; ")) <= REASONS
    if value is None:
        assert (clean, reason) == (None, None)


@pytest.mark.parametrize("kind", BY_TITLE.values(), ids=BY_TITLE)
@pytest.mark.parametrize("value", [nested(50_000), {"a": nested(50_000)}], ids=["list", "object"])
def test_no_depth_makes_a_kind_raise(kind, value):
    clean, reason = kind(value)
    assert clean is None
    assert reason is not None


@pytest.mark.parametrize("kind", [pytest.param(one, id=title) for title, one in BY_TITLE.items() if one not in ONCE])
@given(value=WILD)
def test_a_clean_value_stays_as_it_is(kind, value):
    clean, _ = kind(value)
    assert kind(clean) == (clean, None)


def test_postgres_keeps_every_clean_value_as_it_is(engine):
    given = [case.given for _, case in CASES] + ["\uffff\ufdd0\U0010ffff", "\\u0000", "{}", "a\\N\tb"]
    clean = [kind(value)[0] for kind in BY_TITLE.values() for value in given]
    cleaned = list({json.dumps(value): value for value in clean}.items())
    written = ", ".join(f"($${text}$$)" for text, _ in cleaned).replace(":", "\\:")
    kept = rows(engine, f"select cast(one as jsonb) from (values {written}) as given (one)")
    assert kept == [list(value) if isinstance(value, tuple) else value for _, value in cleaned]


ENDLESS = ("&amp;", "@", "a.", "linkedin.com/in/", "(", "1", "&#38;", "+1 ", "0/", "\u200d", "e\u0301", "France, ")


@pytest.mark.parametrize("value", ENDLESS)
@pytest.mark.timeout(10)
def test_very_long_text_takes_no_long_time(value):
    for kind in BY_TITLE.values():
        assert len(str(kind(value * 300_000))) < 110_000
