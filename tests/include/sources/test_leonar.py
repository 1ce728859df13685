import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from include.contract import END, Issue, Slice, Window
from include.errors import Misconfigured
from include.sandbox.leonar_created import created_window
from include.sandbox.readings import Readings
from include.sources import SOURCES

LEONAR = SOURCES["leonar"]
PROJECT = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
OTHER = "0f5fd5a4-30b5-4b19-9d2f-7a0f3f1c2b11"
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "America/Los_Angeles")
SOPHIE = {
    "profile_id": "ACwAABrjaVMBOLcCrV5aEw1zCAjE_zec6PbnU1A",
    "first_name": "Sophie",
    "last_name": "Martin",
    "headline": "Senior Software Engineer at Example",
    "picture_url": "https://media.example.com/image.jpg",
    "location": "Paris, Île-de-France, France",
    "linkedin_url": "https://www.linkedin.com/in/Sophie-Martin/",
    "summary": "Experienced engineer",
    "current_job": {"title": "Senior Software Engineer", "company_name": "Example"},
    "experiences": [
        {
            "title": "Senior Software Engineer",
            "company_name": "Example",
            "start_date": "2021-03-01",
            "end_date": None,
            "description": "Leading the backend team",
            "is_current": True,
        },
        {"title": "Software Engineer", "start_date": "2018", "end_date": "2021-02", "is_current": False},
    ],
    "educations": [
        {
            "educational_establishment": "École Polytechnique",
            "diploma": "Master of Engineering",
            "specialization": "Computer Science",
            "start_date": "2014-09-01",
            "end_date": "2018-06-31",
        }
    ],
    "skills": ["Python", " ", None, "PostgreSQL"],
    "total_years_experience": 8.2,
    "already_in_project": False,
    "existing_contact_id": "c-17",
}
FILTERS = {
    "job_titles": ["Engineer"],
    "companies": ["Example"],
    "locations": {"cities": ["Paris"], "states": ["Île-de-France"], "countries": ["France"]},
    "keywords": ["python"],
    "skills": ["Python"],
    "first_name": "Sophie",
    "last_name": "Martin",
    "full_name": "Sophie Martin",
    "contact_types": ["candidate", "client", "lead", "partner"],
    "tags": ["senior"],
    "project_ids": [OTHER],
    "sequence_ids": [OTHER],
    "stage_ids": [OTHER],
    "stage_categories": [
        *("sourced", "applied", "screening", "submitted", "interview", "offer", "hired", "rejected", "withdrawn")
    ],
    "created_after": "2026-11-01",
    "created_before": "2026-11-20T08:00:00Z",
}


def slice_of(**more):
    return Slice("leonar", "default", "leonar_default", owner=PROJECT, **more)


def body_of(profiles=({},), **said):
    return {"data": {"profiles": list(profiles), **said}}


def test_every_field_of_a_profile_lands():
    remote_id, row, linked, issues = (lambda n: (n.remote_id, n.row, n.linked, n.issues))(LEONAR.normalize(SOPHIE))
    assert (remote_id, linked) == (SOPHIE["profile_id"], False)
    assert row == {
        "profile_id": SOPHIE["profile_id"],
        "crm_contact_id": "c-17",
        "first_name": "Sophie",
        "last_name": "Martin",
        "full_name": "Sophie Martin",
        "headline": "Senior Software Engineer at Example",
        "summary": "Experienced engineer",
        "picture_url": "https://media.example.com/image.jpg",
        "location": "Paris, Île-de-France, France",
        "city": "Paris",
        "region": "Île-de-France",
        "country": "France",
        "country_code": "FR",
        "linkedin_url": "https://www.linkedin.com/in/Sophie-Martin/",
        "linkedin_id": "sophie-martin",
        "title": "Senior Software Engineer",
        "company_name": "Example",
        "total_years_experience": 8.2,
        "remote_created_at": None,
        "remote_updated_at": None,
        "contact_experiences": [
            {
                "title": "Senior Software Engineer",
                "company_name": "Example",
                "start_date": "2021-03-01",
                "start_precision": "day",
                "end_date": None,
                "end_precision": None,
                "is_current": True,
                "description": "Leading the backend team",
            },
            {
                "title": "Software Engineer",
                "company_name": None,
                "start_date": "2018-01-01",
                "start_precision": "year",
                "end_date": "2021-02-01",
                "end_precision": "month",
                "is_current": False,
                "description": None,
            },
        ],
        "contact_educations": [
            {
                "institution": "École Polytechnique",
                "degree": "Master of Engineering",
                "field_of_study": "Computer Science",
                "start_date": "2014-09-01",
                "start_precision": "day",
                "end_date": None,
                "end_precision": None,
            }
        ],
        "contact_skills": [{"name": "Python"}, {"name": "PostgreSQL"}],
    }
    assert issues == (Issue("educations[0].end_date", "no such date"),)


@pytest.mark.parametrize(
    ("record", "identity"),
    [
        ({"profile_id": "ACw", "existing_contact_id": "c-17"}, "ACw"),
        ({"profile_id": None, "existing_contact_id": "c-17"}, "crm:c-17"),
        ({"profile_id": "  ", "existing_contact_id": 17}, "crm:17"),
        ({"profile_id": 17}, "17"),
        ({"profile_id": True, "existing_contact_id": {}}, None),
        ({"profile_id": "x" * 300, "existing_contact_id": "c-17"}, "crm:c-17"),
        ({}, None),
        ([], None),
    ],
)
def test_only_a_text_or_a_number_is_an_identity(record, identity):
    assert LEONAR.identity(record) == LEONAR.normalize(record).remote_id == identity


def test_a_reject_says_why():
    assert LEONAR.normalize({"first_name": "Sophie"}).issues == (
        Issue("profile_id", "neither it nor existing_contact_id is an identity"),
    )


@pytest.mark.parametrize(("said", "linked"), [(True, True), (False, False), (None, None), ("soon", None)])
def test_membership_is_what_the_profile_says(said, linked):
    assert LEONAR.normalize({**SOPHIE, "already_in_project": said}).linked is linked


@pytest.mark.parametrize("job", [None, {}, {"title": " "}, "CTO"])
def test_without_a_current_job_the_present_experience_is_it(job):
    row = LEONAR.normalize({**SOPHIE, "current_job": job}).row
    assert (row["title"], row["company_name"]) == ("Senior Software Engineer", "Example")
    row = LEONAR.normalize({**SOPHIE, "current_job": job, "experiences": SOPHIE["experiences"][1:]}).row
    assert (row["title"], row["company_name"]) == (None, None)


def test_two_jobs_are_never_mixed():
    row = LEONAR.normalize({**SOPHIE, "current_job": {"title": "CTO", "company_name": None}}).row
    assert (row["title"], row["company_name"]) == ("CTO", None)


def test_texts_where_lists_belong_are_issues_and_no_children():
    normalized = LEONAR.normalize({**SOPHIE, "skills": "Python, Django", "experiences": "See CV", "educations": None})
    assert [normalized.row[child] for child in LEONAR.children] == [[], [], []]
    assert set(normalized.issues) == {Issue("skills", "not a list"), Issue("experiences", "not a list")}


def test_every_filter_reaches_the_wire_and_wins_over_ours():
    filters = LEONAR.filters(json.loads(json.dumps(FILTERS)))
    assert filters == FILTERS
    window = Window(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC))
    request = LEONAR.request(slice_of(filters=filters, window=window, scope="owner"), 4)
    assert (request.method, request.path, request.params) == ("POST", "/sourcing/contacts/search", None)
    assert request.json == {**FILTERS, "project_id": PROJECT, "page": 4, "page_size": 25}


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_narrows(name):
    assert LEONAR.narrowed(LEONAR.filters({name: FILTERS[name]}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("job_titles", "Jane Doe"),
        ("job_titles", []),
        ("job_titles", ["Jane Doe", " "]),
        ("job_titles", ["Jane Doe", 3]),
        ("first_name", ""),
        ("first_name", ["Jane Doe"]),
        ("locations", ["Jane Doe"]),
        ("locations", {}),
        ("locations", {"Jane Doe": ["x"]}),
        ("locations", {"cities": "Jane Doe"}),
        ("locations", {"cities": []}),
        ("project_ids", ["Jane Doe"]),
        ("project_ids", PROJECT),
        ("sequence_ids", [PROJECT, "{" + PROJECT + "}"]),
        ("stage_ids", [3]),
        ("created_after", "Jane Doe"),
        ("created_before", "2026-02-30"),
        ("created_before", 3),
    ],
)
def test_a_bad_filter_is_named_and_its_value_never(name, value):
    with pytest.raises(Misconfigured, match=f"the filter {name} is") as caught:
        LEONAR.filters({name: value})
    assert "Jane" not in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize(("name", "option"), [("contact_types", "partner"), ("stage_categories", "withdrawn")])
def test_a_wrong_option_is_answered_with_the_right_ones(name, option):
    with pytest.raises(Misconfigured, match=rf"the filter {name} is .*\b{option}\b") as caught:
        LEONAR.filters({name: ["Jane Doe"]})
    assert "Jane" not in str(caught.value)


def test_an_owner_is_read_with_its_filter_and_the_tenant_without():
    assert LEONAR.request(slice_of(scope="owner"), 1).json == {
        "project_id": PROJECT,
        "project_ids": [PROJECT],
        "page": 1,
        "page_size": 25,
    }
    assert LEONAR.request(slice_of(scope="tenant"), 1).json == {"project_id": PROJECT, "page": 1, "page_size": 25}


@pytest.mark.parametrize(
    ("start", "end", "after", "before"),
    [
        (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), "2026-11-18", "2026-11-22"),
        (datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC), "2026-11-18", "2026-11-22"),
        (
            datetime(2026, 11, 20, 1, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 11, 21, 2, tzinfo=timezone(timedelta(hours=2))),
            "2026-11-17",
            "2026-11-22",
        ),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 12, tzinfo=UTC), "0001-01-01", "9999-12-31"),
    ],
)
def test_a_window_is_asked_for_in_days_with_two_to_spare_at_its_start_and_one_at_its_end(start, end, after, before):
    json = LEONAR.request(slice_of(window=Window(start, end)), 1).json
    assert (json["created_after"], json["created_before"]) == (after, before)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("unit", ["moment", "date"])
@pytest.mark.parametrize("created_before", ["inclusive", "exclusive"])
@pytest.mark.parametrize("created_after", ["inclusive", "exclusive"])
def test_whatever_the_created_filters_mean_they_leave_no_moment_of_the_window_out(
    created_after, created_before, unit, zone
):
    readings = Readings(
        created_after=created_after, created_before=created_before, created_unit=unit, created_zone=zone
    )
    day, hour = datetime(2026, 3, 8, tzinfo=UTC), timedelta(hours=1)
    # Days on which clocks are put forward and back, and windows that begin and end at any hour of one.
    for start in (day, day + 13 * hour, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)):
        for length in (hour, 24 * hour, 31 * 24 * hour):
            asked = LEONAR.request(slice_of(window=Window(start, start + length)), 1).json
            first, end = created_window(readings, asked["created_after"], asked["created_before"])
            assert first <= start.timestamp()
            assert (start + length).timestamp() <= end


def test_bounds_that_counts_have_proven_are_sent_without_guard_days():
    window = Window(datetime(2024, 5, 1, tzinfo=UTC), END)
    slice = slice_of(scope="tenant", window=window, bounds={"created_after": "2024-04-30"})
    assert LEONAR.request(slice, 2).json == {
        "project_id": PROJECT,
        "created_after": "2024-04-30",
        "page": 2,
        "page_size": 25,
    }


def test_discovered_projects_are_read_as_one_tenant_and_configured_ones_one_by_one():
    (tenant,) = LEONAR.slices(slice_of(), [PROJECT, OTHER], discovered=True)
    assert (tenant.owner, tenant.scope, tenant.strategy) == (PROJECT, "tenant", "all")
    owners = LEONAR.slices(slice_of(), [PROJECT, OTHER, PROJECT], discovered=False)
    assert [(one.owner, one.scope) for one in owners] == [(PROJECT, "owner"), (OTHER, "owner")]


def test_project_ids_are_uuids_in_one_spelling():
    assert LEONAR.owners([PROJECT.upper(), f" {PROJECT}", OTHER]) == [PROJECT, OTHER]


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ({"has_more": True, "next_page": 2}, False),
        ({"has_more": False, "next_page": None}, True),
        ({"has_more": False, "next_page": 2}, True),
        ({"has_more": True, "next_page": None}, False),
        ({"has_more": True}, False),
        ({"has_more": False}, True),
        ({"next_page": 2}, False),
        ({"next_page": None}, True),
        ({"has_more": None, "next_page": None}, True),
        ({"has_more": "perhaps"}, False),
        ({}, False),
    ],
)
def test_has_more_tells_the_end_else_next_page_else_an_empty_page(said, last):
    assert LEONAR.page(body_of(**said), 1).last is last
    assert LEONAR.page(body_of([], **said), 1).last is True


@pytest.mark.parametrize(
    ("said", "totals"),
    [
        ({"filtered_count": 10, "total_count": 123}, (10, 123)),
        ({"filtered_count": 123, "total_count": 123}, (123,)),
        ({"filtered_count": None, "total_count": -1}, ()),
        ({"filtered_count": True, "total_count": 0}, (0,)),
        ({"filtered_count": 1.5, "total_count": 2**63}, ()),
        ({}, ()),
    ],
)
def test_totals_are_the_counts_that_can_be_true(said, totals):
    page = LEONAR.page(body_of(**said), 7)
    assert (page.number, page.records, page.totals) == (7, [{}], totals)


def test_projects_page_by_offset():
    assert LEONAR.owners_request(1).params == {"limit": "100", "offset": "0"}
    assert LEONAR.owners_request(3).params == {"limit": "100", "offset": "200"}
    assert LEONAR.owners_request(1).path == "/projects"
    projects = {"data": [{"id": PROJECT, "name": "Backend"}, {"id": 3}]}
    assert LEONAR.owners_page({**projects, "meta": {"has_more": False}}, 1) == ([PROJECT, "3"], True)
    assert LEONAR.owners_page({**projects, "meta": {"has_more": True}}, 1) == ([PROJECT, "3"], False)
    assert LEONAR.owners_page(projects, 1) == ([PROJECT, "3"], False)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"code": "invalid_api_key", "message": "Invalid API key"}}, "invalid_api_key: Invalid API key"),
        ({"error": {"code": "not_found", "message": "No such\n project."}}, "not_found: No such project"),
        ({"error": {"message": "jane@example.com is unknown"}}, "[e-mail] is unknown"),
        ({"error": {"code": "x", "message": "y" * 300}}, "x: " + "y" * 196 + "…"),
        ({"error": "down"}, None),
        ({}, None),
        ("<html>", None),
    ],
)
def test_a_fault_is_the_vendors_own_words(body, said):
    assert LEONAR.fault(body) == said


def test_a_profile_never_says_when_it_was_created():
    assert LEONAR.created_at({**SOPHIE, "created_at": "2026-11-20T00:00:00Z"}) is None
