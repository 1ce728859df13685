import pytest

from include.contract import Issue
from include.fields import Reader, date, email, phone, text


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
