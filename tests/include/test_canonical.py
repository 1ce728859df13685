import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.canonical import digest, joined, text_of, value_of

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)

OBJECT = st.dictionaries(ANY_TEXT, JSON, min_size=1, max_size=4)


@given(JSON)
def test_any_json_value_comes_back_equal_and_of_its_type(value):
    back = value_of(text_of(value))
    assert repr(back) == repr(value) or back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, [10**40], "\ud800", {"a\udfff": "\x00"}])
def test_what_orjson_refuses_comes_back_exactly(value):
    assert value_of(text_of(value)) == value


def test_the_order_of_keys_makes_no_difference():
    assert text_of({"b": 1, "a": [{"d": 2, "c": 3}]}) == text_of({"a": [{"c": 3, "d": 2}], "b": 1})


def test_deeply_nested_values_come_back():
    value = []
    for _ in range(600):
        value = [value]
    assert value_of(text_of(value)) == value


@given(OBJECT, OBJECT)
def test_two_objects_are_joined_to_one(one, other):
    assert value_of(joined(text_of(one), text_of(other))) == one | other


def test_a_digest_has_128_bits():
    assert len(digest(b"{}")) == 32
    assert digest(b"{}") != digest(b"[]")
