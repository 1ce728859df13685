import json
import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract import Issue
from include.fields import (
    Dated,
    Place,
    Reader,
    boolean,
    country,
    date,
    email,
    identifier,
    integer,
    linkedin,
    moment,
    number,
    phone,
    place,
    text,
)
from tests.include.anything import ANYTHING, TEXTS, nested

NL, FR, NOWHERE = (partial(phone, region=region) for region in ("NL", "FR", None))
PERCENT = partial(integer, low=0, high=100)
YEARS = partial(number, low=0, high=100)
KINDS = {
    "text": text,
    "identifier": identifier,
    "email": email,
    "linkedin": linkedin,
    "phone of NL": NL,
    "phone of nowhere": NOWHERE,
    "country": country,
    "place": place,
    "date": date,
    "moment": moment,
    "integer": PERCENT,
    "number": YEARS,
    "boolean": boolean,
}
NO_PROFILE = "not the address of a LinkedIn profile"

OUTCOMES = [
    (text, "  Zoë\t", "Zoë", None),
    (text, "line\nline", "line\nline", None),
    (text, " \n\u2003 ", None, None),
    (text, "Jo\x00hn", "John", "control characters removed"),
    (text, "\x85\x9f", None, "control characters removed"),
    (text, "a\ud800b", "ab", "lone surrogates removed"),
    (text, "\x07\udfff!", "!", "control characters removed; lone surrogates removed"),
    (text, "R&amp;D &lt;3 caf&eacute; &#8364;&#x20AC;", "R&D <3 café €€", None),
    (text, "&amp;amp;lt;", "<", None),
    (text, "AT&T ?a=1&copy=2 &nonsense;", "AT&T ?a=1&copy=2 &nonsense;", None),
    (text, "&am\x00p;", "&", "control characters removed"),
    (text, "&#0;", "\ufffd", None),
    (text, "&" + "amp;" * 50 + "lt;", None, "HTML entities nested too deeply"),
    (text, "x" * 100_001, "x" * 100_000, "cut after 100000 characters"),
    (text, 7, None, "not a text"),
    (text, True, None, "not a text"),
    (text, {"value": "x"}, None, "not a text"),
    (identifier, " ACwAAB_z-1 ", "ACwAAB_z-1", None),
    (identifier, 42, "42", None),
    (identifier, 0, "0", None),
    (identifier, 42.0, "42", None),
    (identifier, 42.5, None, "not an identifier"),
    (identifier, float("nan"), None, "not an identifier"),
    (identifier, float("inf"), None, "not an identifier"),
    (identifier, True, None, "not an identifier"),
    (identifier, "", None, None),
    (identifier, 10**5000, None, "a number too large for an identifier"),
    (identifier, "x" * 256, None, "a text too long for an identifier"),
    (email, "  John.DOE@Example.COM ", "john.doe@example.com", None),
    (email, "jürgen@müller.example.org", "jürgen@müller.example.org", None),
    (email, "john@example.com\x00", "john@example.com", "control characters removed"),
    (email, "John <john@example.com>", None, "not an e-mail address"),
    (email, "john@example.com, jane@example.com", None, "not an e-mail address"),
    (email, "john@localhost", None, "not an e-mail address"),
    (email, "john@-example.com", None, "not an e-mail address"),
    (email, "j" * 65 + "@example.com", None, "not an e-mail address"),
    (email, "j@" + "example." * 40 + "com", None, "not an e-mail address"),
    (NOWHERE, "+31 6 12345678", "+31612345678", None),
    (NOWHERE, "tel:+33 (0)6 12 34 56 78", "+33612345678", None),
    (NOWHERE, "+49 30 23125-123", "+493023125123", None),
    (NOWHERE, "+32 470/12.34.56", "+32470123456", None),
    (NOWHERE, "+44 (0)20 7946 0123", "+442079460123", None),
    (NOWHERE, "+44 7700 900123", "+447700900123", None),
    (NOWHERE, "+1 (202) 555-0143", "+12025550143", None),
    (NL, "06-12345678", "+31612345678", None),
    (NL, "020 555 0123", "+31205550123", None),
    (NL, "00 31 6 12345678", "+31612345678", None),
    (FR, "06 39 98 12 34", "+33639981234", None),
    (NL, "+33 6 39 98 12 34", "+33639981234", None),
    (partial(phone, region="GB"), "020 7946 0123 ext. 12", "+442079460123", None),
    (partial(phone, region="US"), "(202) 555-0143 x99", "+12025550143", None),
    (partial(phone, region="DE"), "030 23125 123", "+493023125123", None),
    (partial(phone, region="BE"), "0470 12 34 56", "+32470123456", None),
    (NOWHERE, "06 12345678", None, "not a phone number"),
    (NOWHERE, "0031 6 12345678", "+31612345678", None),
    (NL, "ask his sister", None, "not a phone number"),
    (NL, "12345", None, "not a phone number"),
    (FR, "0000000000", None, "not a phone number"),
    (NL, "06-12345678 / 020 555 0123", None, "not a phone number"),
    (NL, "9" * 5000, None, "not a phone number"),
    (NL, 31612345678, None, "not a text"),
    (linkedin, "https://www.linkedin.com/in/sophie-martin", "sophie-martin", None),
    (linkedin, "HTTP://NL.LinkedIn.com/in/Sophie-Martin/?trk=x&a=b#top", "sophie-martin", None),
    (linkedin, "linkedin.com/in/jos%C3%A9", "josé", None),
    (linkedin, "//m.linkedin.com/in/jose%CC%81/de-DE/", "josé", None),
    (linkedin, "https://www.linkedin.com/in/jos%25C3%25A9", "josé", None),
    (linkedin, "https://www.linkedin.com/mwlite/in/sophie/detail/contact-info", "sophie", None),
    (linkedin, "https://fr.linkedin.com/pub/sophie-martin/a7/576/b50?trk=x", "sophie-martin-b50576a7", None),
    (linkedin, "https://fr.linkedin.com/pub/sophie-martin/24/6b/2/en", "sophie-martin-00206b24", None),
    (linkedin, "https://www.linkedin.com/pub/dir/sophie/martin", None, NO_PROFILE),
    (linkedin, "https://www.linkedin.com/company/example", None, NO_PROFILE),
    (linkedin, "https://www.linkedin.com/in/", None, NO_PROFILE),
    (linkedin, "https://www.linkedin.com/in/%FF", None, NO_PROFILE),
    (linkedin, "https://www.linkedin.com/in/a%2Fb", None, NO_PROFILE),
    (linkedin, "https://www.linkedin.com/in/" + "a" * 256, None, NO_PROFILE),
    (linkedin, "https://notlinkedin.com/in/sophie", None, NO_PROFILE),
    (linkedin, "https://linkedin.com.example.com/in/sophie", None, NO_PROFILE),
    (linkedin, "none", None, NO_PROFILE),
    (country, " nl ", "NL", None),
    (country, "UK", None, "not an ISO 3166-1 alpha-2 code"),
    (country, "Nederland", None, "not an ISO 3166-1 alpha-2 code"),
    (place, "Paris, Île-de-France, France", Place("Paris", "Île-de-France", "France", "FR"), None),
    (place, "Amsterdam, Noord-Holland, Nederland", Place("Amsterdam", "Noord-Holland", "Netherlands", "NL"), None),
    (place, "The Hague, The Netherlands", Place("The Hague", None, "Netherlands", "NL"), None),
    (place, "Aix, Bouches, Provence, France", Place("Aix", "Bouches, Provence", "France", "FR"), None),
    (place, "Paris, France", Place("Paris", None, "France", "FR"), None),
    (place, "Ile-de-France, France", Place(None, "Ile-de-France", "France", "FR"), None),
    (place, "Bavaria, Germany", Place(None, "Bavaria", "Germany", "DE"), None),
    (place, "Berlin, Germany", Place("Berlin", "Berlin", "Germany", "DE"), None),
    (place, "New York, United States", Place(None, "New York", "United States", "US"), None),
    (place, "Seoul, South Korea", Place("Seoul", None, "South Korea", "KR"), None),
    (place, "Kinshasa, Congo", Place(), None),
    (place, "France", Place(None, None, "France", "FR"), None),
    (place, "France (Remote)", Place(None, None, "France", "FR"), None),
    (place, "Remote, France", Place(None, None, "France", "FR"), None),
    (place, "Austin, Texas", Place("Austin", "Texas"), None),
    (place, "San Francisco, CA", Place(), None),
    (place, "Atlanta, Georgia", Place(), None),
    (place, "Atlanta, Georgia, United States", Place("Atlanta", "Georgia", "United States", "US"), None),
    (place, "Tbilisi, T'bilisi, Georgia", Place("Tbilisi", "T'bilisi", "Georgia", "GE"), None),
    (place, "Greater Paris Metropolitan Region", Place(None, "Greater Paris Metropolitan Region"), None),
    (place, "Amsterdam Area, Netherlands", Place(None, "Amsterdam Area", "Netherlands", "NL"), None),
    (place, "Greater London, England, UK", Place(None, "Greater London, England", "United Kingdom", "GB"), None),
    (place, "-, France", Place(None, None, "France", "FR"), None),
    (place, "Paris", Place(), None),
    (place, "Remote", Place(), None),
    (place, ", ,", Place(), None),
    (date, "2021", Dated("2021-01-01", "year"), None),
    (date, 2021, Dated("2021-01-01", "year"), None),
    (date, "2021-03", Dated("2021-03-01", "month"), None),
    (date, " 2021-03-09 ", Dated("2021-03-09", "day"), None),
    (date, "2021-03-09T23:59:59-05:00", Dated("2021-03-09", "day"), None),
    (date, "0001-01-01", Dated("0001-01-01", "day"), None),
    (date, "9999", Dated("9999-01-01", "year"), None),
    (date, "", None, None),
    (date, "2021-02-30", None, "no such date"),
    (date, "2021-13", None, "no such date"),
    (date, "0000-00-00", None, "no such date"),
    (date, "2021-03-09 or so", None, "not a date"),
    (date, "10000-01-01", None, "not a date"),
    (date, "Mar 2021", None, "not a date"),
    (date, "present", None, "not a date"),
    (date, 10**5000, None, "not a date"),
    (date, 20210309, None, "not a date"),
    (date, True, None, "not a date"),
    (moment, "2024-01-15T10:00:00+01:00", "2024-01-15T09:00:00+00:00", None),
    (moment, "2024-01-15T09:00:00.25Z", "2024-01-15T09:00:00.250000+00:00", None),
    (moment, "2024-01-15 09:00:00", "2024-01-15T09:00:00+00:00", None),
    (moment, "2024-01-15", "2024-01-15T00:00:00+00:00", None),
    (moment, "0001-01-01T00:00:00+14:00", None, "not a moment"),
    (moment, "9999-12-31T23:59:59-05:00", None, "not a moment"),
    (moment, "2021-02-30T25:00:00+00:00", None, "not a moment"),
    (moment, 1705309200, None, "not a moment"),
    (PERCENT, 75, 75, None),
    (PERCENT, " 75 ", 75, None),
    (PERCENT, 75.0, 75, None),
    (PERCENT, "75.5", None, "not a whole number"),
    (PERCENT, "75%", None, "not a number"),
    (PERCENT, "", None, None),
    (PERCENT, 101, None, "not between 0 and 100"),
    (PERCENT, -1, None, "not between 0 and 100"),
    (PERCENT, 10**400, None, "not between 0 and 100"),
    (PERCENT, "9" * 5000, None, "not a number"),
    (PERCENT, True, None, "not a number"),
    (YEARS, 8.2, 8.2, None),
    (YEARS, "8.2", 8.2, None),
    (YEARS, 8.0, 8, None),
    (YEARS, "8,2", None, "not a number"),
    (YEARS, "1e1", None, "not a number"),
    (YEARS, float("inf"), None, "not between 0 and 100"),
    (YEARS, float("nan"), None, "not between 0 and 100"),
    (YEARS, [8.2], None, "not a number"),
    (boolean, True, True, None),
    (boolean, 0, False, None),
    (boolean, " TRUE ", True, None),
    (boolean, "yes", None, "neither true nor false"),
    (boolean, 2, None, "neither true nor false"),
    (boolean, [], None, "neither true nor false"),
]
"""Field kind, what may come, the clean value, and the reason of the issue."""


@pytest.mark.parametrize(("kind", "given", "value", "reason"), OUTCOMES, ids=map(str, range(len(OUTCOMES))))
def test_every_odd_value_has_its_outcome(kind, given, value, reason):
    taken = kind(given)
    assert taken == (value, reason)
    assert type(taken[0]) is type(value)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(value=ANYTHING)
def test_every_kind_takes_any_value_and_gives_what_postgres_takes(kind, value):
    clean, reason = kind(value)
    written = json.dumps(clean, allow_nan=False, ensure_ascii=False)
    assert not re.search(r"\\u0000|[\ud800-\udfff]", written)
    assert reason is None or isinstance(reason, str)
    if value is None:
        assert (clean, reason) == (None, None)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("value", [nested(50_000), {"a": nested(50_000)}], ids=["list", "object"])
def test_no_depth_makes_a_kind_raise(kind, value):
    clean, reason = kind(value)
    assert clean is None
    assert reason is not None


@pytest.mark.parametrize("kind", [kind for name, kind in KINDS.items() if name not in ("linkedin", "date", "place")])
@given(value=ANYTHING)
def test_a_clean_value_stays_as_it_is(kind, value):
    clean, _ = kind(value)
    assert kind(clean) == (clean, None)


@given(value=TEXTS | st.from_regex(r"(https?://)?(www\.)?linkedin\.com/(in|pub)/[^/?#]+(/\w{1,3}){0,3}"))
def test_a_linkedin_id_is_that_of_its_own_address(value):
    clean, _ = linkedin(value)
    if clean is not None:
        assert linkedin(f"https://www.linkedin.com/in/{clean}") == (clean, None)


@given(value=st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True) | st.datetimes().map(str))
def test_the_day_of_a_date_is_a_date(value):
    clean, _ = date(value)
    if clean is not None:
        assert date(clean.day) == (Dated(clean.day, "day"), None)


PARTS = ("Paris", "Berlin", "Île-de-France", "Texas", "Georgia", "France", "Deutschland", "USA", "Remote", "Utrecht")


@given(parts=st.lists(st.sampled_from([*PARTS, "", "Greater Paris Area"]), max_size=4))
def test_a_place_stays_where_it_is(parts):
    clean, _ = place(", ".join(parts))
    if clean is not None and clean.country is not None:
        assert place(", ".join(filter(None, clean[:3]))) == (clean, None)


@given(number=st.from_regex(r"\+[0-9]{6,15}", fullmatch=True), region=st.sampled_from(["NL", "US", None]))
def test_a_phone_number_stays_itself_in_every_country(number, region):
    clean, _ = phone(number, region)
    if clean is not None:
        assert re.fullmatch(r"\+[1-9][0-9]{4,14}", clean)
        assert phone(clean, "FR") == (clean, None)


@given(value=st.lists(st.sampled_from(["&", "amp;", "#38;", "#3", ";", "&#59;", "lt", "x", "\x00"])).map("".join))
def test_entities_in_entities_end(value):
    clean, _ = text(value)
    assert text(clean) == (clean, None)


ENDLESS = ("&amp;", "@", "a.", "linkedin.com/in/", "(", "1", "&#38;")


@pytest.mark.parametrize("value", ENDLESS)
@pytest.mark.timeout(10)
def test_very_long_text_takes_no_long_time(value):
    for kind in KINDS.values():
        assert len(str(kind(value * 300_000))) < 110_000


def test_a_reader_reads_fields_and_keeps_issues_with_their_paths():
    read = Reader(
        {
            "name": " Ann\x00 ",
            "email": "nobody",
            "job": {"title": 3},
            "company": "Acme",
            "skills": ["Go", None, " ", 3, "C\x00"],
            "tags": "Python, Django",
            "stays": [{"from": "2021-02-30"}, None, "Chef", {}],
        }
    )
    assert (read(text, "name"), read(email, "email"), read(text, "missing")) == ("Ann", None, None)
    assert read.inner("job")(text, "title") is None
    assert read.inner("company")(text, "name") is None
    assert read.inner("missing")(text, "name") is None
    assert (read.all(text, "skills"), read.all(text, "tags"), read.all(text, "missing")) == (["Go", "C"], [], [])
    assert [stay(date, "from") for stay in read.each("stays")] == [None, None]
    assert read.issues == (
        Issue("name", "control characters removed"),
        Issue("email", "not an e-mail address"),
        Issue("job.title", "not a text"),
        Issue("company", "not an object"),
        Issue("skills[3]", "not a text"),
        Issue("skills[4]", "control characters removed"),
        Issue("tags", "not a list"),
        Issue("stays[2]", "not an object"),
        Issue("stays[0].from", "no such date"),
    )


def test_a_field_with_two_faults_is_one_issue():
    read = Reader({"phone": "a\x00"})
    read(text, "phone")
    read(text, "phone")
    read(phone, "phone", "NL")
    assert read.issues == (Issue("phone", "control characters removed; not a phone number"),)


@pytest.mark.parametrize("record", [None, [], "text", 3, True])
def test_a_record_that_is_no_object_reads_as_empty(record):
    read = Reader(record)
    assert read(text, "name") is None
    assert read.issues == (Issue("record", "not an object"),)
