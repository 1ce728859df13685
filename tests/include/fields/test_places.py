from gettext import translation

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.fields import Place, place

PARTS = ("Paris", "Berlin", "Île-de-France", "Texas", "Georgia", "France", "Deutschland", "USA", "Remote", "Utrecht")
SHARED = {"CG", "GE"}
"""Countries whose name is another one's too, or a state's."""


@given(parts=st.lists(st.sampled_from([*PARTS, "", "Greater Paris Area", "Palestine, State of"]), max_size=4))
def test_a_place_stays_where_it_is(parts):
    clean, _ = place(", ".join(parts))
    if clean is not None and clean.country is not None:
        assert place(", ".join(filter(None, clean[:3]))) == (clean, None)


@pytest.mark.parametrize("before", [(), ("Somewhere",), ("Somewhere", "Province")], ids=len)
def test_every_country_is_known_by_the_name_it_is_stored_by(before):
    for one in pycountry.countries:
        if one.alpha_2 not in SHARED:
            name = getattr(one, "common_name", one.name)
            parts = [*before, None, None][:2]
            assert place(", ".join([*before, name])) == (Place(*parts, name, one.alpha_2), None)


@pytest.mark.parametrize("language", ["nl", "fr", "de", "es", "it", "pt"])
def test_the_sample_countries_are_known_in_other_languages(language):
    tongue = translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
    for code in ("NL", "FR", "DE", "BE", "GB", "US"):
        name = tongue.gettext(pycountry.countries.get(alpha_2=code).name)
        assert place(f"Somewhere, {name}")[0].country_code == code
