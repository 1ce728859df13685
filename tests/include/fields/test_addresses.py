from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.fields import linkedin
from tests.include.anything import TEXTS

HOSTS = (
    "https://www.linkedin.com",
    "http://linkedin.com",
    "linkedin.com",
    "//NL.LinkedIn.com",
    "https://m.linkedin.com",
)
ENDS = ("", "/", "/en", "/nl/", "?trk=x", "/?originalSubdomain=fr#top", "/details/experience/")


@given(value=TEXTS | st.from_regex(r"(https?://)?(www\.)?linkedin\.com/(in|pub)/[^/?#]+(/\w{1,3}){0,3}"))
def test_a_linkedin_id_is_that_of_its_own_address(value):
    clean, _ = linkedin(value)
    if clean is not None:
        assert linkedin(f"https://www.linkedin.com/in/{clean}") == (clean, None)


@pytest.mark.parametrize("name", ["sophie-martin", "josé-12", "名前"])
def test_every_way_to_write_an_address_is_one_id(name):
    names = {name, name.upper(), quote(name), quote(quote(name)), quote(name).lower()}
    written = {f"{host}/in/{one}{end}" for host in HOSTS for one in names for end in ENDS}
    assert {linkedin(one) for one in written} == {(name, None)}
