import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.answers import parse
from tests.include.anything import TEXTS

NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS, lambda inside: st.lists(inside) | st.dictionaries(TEXTS, inside)
)


@given(VALUES)
def test_every_json_value_is_read(value):
    assert parse(json.dumps(value).encode()) == value


def test_a_lone_surrogate_is_read():
    assert parse(b'["\\ud800"]') == ["\ud800"]


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"[NaN]", b"[Infinity]", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_refused(body):
    with pytest.raises(ValueError, match=r"."):
        parse(body)


@given(st.binary())
def test_nothing_but_a_value_error_comes_out(body):
    with suppress(ValueError):
        parse(body)
