import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, country_code_for_region, example_number, format_number, parse

from include.fields import phone

REGIONS = ("NL", "FR", "DE", "BE", "GB", "US")
FORMATS = (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966)


@given(
    number=st.from_regex(r"(\+|\+(31|32|44|49)00?|0{0,3})[0-9]{5,14}", fullmatch=True),
    region=st.sampled_from([*REGIONS, "IT", "AU", "RU", "MX", "AR", None]),
)
def test_a_phone_number_stays_itself_in_every_country(number, region):
    clean, _ = phone(number, region)
    if clean is not None:
        assert re.fullmatch(r"\+[1-9][0-9]{4,14}", clean)
        assert phone(clean, "FR") == (clean, None)
        assert format_number(parse(clean), PhoneNumberFormat.E164) == clean


@pytest.mark.parametrize("region", REGIONS)
def test_a_number_is_itself_in_every_display_format(region):
    number = example_number(region)
    clean = format_number(number, PhoneNumberFormat.E164)
    national = format_number(number, PhoneNumberFormat.NATIONAL)
    code = f"{country_code_for_region(region)}"
    written = {format_number(number, form) for form in FORMATS}
    written |= {national.replace(" ", mark) for mark in ("-", ".", "", "\xa0", "\u2011")}
    written |= {f"+{code} (0){national.lstrip('0')}", f"00{clean[1:]}", f"+{code} {national.lstrip('0')}"} - (
        {f"+{code} (0){national}"} if region == "US" else set()
    )
    written |= {f"{one} {extension}" for one in set(written) for extension in ("ext. 5", "x5", "poste 12", "#7")}
    assert {one: phone(one, region) for one in written} == dict.fromkeys(written, (clean, None))
