import time

import httpx
import pytest

from include.sandbox.trouble import Rule

SEARCH = {"path": "/contacts/search"}


def test_a_rule_acts_after_every_and_times_as_told():
    rule = Rule.parse({"effect": "status", "value": 500, "after": 2, "every": 3, "times": 2})
    acted = [rule.due("leonar", "/x", None, 1) for _ in range(15)]
    assert [turn for turn, due in enumerate(acted, 1) if due] == [5, 8]


def test_a_rule_acts_only_on_what_it_matches():
    rule = Rule.parse({"effect": "reset", "vendor": "leonar", "path": "/search", "owner": "p", "pages": [2, 4]})
    assert rule.due("leonar", "/contacts/search", "p", 4)
    assert not rule.due("recruitsome", "/contacts/search", "p", 4)
    assert not rule.due("leonar", "/projects", "p", 4)
    assert not rule.due("leonar", "/contacts/search", "q", 4)
    assert not rule.due("leonar", "/contacts/search", "p", 3)


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ({"effect": "explode"}, "no such effect"),
        ({"value": 1}, "no such effect"),
        ({"effect": "status"}, "status wants a whole number"),
        ({"effect": "latency", "value": "long"}, "latency wants seconds"),
        ({"effect": "totals", "value": "many"}, "totals wants"),
        ({"effect": "endless", "value": True}, "endless is"),
        ({"effect": "empty", "every": 0}, "every wants"),
        ({"effect": "empty", "page": 1}, "a rule has no page"),
    ],
)
def test_a_rule_with_an_unknown_word_is_refused(client, plain, message):
    with pytest.raises(ValueError, match=message):
        Rule.parse(plain)
    assert client.http.put("/sandbox/trouble", json=[plain]).status_code == 400


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_an_ordered_error_looks_like_the_vendors_and_passes(client, sandbox, status):
    sandbox.trouble([{"effect": "status", "value": status, "retry_after": 3, "times": 2}])
    leonar, recruitsome = client.search(), client.get("candidates", user_id=1)
    assert leonar.status_code == recruitsome.status_code == status
    if status == 502:
        assert "<h1>502 Bad Gateway</h1>" in leonar.text
        assert leonar.headers["Content-Type"] == "text/html"
    else:
        assert set(leonar.json()) == {"error"}
        assert set(recruitsome.json()) == {"message"}
    if status == 503:
        assert leonar.headers["Retry-After"] == "3"
    if status == 429:
        assert recruitsome.headers["Retry-After"] == "3"
        assert leonar.headers["X-RateLimit-Remaining"] == "0"
        assert 1 <= int(leonar.headers["X-RateLimit-Reset"]) - time.time() <= 4
    assert client.search().status_code == client.get("candidates", user_id=1).status_code == 200


def test_a_reset_and_a_truncated_body_break_the_connection(client, sandbox):
    sandbox.trouble([{"effect": "reset", "times": 1}, {"effect": "truncate", "after": 1, "times": 1}])
    with pytest.raises(httpx.ReadError):
        client.search()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        client.search()
    assert client.search().status_code == 200
    assert [entry["status"] for entry in sandbox.requests()] == [None, 200, 200]
    assert [entry["trouble"] for entry in sandbox.requests()] == [["reset"], ["truncate"], []]


def test_a_malformed_body_is_whole_and_not_json(client, sandbox):
    sandbox.trouble([{"effect": "malformed", "times": 1}])
    answer = client.get("candidates", user_id=1)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
        answer.json()


@pytest.mark.parametrize("effect", ["latency", "stall"])
def test_a_silence_outlasts_a_clients_patience(client, sandbox, effect):
    sandbox.trouble([{"effect": effect, "value": 2, "times": 1}])
    client.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        client.search()
    sandbox.trouble([{"effect": effect, "value": 0.01}])
    client.http.timeout = httpx.Timeout(5)
    assert client.search().json()["data"]["total_count"] == 130


def test_totals_lie_by_a_number_or_by_a_difference(client, sandbox):
    total = sandbox.counts()["users"]["1"]
    for value, leonar, recruitsome in ((7, 7, 7), ("+3", 133, total + 3), ("-1", 129, total - 1)):
        sandbox.trouble([{"effect": "totals", "value": value}])
        data = client.search(page_size=25).json()["data"]
        assert (data["total_count"], data["filtered_count"], len(data["profiles"])) == (leonar, leonar, 25)
        meta = client.get("candidates", user_id=1).json()["meta"]
        assert (meta["total"], meta["to"]) == (recruitsome, 20)


def test_an_endless_answer_never_says_that_it_is_over(client, sandbox):
    sandbox.trouble([{"effect": "endless", "value": "empty"}])
    past = client.search(page_size=25, page=99).json()["data"]
    assert (past["profiles"], past["next_page"], past["has_more"]) == ([], 100, True)
    far = client.get("candidates", user_id=1, page=99).json()
    assert far["data"] == []
    assert far["links"]["next"].endswith("page=100")
    assert far["meta"]["last_page"] == 100
    last = client.search(page_size=25, page=6).json()["data"]["profiles"]
    sandbox.trouble([{"effect": "endless", "value": "repeat"}])
    again = client.search(page_size=25, page=99).json()["data"]
    assert (again["profiles"], again["has_more"]) == (last, True)


def test_an_empty_or_half_page_in_the_middle_hides_rows_and_tells_the_next(client, sandbox):
    whole = client.search(page_size=20, page=2).json()["data"]["profiles"]
    sandbox.trouble([{"effect": "empty", "pages": [2]}])
    assert len(client.search(page_size=20, page=1).json()["data"]["profiles"]) == 20
    empty = client.search(page_size=20, page=2).json()["data"]
    assert (empty["profiles"], empty["next_page"]) == ([], 3)
    sandbox.trouble([{"effect": "half", "pages": [2]}])
    assert client.search(page_size=20, page=2).json()["data"]["profiles"] == whole[:10]


def test_rows_come_and_go_while_one_reads(client, sandbox):
    sandbox.trouble(
        [{"effect": "insert", "value": 1, "every": 2, **SEARCH}, {"effect": "delete", "value": 2, "times": 1}]
    )
    totals = [client.search().json()["data"]["total_count"] for _ in range(4)]
    assert totals == [128, 129, 129, 130]
    assert sandbox.counts()["live_candidates"] == 260
    sandbox.trouble([{"effect": "change", "value": 5, "times": 1}])
    client.search()
    assert sum(entry["changed"] for entry in sandbox.world()["contacts"]) == 5


def test_the_control_api_says_and_does_what_the_methods_do(client, sandbox):
    http = client.http
    client.search(page=2)
    client.get("candidates", user_id=3, page=4)
    client.get("team")
    log = http.get("/sandbox/requests").json()
    assert log == sandbox.requests()
    assert [(one["number"], one["vendor"], one["page"], one["status"]) for one in log] == [
        (1, "leonar", 2, 200),
        (2, "recruitsome", 4, 200),
        (3, "recruitsome", 1, 200),
    ]
    assert [one["owner"] for one in log] == [client.project, "3", None]
    assert log[0]["body"] == {"project_id": client.project, "page": 2}
    assert log[1]["query"] == {"user_id": "3", "page": "4"}
    assert len(http.get("/sandbox/requests", params={"path": "/team"}).json()) == 1
    http.delete("/sandbox/requests")
    assert http.get("/sandbox/requests").json() == []
    world = http.get("/sandbox/world").json()
    assert (len(world["contacts"]), len(world["candidates"])) == (130, 260)
    assert sum(client.project in entry["projects"] for entry in world["contacts"]) == world["projects"][client.project]
    (new,) = http.post("/sandbox/insert", json={"kind": "contacts", "owners": [client.project]}).json()
    assert new["projects"] == [client.project]
    (changed,) = http.post(
        "/sandbox/change", json={"kind": "contacts", "indices": [new["index"]], "fields": {"headline": "Changed"}}
    ).json()
    assert changed["changed"] == 1
    assert client.search().json()["data"]["profiles"][0]["headline"] == "Changed"
    assert len(http.post("/sandbox/delete", json={"kind": "candidates", "n": 3}).json()) == 3
    assert http.post("/sandbox/leave", json={"user_id": 4}).json()["left"] == [4]
    assert http.put("/sandbox/limits", json={"vendor": "leonar", "limit": 0, "window": 9}).status_code == 200
    assert client.search().status_code == 429
    assert http.put("/sandbox/readings", json={"order": "random"}).status_code == 400
    assert http.put("/sandbox/readings", json={"ties": "swapping"}).json()["ties"] == "swapping"
    assert http.post("/sandbox/delete", json={"kind": "contacts", "indices": [9999]}).status_code == 400
