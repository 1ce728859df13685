"""The interval DAGs: what was created in the data interval, and (guard days apart) nothing else."""

from datetime import datetime, timedelta

import pytest

from tests.dags.conftest import UNTIL
from tests.dags.test_refresh import key_of

INTERVAL = {"leonar_contacts": "contacts", "recruitsome_candidates": "candidates"}
DAY = timedelta(days=1)


def created(world, kind, start, end):
    of = {"contacts": key_of, "candidates": lambda candidate: str(candidate["id"])}[kind]
    return {of(one) for one in world[kind] if one["live"] and start <= datetime.fromisoformat(one["created_at"]) < end}


def held(sql, kind):
    return {id for (id,) in sql(f"select remote_id from recruiting.{kind}")}


@pytest.mark.parametrize("dag_id", INTERVAL)
@pytest.mark.parametrize("days_ago", [1, 9])
def test_a_day_holds_what_was_created_in_it(run, sql, sandbox, dag_id, days_ago):
    kind, end = INTERVAL[dag_id], UNTIL - (days_ago - 1) * DAY
    done = run(dag_id, created_from=(end - DAY).isoformat(), created_before=end.isoformat())
    assert done.state == "success", done.log[-3000:]
    world = sandbox.world()
    plain = {kind: [one for one in world[kind] if not one["odd"]]}
    wanted = created(plain, kind, end - DAY, end)
    guard = DAY if kind == "contacts" else timedelta()
    assert wanted
    assert wanted <= held(sql, kind) <= created(world, kind, end - DAY - 2 * guard, end + guard)


@pytest.mark.parametrize("dag_id", INTERVAL)
def test_days_read_again_change_nothing(run, tuples, sandbox, dag_id):
    days = [UNTIL - number * DAY for number in (5, 4, 3)]
    for day in days:
        run(dag_id, logical_date=day + timedelta(hours=1))
    before = tuples()
    for day in days:
        assert run(dag_id, logical_date=day + timedelta(hours=2)).state == "success"
    assert tuples() == before


def test_a_run_with_a_logical_date_takes_the_last_interval_before_it(run, sql, sandbox):
    run("recruitsome_candidates", logical_date=UNTIL + timedelta(hours=3))
    dates = sql("select min(remote_created_at), max(remote_created_at) from recruiting.candidates")[0]
    assert UNTIL - DAY <= min(dates) <= max(dates) < UNTIL


def test_a_window_without_anything_is_green_and_empty(run, sql):
    done = run("recruitsome_candidates", created_from="2001-01-01", created_before="2001-01-02")
    assert done.state == "success"
    assert held(sql, "candidates") == set()


def test_leonar_is_sent_dates_with_guard_days_on_each_side(run, sandbox):
    run("leonar_contacts", created_from="2026-11-10", created_before="2026-11-11T06:00:00Z")
    bodies = [request["body"] for request in sandbox.requests("leonar", "/sourcing/contacts/search")]
    assert {(body["created_after"], body["created_before"]) for body in bodies} == {("2026-11-08", "2026-11-13")}
    assert {body["page_size"] for body in bodies} == {25}


LEONAR_FILTERS = {
    "job_titles": ["Engineer"],
    "companies": ["Acme"],
    "locations": {"cities": ["Paris"], "states": ["Île-de-France"], "countries": ["France"]},
    "keywords": ["python"],
    "skills": ["SQL"],
    "first_name": "Anna",
    "last_name": "Bos",
    "full_name": "Anna Bos",
    "contact_types": ["candidate", "lead"],
    "tags": ["vip"],
    "project_ids": ["3c90c3cc-0d44-4b50-8888-8dd25736052a"],
    "sequence_ids": ["3c90c3cc-0d44-4b50-8888-8dd25736052b"],
    "stage_ids": ["3c90c3cc-0d44-4b50-8888-8dd25736052c"],
    "stage_categories": ["sourced", "hired"],
    "created_after": "2026-10-01",
    "created_before": "2026-11-01",
}
RECRUITSOME_FILTERS = {
    "email": "anna@example.com",
    "search": "anna",
    "status": "potential",
    "sort": "last_name",
    "sort_direction": "asc",
}


@pytest.mark.parametrize("dag_id", ["leonar_contacts", "leonar_contacts_refresh"])
def test_every_filter_of_leonar_reaches_the_wire(run, sandbox, dag_id):
    assert run(dag_id, filters=LEONAR_FILTERS).state == "success"
    (body, *_) = [request["body"] for request in sandbox.requests("leonar", "/sourcing/contacts/search")]
    assert {name: body.get(name) for name in LEONAR_FILTERS} == LEONAR_FILTERS


@pytest.mark.parametrize("dag_id", ["recruitsome_candidates", "recruitsome_candidates_refresh"])
def test_every_filter_of_recruitsome_reaches_the_wire(run, sandbox, connect, dag_id):
    connect("recruitsome_default", user_ids=[1], filters={"status": "employee", "email": "anna@example.com"})
    assert run(dag_id, filters={**RECRUITSOME_FILTERS, "email": "bob@example.com"}).state == "success"
    (query, *_) = [request["query"] for request in sandbox.requests("recruitsome", "/candidates")]
    assert {name: query.get(name) for name in RECRUITSOME_FILTERS} == {
        **RECRUITSOME_FILTERS,
        "email": "bob@example.com",
    }
