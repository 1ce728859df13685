from datetime import UTC, datetime, timedelta

import pytest

from include.contract import Issue, Slice, Window
from include.errors import Misconfigured, UnreadableAnswer
from include.sources import SOURCES

RECRUITSOME = SOURCES["recruitsome"]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
JOHN = {
    "id": 42,
    "slug": "john-doe-amsterdam",
    "first_name": "John",
    "middle_name": "van der",
    "last_name": "Doe",
    "full_name": "John van der Doe",
    "email": " John.Doe@Example.com ",
    "mobile_phone": "+31 6 12345678",
    "fixed_phone": "020 555 0123",
    "status": {"value": "do_not_contact", "label": "Do not contact"},
    "locality": "Amsterdam",
    "country_code": "nl",
    "linkedin_url": "https://linkedin.com/in/JohnDoe?trk=x",
    "profile_completeness": 75,
    "avatar": {"small": "https://a.example.com/s", "medium": "https://a.example.com/m", "large": None},
    "created_at": "2024-01-15T10:00:00+01:00",
    "updated_at": "2024-01-20T14:30:00.5Z",
}
STATUSES = (
    *("potential", "waiting_for_intake", "intake_scheduled", "active_mediation", "latent_mediation"),
    *("upcoming_employee", "employee", "ex_employee", "do_not_contact"),
)


def slice_of(**more):
    return Slice("recruitsome", "default", "recruitsome_default", owner="7", **more)


def window(hours, length=24):
    """A window that ended so many hours ago."""
    end = NOW - timedelta(hours=hours)
    return Window(end - timedelta(hours=length), end)


def test_every_field_of_a_candidate_lands():
    normalized = RECRUITSOME.normalize(JOHN)
    assert (normalized.remote_id, normalized.linked, normalized.issues) == ("42", True, ())
    assert normalized.row == {
        "slug": "john-doe-amsterdam",
        "first_name": "John",
        "middle_name": "van der",
        "last_name": "Doe",
        "full_name": "John van der Doe",
        "email": "john.doe@example.com",
        "mobile_phone": "+31 6 12345678",
        "mobile_phone_e164": "+31612345678",
        "fixed_phone": "020 555 0123",
        "fixed_phone_e164": "+31205550123",
        "status": "do_not_contact",
        "status_label": "Do not contact",
        "locality": "Amsterdam",
        "country_code": "NL",
        "linkedin_url": "https://linkedin.com/in/JohnDoe?trk=x",
        "linkedin_id": "johndoe",
        "profile_completeness": 75,
        "avatar_small": "https://a.example.com/s",
        "avatar_medium": "https://a.example.com/m",
        "avatar_large": None,
        "remote_created_at": "2024-01-15T09:00:00+00:00",
        "remote_updated_at": "2024-01-20T14:30:00.500000+00:00",
    }


@pytest.mark.parametrize("status", STATUSES)
def test_every_documented_status_is_known(status):
    assert RECRUITSOME.normalize({**JOHN, "status": {"value": status, "label": "…"}}).issues == ()
    assert RECRUITSOME.filters({"status": status}) == {"status": status}


def test_an_unknown_status_is_kept_with_an_issue():
    normalized = RECRUITSOME.normalize({**JOHN, "status": {"value": "on_sabbatical", "label": "On sabbatical"}})
    assert (normalized.row["status"], normalized.row["status_label"]) == ("on_sabbatical", "On sabbatical")
    assert normalized.issues == (Issue("status.value", "unknown status"),)


def test_names_are_kept_apart_and_whole():
    row = RECRUITSOME.normalize({**JOHN, "full_name": None}).row
    assert row["full_name"] == "John van der Doe"
    assert RECRUITSOME.normalize({**JOHN, "full_name": "J. v.d. Doe"}).row["full_name"] == "J. v.d. Doe"
    assert RECRUITSOME.normalize({"id": 1}).row["full_name"] is None


@pytest.mark.parametrize(
    ("field", "value", "columns", "reason"),
    [
        ("country_code", "UK", ("country_code",), "not an ISO 3166-1 alpha-2 code"),
        ("profile_completeness", 140, ("profile_completeness",), "not between 0 and 100"),
        ("mobile_phone", 31612345678, ("mobile_phone", "mobile_phone_e164"), "not a text"),
        ("email", "not an address", ("email",), "not an e-mail address"),
        ("status", "potential", ("status", "status_label"), "not an object"),
        ("avatar", "https://a.example.com", ("avatar_small", "avatar_medium", "avatar_large"), "not an object"),
        ("created_at", "2021-02-30", ("remote_created_at",), "not a moment"),
    ],
)
def test_a_bad_field_is_null_with_an_issue_and_nothing_else_suffers(field, value, columns, reason):
    normalized = RECRUITSOME.normalize({**JOHN, "fixed_phone": None, field: value})
    assert Issue(field, reason) in normalized.issues
    good = RECRUITSOME.normalize({**JOHN, "fixed_phone": None}).row
    assert {name: normalized.row[name] for name in good if normalized.row[name] != good[name]} == dict.fromkeys(
        [name for name in columns if good[name] is not None]
    )


def test_a_phone_that_is_none_stays_as_the_text_it_is():
    normalized = RECRUITSOME.normalize({**JOHN, "mobile_phone": "ask his sister"})
    assert (normalized.row["mobile_phone"], normalized.row["mobile_phone_e164"]) == ("ask his sister", None)
    assert normalized.issues == (Issue("mobile_phone", "not a phone number"),)


def test_without_a_country_a_national_number_is_not_guessed():
    normalized = RECRUITSOME.normalize({**JOHN, "country_code": None})
    assert (normalized.row["fixed_phone"], normalized.row["fixed_phone_e164"]) == ("020 555 0123", None)
    assert normalized.row["mobile_phone_e164"] == "+31612345678"
    assert normalized.issues == (Issue("fixed_phone", "not a phone number"),)


@pytest.mark.parametrize(
    ("identity", "remote_id"), [(42, "42"), ("42", "42"), (2**40, str(2**40)), (None, None), (True, None), ([], None)]
)
def test_a_candidate_is_known_by_its_id(identity, remote_id):
    record = {**JOHN, "id": identity}
    assert RECRUITSOME.identity(record) == RECRUITSOME.normalize(record).remote_id == remote_id


@pytest.mark.parametrize(
    ("record", "created"),
    [
        (JOHN, datetime(2024, 1, 15, 9, tzinfo=UTC)),
        ({"created_at": "2024-01-15 09:00:00"}, datetime(2024, 1, 15, 9, tzinfo=UTC)),
        ({"created_at": None}, None),
        ({"created_at": "yesterday"}, None),
        ("text", None),
    ],
)
def test_a_candidate_says_when_it_was_created(record, created):
    assert RECRUITSOME.created_at(record) == created


@pytest.mark.parametrize("strategy", ["all", "search"])
def test_candidates_are_asked_for_by_creation_the_newest_first(strategy):
    request = RECRUITSOME.request(slice_of(strategy=strategy), 3)
    assert (request.method, request.path, request.json) == ("GET", "/candidates", None)
    assert request.params == {
        "user_id": "7",
        "page": "3",
        "per_page": "100",
        "sort": "created_at",
        "sort_direction": "desc",
    }


def test_every_filter_reaches_the_wire_and_the_given_order_wins():
    filters = {
        "email": "john@example.com",
        "search": "doe",
        "status": "employee",
        "sort": "last_name",
        "sort_direction": "asc",
    }
    assert RECRUITSOME.filters(filters) == filters
    page = {"user_id": "7", "page": "1", "per_page": "100"}
    assert RECRUITSOME.request(slice_of(filters=filters), 1).params == {**filters, **page}


@pytest.mark.parametrize(
    ("filters", "narrowed"),
    [
        ({"email": "john@example.com"}, True),
        ({"search": "doe", "sort": "email"}, True),
        ({"status": "employee"}, True),
        ({"sort": "email", "sort_direction": "desc"}, False),
    ],
)
def test_an_order_alone_does_not_narrow(filters, narrowed):
    assert RECRUITSOME.narrowed(RECRUITSOME.filters(filters)) is narrowed


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [("status", "jane", "do_not_contact"), ("sort", "jane", "last_name"), ("sort_direction", "jane", "desc")],
)
def test_a_wrong_option_is_answered_with_the_right_ones(name, value, option):
    with pytest.raises(Misconfigured, match=rf"the filter {name} is .*\b{option}\b") as caught:
        RECRUITSOME.filters({name: value})
    assert value not in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("email", " "), ("search", 3), ("status", ["employee"]), ("sort", {})])
def test_a_filter_of_a_wrong_type_is_misconfigured(name, value):
    with pytest.raises(Misconfigured, match=f"the filter {name} is"):
        RECRUITSOME.filters({name: value})


@pytest.mark.parametrize(
    ("window", "filters", "strategy"),
    [
        (None, {}, "all"),
        (window(0), {}, "search"),
        (window(240), {"status": "employee"}, "search"),
        (window(0), {"sort": "email"}, "all"),
        (window(240), {"sort_direction": "asc"}, "all"),
    ],
)
def test_a_window_is_searched_for_unless_the_order_is_the_users_own(window, filters, strategy):
    slices = RECRUITSOME.slices(slice_of(window=window, filters=filters), ["7", "8"], discovered=True)
    assert [(one.owner, one.scope, one.strategy) for one in slices] == [
        ("7", "owner", strategy),
        ("8", "owner", strategy),
    ]


def test_user_ids_are_positive_integers_in_one_spelling():
    assert RECRUITSOME.owners(["7", " 007", str(2**63 - 1)]) == ["7", str(2**63 - 1)]
    with pytest.raises(Misconfigured, match="user_ids"):
        RECRUITSOME.owners([str(2**63)])


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ({"links": {"next": "https://x.example.com?page=2"}, "meta": {"current_page": 3, "last_page": 3}}, False),
        ({"links": {"next": None}, "meta": {"current_page": 1, "last_page": 3}}, True),
        ({"links": {}, "meta": {"current_page": 3, "last_page": 3}}, True),
        ({"links": None, "meta": {"current_page": 1, "last_page": 3}}, False),
        ({"meta": {"current_page": "3", "last_page": "3"}}, True),
        ({"meta": {"current_page": None}}, False),
        ({}, False),
    ],
)
def test_links_tell_the_end_else_meta_else_an_empty_page(said, last):
    assert RECRUITSOME.page({"data": [JOHN], **said}, 1).last is last
    assert RECRUITSOME.page({"data": [], **said}, 1).last is True


@pytest.mark.parametrize(("total", "totals"), [(52, (52,)), ("52", (52,)), (None, ()), (-1, ()), (2**63, ())])
def test_the_total_is_what_meta_says(total, totals):
    page = RECRUITSOME.page({"data": [JOHN], "meta": {"total": total}}, 2)
    assert (page.number, page.records, page.totals) == (2, [JOHN], totals)


def test_the_team_pages_as_the_candidates_do():
    assert (RECRUITSOME.owners_request(2).path, RECRUITSOME.owners_request(2).params) == (
        "/team",
        {"page": "2", "per_page": "100"},
    )
    team = {"data": [{"id": 7, "full_name": "Jane Roe"}, {"id": "8"}]}
    assert RECRUITSOME.owners_page({**team, "links": {"next": None}}, 1) == (["7", "8"], True)
    assert RECRUITSOME.owners_page(team, 1) == (["7", "8"], False)
    with pytest.raises(UnreadableAnswer, match="no integer"):
        RECRUITSOME.owners_page({"data": [{"id": "jane"}]}, 1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "Unauthenticated."}, "Unauthenticated"),
        ({"message": "Scope missing", "code": "INSUFFICIENT_SCOPE"}, "INSUFFICIENT_SCOPE: Scope missing"),
        (
            {"message": "The given data was invalid.", "errors": {"user_id": ["Required.", "x"], "page": "Too small."}},
            "The given data was invalid: user_id: Required, page: Too small",
        ),
        (
            {"message": "Bad", "errors": {"email": ["jane@example.com is no e-mail"]}},
            "Bad: email: [e-mail] is no e-mail",
        ),
        ({"message": "Bad", "errors": ["x"]}, "Bad"),
        ({"message": None}, None),
        ({}, None),
        ([], None),
    ],
)
def test_a_fault_is_the_vendors_own_words(body, said):
    assert RECRUITSOME.fault(body) == said
