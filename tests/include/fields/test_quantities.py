import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.fields import boolean, integer, number


@given(value=st.floats(-1000, 1000) | st.integers(-1000, 1000))
def test_a_number_as_text_is_the_number(value):
    if "e" not in str(value):
        assert number(str(value), -1000, 1000) == number(value, -1000, 1000) == (value, None)


@given(value=st.integers(-(10**30), 10**30))
def test_a_whole_number_keeps_every_digit(value):
    assert integer(str(value), -(10**30), 10**30) == (value, None)


@pytest.mark.parametrize("value", [True, False])
def test_truth_as_text_is_truth(value):
    assert {boolean(one) for one in (value, str(value), int(value), str(int(value)), float(value))} == {(value, None)}
