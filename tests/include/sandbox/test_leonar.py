from datetime import UTC, datetime

import pytest

from include.sandbox.leonar_created import created_window
from include.sandbox.readings import Readings

UNKNOWN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


def error(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_a_search_without_filters_yields_every_contact_once_under_any_project(client, sandbox):
    for project in sandbox.state.world.projects:
        found = client.profiles(project_id=project)
        assert len(found) == 130
        ids = {profile["profile_id"] or profile["existing_contact_id"] for profile in found}
        assert len(ids) == 130


def test_a_page_says_what_follows_and_one_past_the_end_is_empty(client):
    first = client.search(page_size=25).json()["data"]
    assert (len(first["profiles"]), first["next_page"], first["has_more"]) == (25, 2, True)
    assert (first["total_count"], first["filtered_count"]) == (130, 130)
    last = client.search(page_size=25, page=6).json()["data"]
    assert (len(last["profiles"]), last["next_page"], last["has_more"]) == (5, None, False)
    past = client.search(page_size=25, page=7).json()["data"]
    assert (past["profiles"], past["next_page"], past["has_more"], past["total_count"]) == ([], None, False, 130)
    assert len(client.search().json()["data"]["profiles"]) == 20


def test_a_reading_may_miss_a_page_behind_the_last(client, sandbox):
    sandbox.readings(past_end="missing")
    assert len(client.search(page_size=25, page=6).json()["data"]["profiles"]) == 5
    assert error(client.search(page_size=25, page=7)) == (404, "not_found")
    nobody = client.search(first_name="Zzyzx")
    assert (nobody.status_code, nobody.json()["data"]["profiles"]) == (200, [])


def test_membership_is_relative_to_the_project_of_the_request(client, sandbox):
    sandbox.state.world.odd["contacts"].clear()
    truth = {entry["contact_id"]: entry for entry in sandbox.world()["contacts"]}
    by_profile = {entry["profile_id"]: entry for entry in truth.values() if entry["profile_id"]}
    for project in sandbox.state.world.projects:
        for profile in client.profiles(project_id=project):
            entry = by_profile.get(profile["profile_id"]) or truth[profile["existing_contact_id"]]
            member = project in entry["projects"]
            assert profile["already_in_project"] is member
            told = member or profile["profile_id"] is None
            assert profile["existing_contact_id"] == (entry["contact_id"] if told else None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"project_id": "x"}, "project_id"),
        ({"project_id": None}, "project_id"),
        ({"page": 0}, "page"),
        ({"page": "1"}, "page"),
        ({"page": True}, "page"),
        ({"page_size": 26}, "page_size"),
        ({"page_size": 1.5}, "page_size"),
        ({"job_titles": "Engineer"}, "job_titles"),
        ({"skills": [1]}, "skills"),
        ({"locations": []}, "locations"),
        ({"locations": {"cities": "Paris"}}, "locations"),
        ({"first_name": None}, "first_name"),
        ({"contact_types": ["friend"]}, "contact_types"),
        ({"stage_categories": ["ghosted"]}, "stage_categories"),
        ({"project_ids": ["x"]}, "project_ids"),
        ({"sequence_ids": [UNKNOWN[:-1]]}, "sequence_ids"),
        ({"stage_ids": [UNKNOWN + "0"]}, "stage_ids"),
        ({"created_after": "yesterday"}, "created_after"),
        ({"created_before": 20260101}, "created_before"),
    ],
)
def test_a_bad_field_is_a_validation_error_that_names_it(client, fields, field):
    answer = client.search(**fields)
    assert error(answer) == (400, "validation_error")
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


def test_other_refusals_are_the_vendors_own(client):
    assert error(client.search(key=None)) == (401, "invalid_api_key")
    assert error(client.search(key="leo_other")) == (401, "invalid_api_key")
    assert error(client.search(key="recruitsome_sandbox")) == (401, "invalid_api_key")
    assert error(client.search(key="leo_scopeless")) == (403, "insufficient_scope")
    assert error(client.get("projects", key="leo_scopeless")) == (403, "insufficient_scope")
    assert error(client.search(project_id=UNKNOWN)) == (404, "not_found")
    assert error(client.get("projects", key="leo_sandbox", limit=101)) == (400, "validation_error")
    assert error(client.get("nothing", key="leo_sandbox")) == (404, "not_found")
    headers = {"Authorization": "Bearer leo_sandbox"}
    for body in (b"", b"[]", b'{"project_id":'):
        answer = client.http.post("/api/v1/sourcing/contacts/search", headers=headers, content=body)
        assert error(answer) == (400, "validation_error")


def fold(text):
    return text.casefold() if isinstance(text, str) else ""


def title(profile):
    return fold(profile["current_job"]["title"])


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        ({"job_titles": ["ENGINEER", "nurse"]}, lambda p: "engineer" in title(p) or "nurse" in title(p)),
        ({"companies": ["acme"]}, lambda p: "acme" in fold(p["current_job"]["company_name"])),
        ({"locations": {"cities": ["paris", "Berlin"]}}, lambda p: p["location"].split(",")[0] in ("Paris", "Berlin")),
        ({"locations": {"states": ["England"]}}, lambda p: ", England, " in p["location"]),
        ({"locations": {"countries": ["france"]}}, lambda p: p["location"].endswith("France")),
        (
            {"keywords": ["migration"]},
            lambda p: "migration" in fold(p["summary"]) + fold(p["headline"]) + fold(" ".join(p["skills"])),
        ),
        ({"skills": ["python", "IFRS"]}, lambda p: {"Python", "IFRS"} & set(p["skills"])),
        ({"first_name": "a"}, lambda p: "a" in fold(p["first_name"])),
        ({"last_name": "er"}, lambda p: "er" in fold(p["last_name"])),
        ({"full_name": "e b"}, lambda p: "e b" in fold(f"{p['first_name']} {p['last_name']}")),
        (
            {"skills": ["Python"], "locations": {"countries": ["Netherlands"]}},
            lambda p: "Python" in p["skills"] and "Netherlands" in p["location"],
        ),
    ],
)
def test_a_filter_on_shown_fields_finds_exactly_those_that_hold(client, sandbox, filters, holds):
    sandbox.state.world.odd["contacts"].clear()
    everyone = client.profiles()
    expected = [profile for profile in everyone if holds(profile)]
    assert 0 < len(expected) < len(everyone)
    assert client.profiles(**filters) == expected


def test_a_filter_on_hidden_facts_finds_exactly_those_that_hold(client, sandbox):
    world, truth = sandbox.state.world, sandbox.world()
    indices = world.contacts.newest()
    project = client.project
    stage = truth["stage_ids"][project]["interview"]

    def stays(index):
        return zip(world.contacts.owners[index], world.facts(index).stages, strict=True)

    for filters, holds in (
        ({"contact_types": ["client", "lead"]}, lambda i: world.facts(i).contact_type in ("client", "lead")),
        ({"tags": ["HOT"]}, lambda i: "hot" in world.facts(i).tags),
        ({"sequence_ids": [truth["sequence_ids"][2]]}, lambda i: 2 in world.facts(i).sequences),
        ({"stage_ids": [stage]}, lambda i: (project, "interview") in stays(i)),
        ({"stage_categories": ["hired"]}, lambda i: "hired" in world.facts(i).stages),
        ({"project_ids": [project.upper()]}, lambda i: project in world.contacts.owners[i]),
        ({"project_ids": [UNKNOWN]}, lambda i: False),
    ):
        expected = [index for index in indices if holds(index)]
        assert client.search(**filters).json()["data"]["total_count"] == len(expected)
        assert len(client.profiles(**filters)) == len(expected)
        assert len(expected) < 130
        assert expected or filters == {"project_ids": [UNKNOWN]}


def unix(*moment):
    return datetime(*moment, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("readings", "start", "end"),
    [
        ({}, unix(2026, 1, 5), unix(2026, 1, 6) + 1e-6),
        ({"created_after": "exclusive", "created_before": "exclusive"}, unix(2026, 1, 5) + 1e-6, unix(2026, 1, 6)),
        ({"created_unit": "date"}, unix(2026, 1, 5), unix(2026, 1, 7)),
        ({"created_unit": "date", "created_after": "exclusive"}, unix(2026, 1, 6), unix(2026, 1, 7)),
        ({"created_unit": "date", "created_before": "exclusive"}, unix(2026, 1, 5), unix(2026, 1, 6)),
        ({"created_zone": "Europe/Amsterdam"}, unix(2026, 1, 4, 23), unix(2026, 1, 5, 23) + 1e-6),
        ({"created_zone": "America/New_York", "created_unit": "date"}, unix(2026, 1, 5, 5), unix(2026, 1, 7, 5)),
    ],
)
def test_created_filters_mean_what_the_reading_says(readings, start, end):
    window = created_window(Readings(**readings), "2026-01-05", "2026-01-06")
    assert window == pytest.approx((start, end), abs=2e-7)


def test_created_filters_cut_the_world_at_the_moments_of_creation(client, sandbox):
    entries = sandbox.world()["contacts"]
    after, before = "2025-12-10T12:00:00Z", "2025-12-20T00:00:00+01:00"
    inside = [e for e in entries if "2025-12-10T12:00:00+00:00" <= e["created_at"] <= "2025-12-19T23:00:00+00:00"]
    assert client.search(created_after=after, created_before=before).json()["data"]["total_count"] == len(inside) > 0
    bound = entries[50]["created_at"]
    later = sum(entry["created_at"] > bound for entry in entries)
    sandbox.readings(created_after="exclusive")
    assert client.search(created_after=bound).json()["data"]["total_count"] == later
    sandbox.readings(created_after="inclusive")
    assert client.search(created_after=bound).json()["data"]["total_count"] > later


def test_a_reading_may_refuse_dates_or_date_times(client, sandbox):
    sandbox.readings(created_takes="date")
    assert client.search(created_after="2025-12-10").status_code == 200
    assert error(client.search(created_after="2025-12-10T00:00:00Z")) == (400, "validation_error")
    sandbox.readings(created_takes="datetime")
    assert error(client.search(created_after="2025-12-10")) == (400, "validation_error")


@pytest.mark.parametrize("order", ["newest", "oldest", "name", "shuffled"])
def test_every_order_yields_the_same_contacts(client, sandbox, order):
    plain = client.profiles()
    sandbox.readings(order=order)
    found = client.profiles()
    assert sorted(map(repr, found)) == sorted(map(repr, plain))
    assert (found == plain) is (order == "newest")


def test_swapping_order_moves_neighbours_between_requests(client, sandbox):
    sandbox.readings(order="swapping")
    assert client.search(page_size=25).json() != client.search(page_size=25).json()


def test_counts_follow_the_reading(client, sandbox):
    def counts():
        data = client.search(project_ids=[client.project], page_size=10).json()["data"]
        return data.get("total_count", "absent"), data.get("filtered_count", "absent")

    members = sandbox.counts()["projects"][client.project]
    for reading, expected in {
        "exact": (members, members),
        "total_is_crm": (130, members),
        "filtered_is_page": (members, 10),
        "rounded": (members // 100 * 100, members // 100 * 100),
        "null": (None, None),
        "missing": ("absent", "absent"),
    }.items():
        sandbox.readings(counts=reading)
        assert counts() == expected


def test_projects_page_by_limit_and_offset(client, sandbox):
    ids = list(sandbox.state.world.projects)
    answer = client.get("projects", key="leo_sandbox", limit=2, offset=2).json()
    assert [project["id"] for project in answer["data"]] == ids[2:4]
    assert answer["meta"] == {"total": 5, "limit": 2, "offset": 2, "has_more": True}
    assert client.get("projects", key="leo_sandbox", offset=4).json()["meta"]["has_more"] is False


def test_every_answer_tells_the_budget_and_past_it_comes_429(client, sandbox):
    sandbox.limits("leonar", limit=3, window=3600)
    told = [client.search(page=0) if turn == 1 else client.search() for turn in range(4)]
    assert [answer.status_code for answer in told] == [200, 400, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in told] == ["2", "1", "0", "0"]
    assert len({answer.headers["X-RateLimit-Reset"] for answer in told}) == 1
    assert error(told[3]) == (429, "rate_limit_exceeded")
    assert client.get("projects", key="leo_scopeless").status_code == 403
    sandbox.limits("leonar", limit=3, window=3600, used=2)
    assert [client.search().status_code for _ in range(2)] == [200, 429]
