import pytest


def refusal(answer):
    return answer.status_code, answer.json()["message"]


def test_a_user_sees_exactly_the_own_candidates(client, sandbox):
    truth = sandbox.world()["candidates"]
    for user in sandbox.state.world.users:
        mine = {entry["id"] for entry in truth if user in entry["users"]}
        found = [candidate["id"] for candidate in client.candidates(user)]
        assert len(found) == len(set(found))
        assert set(found) == mine
    assert sum(len(entry["users"]) > 1 for entry in truth) > 50


def test_a_page_has_every_field_of_a_laravel_paginator(client, sandbox):
    total = sandbox.counts()["users"]["1"]
    path = f"{sandbox.url}/api/v1/candidates"
    page = client.get("candidates", user_id=1, per_page=20, page=2).json()
    last = -(-total // 20)
    assert page["meta"] == {
        "current_page": 2,
        "from": 21,
        "last_page": last,
        "path": path,
        "per_page": 20,
        "to": 40,
        "total": total,
    }
    assert page["links"] == {
        "first": f"{path}?page=1",
        "last": f"{path}?page={last}",
        "prev": f"{path}?page=1",
        "next": f"{path}?page=3",
    }
    past = client.get("candidates", user_id=1, page=last + 1).json()
    assert past["data"] == []
    assert (past["meta"]["from"], past["meta"]["to"], past["links"]["next"]) == (None, None, None)
    assert past["meta"]["total"] == total


def test_links_carry_the_query_where_the_reading_says_so(client, sandbox):
    sandbox.readings(links="query")
    links = client.get("candidates", user_id=1, sort="email").json()["links"]
    assert links["next"].endswith("?user_id=1&sort=email&page=2")


@pytest.mark.parametrize("sort", ["created_at", "first_name", "last_name", "email"])
def test_every_sort_orders_both_ways(client, sandbox, sort):
    sandbox.state.world.odd["candidates"].clear()
    for direction, backwards in (("asc", False), ("desc", True)):
        values = [one[sort].casefold() for one in client.candidates(sort=sort, sort_direction=direction)]
        assert values == sorted(values, reverse=backwards)


def test_newest_first_is_the_default(client):
    assert client.candidates() == client.candidates(sort="created_at", sort_direction="desc")


def test_ties_swap_where_the_reading_says_so_and_nothing_else_does(client, sandbox):
    sandbox.state.world.odd["candidates"].clear()
    whole = {"user_id": 1, "per_page": 100}
    assert client.get("candidates", **whole).json() == client.get("candidates", **whole).json()
    sandbox.readings(ties="swapping")
    one, other = (client.get("candidates", **whole).json()["data"] for _ in range(2))
    assert one != other
    assert [candidate["created_at"] for candidate in one] == [candidate["created_at"] for candidate in other]


def test_filters_find_exactly_those_that_hold(client, sandbox):
    sandbox.state.world.odd["candidates"].clear()
    everyone = client.candidates()
    someone = everyone[7]
    assert client.candidates(email=someone["email"]) == [someone]
    assert client.candidates(email=someone["email"].upper()) == []
    employees = [one for one in everyone if one["status"]["value"] == "employee"]
    assert client.candidates(status="employee") == employees
    assert employees
    named = [
        one
        for one in everyone
        if any("AN".casefold() in one[part].casefold() for part in ("first_name", "last_name", "email"))
    ]
    assert client.candidates(search="AN") == named
    assert 0 < len(named) < len(everyone)


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ({}, {"user_id": ["The user id field is required."]}),
        ({"user_id": "me"}, {"user_id": ["The user id field must be an integer."]}),
        ({"user_id": 1, "page": 0}, {"page": ["The page field must be at least 1."]}),
        ({"user_id": 1, "per_page": 101}, {"per_page": ["The per page field must not be greater than 100."]}),
        ({"user_id": 1, "status": "gone"}, {"status": ["The selected status is invalid."]}),
        ({"user_id": 1, "sort": "updated_at"}, {"sort": ["The selected sort is invalid."]}),
        ({"user_id": 1, "sort_direction": "up"}, {"sort_direction": ["The selected sort direction is invalid."]}),
    ],
)
def test_a_bad_parameter_is_422_and_named(client, query, errors):
    answer = client.get("candidates", **query)
    assert answer.status_code == 422
    assert answer.json() == {"message": next(iter(errors.values()))[0], "errors": errors}


def test_several_errors_are_counted_in_the_message(client):
    answer = client.get("candidates", page=0, per_page=0)
    assert refusal(answer) == (422, "The user id field is required. (and 2 more errors)")
    assert set(answer.json()["errors"]) == {"user_id", "page", "per_page"}


def test_other_refusals_are_the_vendors_own(client):
    assert refusal(client.get("candidates", key=None)) == (401, "Unauthenticated.")
    assert refusal(client.get("health", key="leo_sandbox")) == (401, "Unauthenticated.")
    denied = client.get("candidates", key="recruitsome_scopeless", user_id=1)
    assert (denied.status_code, denied.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
    assert client.get("candidates", user_id=99).status_code == 404
    assert client.get("nothing").status_code == 404
    assert (
        client.http.delete("/api/v1/team", headers={"Authorization": "Bearer recruitsome_sandbox"}).status_code == 405
    )


def test_health_wants_a_key_unless_the_reading_says_otherwise(client, sandbox):
    assert client.get("health", key="recruitsome_scopeless").status_code == 200
    assert client.get("health", key=None).status_code == 401
    sandbox.readings(health="open")
    assert client.get("health", key=None).status_code == 200


@pytest.mark.parametrize(
    ("reading", "status", "rows"), [("readable", 200, True), ("empty", 200, False), ("missing", 404, False)]
)
def test_who_leaves_is_off_the_team_and_the_repository_follows_the_reading(client, sandbox, reading, status, rows):
    assert [user["id"] for user in client.get("team").json()["data"]] == [1, 2, 3, 4]
    sandbox.leave(2)
    sandbox.readings(leavers=reading)
    assert [user["id"] for user in client.get("team").json()["data"]] == [1, 3, 4]
    answer = client.get("candidates", user_id=2)
    assert (answer.status_code, bool(answer.json().get("data"))) == (status, rows)


def test_deleted_candidates_stop_appearing_and_unlinked_ones_only_with_that_user(client, sandbox):
    shared = next(entry for entry in sandbox.world()["candidates"] if {1, 2} <= set(entry["users"]))
    sandbox.delete("candidates", indices=[shared["index"]], owner=1)
    assert shared["id"] not in [one["id"] for one in client.candidates(1)]
    assert shared["id"] in [one["id"] for one in client.candidates(2)]
    assert sandbox.delete("candidates", indices=[shared["index"]])[0]["live"] is False
    assert shared["id"] not in [one["id"] for one in client.candidates(2)]


def test_inserted_candidates_are_the_newest_or_as_old_as_asked(client, sandbox):
    (new,) = sandbox.insert("candidates", owners=[1])
    assert client.candidates(1)[0]["id"] == new["id"]
    (old,) = sandbox.insert("candidates", owners=[1], created_at="2020-01-01T00:00:00Z")
    assert client.candidates(1)[-1]["id"] == old["id"]
    assert client.candidates(1)[-1]["created_at"] == "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("reading", "told", "refused"),
    [
        (
            "laravel",
            {"X-RateLimit-Limit", "X-RateLimit-Remaining"},
            {"Retry-After", "X-RateLimit-Limit", "X-RateLimit-Reset"},
        ),
        ("retry_after", set(), {"Retry-After"}),
        ("reset", set(), {"X-RateLimit-Reset"}),
        ("none", set(), set()),
    ],
)
def test_rate_limit_headers_follow_the_reading(client, sandbox, reading, told, refused):
    def rate_headers(answer):
        names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After")
        return {name for name in names if name in answer.headers}

    sandbox.readings(rate_headers=reading)
    sandbox.limits("recruitsome", limit=1, window=60)
    assert rate_headers(client.get("team")) == told
    denied = client.get("team")
    assert refusal(denied) == (429, "Too Many Requests")
    assert refused <= rate_headers(denied)
    assert rate_headers(denied) <= told | refused
