import json
import math
import re
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract import Normalized, Slice, Window
from include.errors import Misconfigured, UnreadableAnswer
from include.sources import SOURCES
from include.warehouse.tables import metadata
from tests.include.anything import ANYTHING, nested

pytestmark = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)

KEPT_BY_US = {
    "tenant",
    "remote_id",
    "first_seen_at",
    "changed_at",
    "remote_deleted_at",
    "content_hash",
    "extraction_id",
}
PROJECT = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
A_FILTER = {"leonar": "skills", "recruitsome": "status"}
OWNERS = {"leonar": [PROJECT], "recruitsome": ["7"]}


def slice_of(source, **more):
    return Slice(source.name, "default", f"{source.name}_default", owner=OWNERS[source.name][0], **more)


def columns(name):
    return {column.name: column for column in metadata.tables[f"recruiting.{name}"].columns}


def check(source, normalized):
    """What the warehouse relies on."""
    assert isinstance(normalized, Normalized)
    assert normalized.remote_id is None or (normalized.remote_id.strip() and len(normalized.remote_id) <= 300)
    assert normalized.linked in (True, False, None)
    assert normalized.row.keys() == columns(source.table).keys() - KEPT_BY_US | set(source.children)
    _check_row(normalized.row, columns(source.table))
    for child in source.children:
        fields = {name: column for name, column in columns(child).items() if not column.primary_key}
        for row in normalized.row[child]:
            assert row.keys() == fields.keys()
            _check_row(row, fields)
    written = json.dumps([normalized.remote_id, normalized.row, normalized.issues], allow_nan=False, ensure_ascii=False)
    assert not re.search(r"\\u0000|[\ud800-\udfff]", written)
    named = [issue.field for issue in normalized.issues]
    assert len(named) == len(set(named))


def _check_row(row, fields):
    for name, column in fields.items():
        value = row.get(name)
        if value is None:
            assert name not in row or column.nullable
            continue
        kind = column.type.python_type.__name__
        if kind in ("date", "datetime"):
            parsed = datetime.fromisoformat(value)
            assert 1 <= parsed.year <= 9999
            assert (parsed.utcoffset() is None) == (kind == "date")
        elif kind == "Decimal":
            assert type(value) in (int, float)
            assert math.isfinite(value)
        elif kind == "int":
            assert type(value) is int
            assert -(2**31) <= value < 2**31
        else:
            assert type(value).__name__ == kind


FIELDS = {
    "leonar": {
        **dict.fromkeys(("profile_id", "existing_contact_id", "first_name", "last_name", "location", "linkedin_url")),
        **dict.fromkeys(
            ("headline", "summary", "picture_url", "total_years_experience", "already_in_project", "skills")
        ),
        "current_job": ("title", "company_name"),
        "experiences": [("title", "company_name", "start_date", "end_date", "description", "is_current")],
        "educations": [("educational_establishment", "diploma", "specialization", "start_date", "end_date")],
    },
    "recruitsome": {
        **dict.fromkeys(("id", "slug", "first_name", "middle_name", "last_name", "full_name", "email", "mobile_phone")),
        **dict.fromkeys(("fixed_phone", "locality", "country_code", "linkedin_url", "profile_completeness")),
        **dict.fromkeys(("created_at", "updated_at")),
        "status": ("value", "label"),
        "avatar": ("small", "medium", "large"),
    },
}
PLAUSIBLE = st.sampled_from(
    [
        "NL",
        "nl",
        "Sophie",
        "06-12345678",
        "a@example.com",
        "2021-03",
        "2021-02-30",
        "Paris, France",
        "8.2",
        "true",
        7,
        1.5,
    ]
)
VALUES = PLAUSIBLE | ANYTHING


def records(name):
    """Records with the documented fields, of any value, at any place."""

    def part(form):
        if form is None:
            return VALUES
        if isinstance(form, list):
            return st.lists(part(form[0]), max_size=3) | ANYTHING
        return st.fixed_dictionaries({}, optional=dict.fromkeys(form, VALUES)) | ANYTHING

    return st.fixed_dictionaries({}, optional={field: part(form) for field, form in FIELDS[name].items()})


@given(data=st.data())
def test_any_value_of_any_field_gives_a_row_that_the_warehouse_takes(source, data):
    record = data.draw(records(source.name))
    normalized = source.normalize(record)
    check(source, normalized)
    assert source.identity(record) == normalized.remote_id
    assert source.normalize(record) == normalized


@given(record=ANYTHING)
def test_any_json_value_is_a_record_or_a_reject(source, record):
    normalized = source.normalize(record)
    check(source, normalized)
    assert source.identity(record) == normalized.remote_id
    created = source.created_at(record)
    assert created is None or created.utcoffset().total_seconds() == 0
    if normalized.remote_id is None:
        assert normalized.issues


def test_no_depth_and_no_length_makes_normalize_raise(source):
    for value in (nested(50_000), "x" * 1_000_000, 10**5000, ["x"] * 100_000):
        check(source, source.normalize(dict.fromkeys(FIELDS[source.name], value)))


def test_the_tables_are_there(source):
    link = columns(source.link.table)
    assert {"tenant", source.link.record, source.link.owner} == {name for name in link if link[name].primary_key}
    assert ("remote_deleted_at" in link) == source.link.tombstoned
    assert all(columns(child)["position"].primary_key for child in source.children)
    assert SOURCES[source.name] is source


@given(body=ANYTHING)
def test_a_page_of_any_shape_is_a_page_or_unreadable(source, body):
    for read in (source.page, source.owners_page):
        with suppress(UnreadableAnswer):
            read(body, 3)


@pytest.mark.parametrize(
    "body", [None, [], {}, "<html>", {"data": None}, {"data": {"profiles": {}}}, {"data": {"0": {}}}]
)
def test_an_answer_without_its_list_is_unreadable(source, body):
    with pytest.raises(UnreadableAnswer, match="holds no list") as caught:
        source.page(body, 1)
    assert caught.value.where == {"page": 1}
    with pytest.raises(UnreadableAnswer, match="holds no list"):
        source.owners_page(body, 1)


def test_an_owner_without_id_makes_the_answer_unreadable(source):
    with pytest.raises(UnreadableAnswer):
        source.owners_page({"data": [{"id": None, "name": "Acme"}]}, 1)


def test_an_empty_list_of_owners_is_the_last(source):
    assert source.owners_page({"data": []}, 1) == ([], True)


@given(body=ANYTHING)
def test_a_fault_is_one_short_line(source, body):
    said = source.fault(body)
    assert said is None or (0 < len(said) <= 200 and said.isprintable())


def test_no_owner_is_misconfigured(source):
    with pytest.raises(Misconfigured, match=rf"{source.name}_default.*{source.owners_param}"):
        source.slices(slice_of(source), [], discovered=True)


def test_each_owner_is_read_once(source):
    given = source.owners([*OWNERS[source.name], f" {OWNERS[source.name][0]} "])
    assert given == OWNERS[source.name]
    (only,) = source.slices(slice_of(source), given, discovered=False)
    assert (only.owner, only.scope) == (given[0], "owner")


@pytest.mark.parametrize("given", ["", "jane@example.com", "-1", "0", "7.5", "²", "9" * 30, "3c90c3cc"])
def test_what_cannot_be_an_owner_is_misconfigured_and_not_repeated(source, given):
    with pytest.raises(Misconfigured) as caught:
        source.owners([given])
    assert not given or given not in str(caught.value)
    assert source.owners_param in str(caught.value)


@pytest.mark.parametrize("given", [[], "search", 3, True])
def test_filters_are_an_object(source, given):
    with pytest.raises(Misconfigured, match="filters is not an object"):
        source.filters(given)


@pytest.mark.parametrize("given", [None, {}])
def test_no_filter_is_no_filter(source, given):
    assert source.filters(given) == {}
    assert not source.narrowed(source.filters(given))


def test_a_filter_that_is_null_is_not_given(source):
    assert source.filters({A_FILTER[source.name]: None}) == {}


@pytest.mark.parametrize("name", ["page", "page_size", "per_page", "user_id", "project_id", "Jane Doe", 3])
def test_an_unknown_filter_is_misconfigured_with_the_known_ones(source, name):
    with pytest.raises(Misconfigured, match="is unknown") as caught:
        source.filters({name: 1})
    assert source.title in str(caught.value)
    assert "Jane" not in str(caught.value)


def test_a_slice_survives_json_with_its_request(source):
    window = Window(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC))
    (slice,) = source.slices(slice_of(source, window=window), OWNERS[source.name], discovered=False)
    again = Slice.from_json(json.loads(json.dumps(slice.to_json())))
    assert source.request(again, 2) == source.request(slice, 2)
    assert source.request(again, 2) != source.request(slice, 3)


def test_created_fields_are_filters_that_take_a_date(source):
    for name in source.created or ():
        assert source.filters({name: "2026-11-20"}) == {name: "2026-11-20"}


def test_paths_start_at_the_base_url(source):
    assert source.base_url.startswith("https://")
    for request in (source.request(slice_of(source), 1), source.owners_request(1)):
        assert request.path.startswith("/")
        assert all(isinstance(value, str) for value in (request.params or {}).values())
