import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract import Issue
from include.drift import MOST_NAMES, OTHERS, Drift, merged, sentence, spreading, vanished
from include.sources import SOURCES
from tests.include.anything import ANYTHING
from tests.ingestion import candidate, contact

SHAPE = {"id": "number", "name": "text", "job": {"title": "text"}, "stays": [{"from": "text"}], "tags": ["text"]}
WHOLE = {"id": 1, "name": "a", "job": {"title": "b"}, "stays": [{"from": "c"}], "tags": ["d"]}


def told(*records, shape=SHAPE):
    drift = Drift(shape)
    for record in records:
        drift.take(record, ())
    return drift.to_json()


def test_records_as_documented_have_not_drifted():
    assert told(WHOLE, WHOLE) == {"records": 2}
    assert sentence(told(WHOLE)) == ""


@pytest.mark.parametrize("name", SOURCES)
def test_the_records_of_the_vendors_pages_have_not_drifted(name):
    record = contact("A") if name == "leonar" else candidate(1, middle_name="van", mobile_phone="06")
    drift = told(record, shape=SOURCES[name].shape)
    assert drift.keys() <= {"records", "empty", "missing"}


def test_fields_that_nobody_documented_are_counted_where_they_stand():
    drift = told(WHOLE | {"pronouns": None}, WHOLE | {"pronouns": "they", "job": {"title": "b", "grade": 3}})
    assert drift["unknown"] == {"pronouns": 2, "job.grade": 1}


def test_a_missing_field_is_not_a_null_one():
    drift = told(WHOLE | {"name": None}, {name: value for name, value in WHOLE.items() if name != "name"})
    assert drift == {"records": 2, "missing": {"name": 1}, "empty": ["name"]}


def test_changed_types_are_counted_whatever_they_change_into():
    records = [WHOLE | {"id": "1"}, WHOLE | {"job": "cook"}, WHOLE | {"stays": {}}, WHOLE | {"tags": ["a", 3, True]}]
    assert told(*records, WHOLE | {"stays": ["x"]})["changed"] == {
        "id: text": 1,
        "job: text": 1,
        "stays: object": 1,
        "tags[]: number": 1,
        "tags[]: boolean": 1,
        "stays[]: text": 1,
    }


def test_a_field_is_empty_where_no_record_fills_it():
    nothing = {"id": None, "name": None, "job": None, "stays": [], "tags": None}
    assert told(nothing, nothing)["empty"] == ["id", "job", "name", "stays", "tags"]
    assert "empty" not in told(nothing, WHOLE)
    assert told(WHOLE | {"job": {"title": None}})["empty"] == ["job.title"]


def test_names_that_may_be_anything_are_not_repeated():
    assert told(WHOLE | {"noor@example.com": 1, "06 1234": 2})["unknown"] == {OTHERS: 2}
    many = told(WHOLE | {f"field_{number}": 1 for number in range(500)})["unknown"]
    assert len(many) == MOST_NAMES + 1
    assert sum(many.values()) == 500


def test_issues_are_counted_once_a_record_whatever_their_index():
    drift = Drift(SHAPE)
    drift.take(WHOLE, [Issue("tags[0]", "not a text"), Issue("tags[17]", "not a text"), Issue("id", "no identity")])
    drift.take(WHOLE, [Issue("tags[2]", "not a text")])
    drift.take(WHOLE, ())
    assert drift.to_json()["issues"] == {"tags[]: not a text": 2, "id: no identity": 1}
    assert spreading(drift.to_json(), share=0.5) == {"tags[]: not a text": 2}


def test_a_field_vanishes_when_it_was_there_before():
    full, bare = told(*[WHOLE] * 20), told(*[WHOLE | {"name": None}] * 20)
    assert vanished(bare, full) == ["name"]
    assert vanished(bare, bare) == vanished(full, bare) == vanished(bare, {}) == []
    assert vanished(told(*[WHOLE | {"name": None}] * 19), full) == []


def test_the_drift_of_several_extractions_is_that_of_all_their_records():
    one, other = [WHOLE | {"name": None, "x": 1}] * 3, [WHOLE | {"id": "1"}] * 2
    assert merged([told(*one), told(*other), {}]) == told(*one, *other)


@given(st.lists(ANYTHING | st.fixed_dictionaries({}, optional=dict.fromkeys(WHOLE, ANYTHING)), max_size=30))
def test_any_record_is_counted_and_the_counts_are_json(records):
    drift = told(*records)
    assert json.loads(json.dumps(drift)) == drift
    assert drift["records"] == len(records)
    missing = Counter(name for record in records if isinstance(record, dict) for name in SHAPE if name not in record)
    assert {name: n for name, n in drift.get("missing", {}).items() if name in SHAPE} == missing
