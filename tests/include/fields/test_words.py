from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.fields import text
from tests.include.anything import TEXTS

MARKS = st.sampled_from(
    ["e", "\u0301", "\u0323", "ﬁ", "Å", "\u212b", "가", "\u1100\u1161", "\u037e", "&lt", " ", "\u200d"]
)


@given(value=TEXTS | st.lists(MARKS).map("".join))
def test_composed_and_decomposed_are_one_text(value):
    assert text(normalize("NFD", value)) == text(normalize("NFC", value))


@given(value=st.lists(st.sampled_from(["&", "amp;", "#38;", "#3", ";", "&#59;", "lt", "x", "\x00"])).map("".join))
def test_entities_in_entities_end(value):
    clean, _ = text(value)
    assert text(clean) == (clean, None)


@given(value=st.lists(st.sampled_from(["\u200c", "\u200d", "\u200b", "👩", "ا", "x", " ", "\u0301"])).map("".join))
def test_joiners_stay_only_where_they_join(value):
    clean, _ = text(value)
    assert text(clean) == (clean, None)
    if clean is not None and value.isascii():
        assert clean.isprintable()


@pytest.mark.parametrize("before", ["ا" * 99_999, "\u0958" * 49_999 + "ا"], ids=["as long", "longer when composed"])
def test_a_joiner_before_a_cut_goes_with_it(before):
    clean, reason = text(f"{before}\u200dا")
    assert (clean, reason) == (normalize("NFC", before), "invisible characters removed; cut after 100000 characters")
    assert text(clean) == (clean, None)
