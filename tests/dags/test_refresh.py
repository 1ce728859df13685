"""The refresh DAGs, whole, against the sandbox: what the world holds is what Postgres holds."""

import json
import urllib.request

import pytest

from include.fields import linkedin
from include.sandbox.scale import Scale
from tests.dags.conftest import UNTIL

CONTACTS, CANDIDATES = "leonar_contacts_refresh", "recruitsome_candidates_refresh"
REFRESH = {CONTACTS: "contacts", CANDIDATES: "candidates"}


def key_of(contact):
    return contact["profile_id"] or f"crm:{contact['contact_id']}"


def leonar_pages(sandbox, project_id):
    """Every profile, read the plain way: one page after the other."""
    number = 1
    while number:
        body = json.dumps({"project_id": project_id, "page": number, "page_size": 25}).encode()
        headers = {"Authorization": "Bearer leo_sandbox", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{sandbox.url}/api/v1/sourcing/contacts/search", body, headers)
        with urllib.request.urlopen(request) as answer:
            data = json.load(answer)["data"]
        yield from data["profiles"]
        number = data["next_page"]


def test_every_contact_and_every_candidate_arrives_with_children_and_links(run, sandbox, sql):
    for dag_id in REFRESH:
        done = run(dag_id)
        assert done.state == "success", done.log[-3000:]
        assert set(done.tasks.values()) == {"success"}
    world = sandbox.world()
    live = {kind: [one for one in world[kind] if one["live"]] for kind in ("contacts", "candidates")}
    assert sql("select remote_id from recruiting.contacts order by 1") == sorted((key_of(c),) for c in live["contacts"])
    assert {id for (id,) in sql("select remote_id from recruiting.candidates")} == {
        str(candidate["id"]) for candidate in live["candidates"]
    }
    links = {(str(candidate["id"]), user) for candidate in live["candidates"] for user in candidate["users"]}
    assert set(sql("select candidate_id, user_id from recruiting.candidate_users")) == links
    project = min(world["projects"])
    odd = {key_of(c) for c in live["contacts"] if c["odd"]}
    members = {(key_of(c), project) for c in live["contacts"] if project in c["projects"]}
    linked = set(sql("select contact_id, project_id from recruiting.contact_projects"))
    assert linked <= members
    assert {contact for contact, _ in members - linked} <= odd

    for table, field in (
        ("contact_experiences", "experiences"),
        ("contact_educations", "educations"),
        ("contact_skills", "skills"),
    ):
        expected = {}
        for profile in leonar_pages(sandbox, project):
            key = profile.get("profile_id") or f"crm:{profile.get('existing_contact_id')}"
            if key not in odd and profile[field]:
                expected[key] = len(profile[field])
        held = dict(sql(f"select contact_id, count(*)::int from recruiting.{table} group by 1"))
        assert {key: count for key, count in held.items() if key not in odd} == expected


def test_one_person_in_both_systems_has_one_linkedin_id(run, sandbox, sql):
    for dag_id in REFRESH:
        run(dag_id)
    world = sandbox.world()
    both = {
        (str(c["id"]), key_of(world["contacts"][c["contact"]])) for c in world["candidates"] if c["contact"] is not None
    }
    joined = set(
        sql(
            "select candidate.remote_id, contact.remote_id from recruiting.candidates candidate "
            "join recruiting.contacts contact using (tenant, linkedin_id)"
        )
    )
    assert both
    assert both <= joined


@pytest.mark.parametrize("dag_id", REFRESH)
def test_nothing_changed_nothing_written(run, tuples, sandbox, dag_id):
    run(dag_id)
    before = tuples()
    sandbox.forget()
    again = run(dag_id)
    assert again.state == "success"
    assert tuples() == before
    reads = [
        request for request in sandbox.requests() if request["path"] in ("/sourcing/contacts/search", "/candidates")
    ]
    pages = {(request["owner"], request["page"]) for request in reads}
    assert len(reads) == len(pages)


@pytest.mark.parametrize("dag_id", REFRESH)
def test_what_changed_is_written_and_what_was_is_history(run, sql, sandbox, dag_id):
    kind = REFRESH[dag_id]
    run(dag_id)
    changed = [one["index"] for one in sandbox.world()[kind] if one["live"] and not one["odd"]][:7]
    sandbox.change(kind, indices=changed)
    run(dag_id)
    history = f"select count(*)::int, count(distinct remote_id)::int from recruiting.{kind}_history"
    assert sql(f"{history} where valid_to is not null") == [(7, 7)]
    assert sql(f"select count(*)::int from recruiting.{kind} where changed_at > first_seen_at") == [(7,)]


@pytest.mark.parametrize("dag_id", REFRESH)
def test_what_is_gone_is_tombstoned_and_what_is_new_arrives(run, sql, sandbox, dag_id):
    kind = REFRESH[dag_id]
    run(dag_id)
    sandbox.delete(kind, 5)
    sandbox.insert(kind, 3)
    assert run(dag_id).state == "success"
    live = f"select count(*)::int from recruiting.{kind} where remote_deleted_at is"
    assert sql(f"{live} not null") == [(5,)]
    assert sql(f"{live} null") == [(sandbox.counts()[f"live_{kind}"],)]


def test_a_mass_deletion_fails_publish_with_the_numbers_until_it_is_allowed(run, sql, sandbox):
    run(CANDIDATES)
    sandbox.delete("candidates", 120)
    held_back = run(CANDIDATES)
    assert held_back.state == "failed"
    assert {task for task, state in held_back.tasks.items() if state == "failed"} == {"publish"}
    assert "120 of 420" in held_back.log
    assert "allow_mass_delete" in held_back.log
    assert sql("select count(*)::int from recruiting.candidate_users where remote_deleted_at is not null") == [(0,)]
    assert sql("select count(*)::int from recruiting.candidates_history where valid_to is not null") == [(0,)]
    assert run(CANDIDATES, allow_mass_delete=True).state == "success"
    assert sql("select count(*)::int from recruiting.candidates where remote_deleted_at is not null") == [(120,)]


@pytest.mark.parametrize(
    ("dag_id", "filters"), [(CONTACTS, {"first_name": "Zzyzx"}), (CANDIDATES, {"status": "employee"})]
)
def test_a_run_narrowed_by_a_filter_tombstones_nothing(run, sql, sandbox, dag_id, filters):
    run(dag_id)
    assert run(dag_id, filters=filters).state == "success"
    assert sql(f"select count(*)::int from recruiting.{REFRESH[dag_id]} where remote_deleted_at is not null") == [(0,)]


def test_the_candidates_of_a_user_who_left_are_still_there(run, sql, sandbox):
    run(CANDIDATES)
    sandbox.leave(2)
    sandbox.forget()
    assert run(CANDIDATES).state == "success"
    assert "2" in {str(request["owner"]) for request in sandbox.requests("recruitsome", "/candidates")}
    assert sql("select count(*)::int from recruiting.candidates where remote_deleted_at is not null") == [(0,)]


def test_configured_projects_are_read_one_by_one_with_their_members(run, sql, sandbox, connect):
    world = sandbox.world()
    chosen = sorted(world["projects"])[:2]
    connect("leonar_default", project_ids=",".join(chosen))
    done = run(CONTACTS)
    assert done.state == "success"
    assert len([task for task in done.tasks if task.startswith("ingest.extract")]) == 2
    plain = [contact for contact in world["contacts"] if contact["live"] and not contact["odd"]]
    members = {(key_of(contact), project) for contact in plain for project in contact["projects"] if project in chosen}
    linked = set(sql("select contact_id, project_id from recruiting.contact_projects"))
    assert members <= linked
    assert {project for _, project in linked} == set(chosen)


def test_a_crm_contact_id_once_told_is_kept_when_another_project_does_not_tell(run, sql, tuples, sandbox, connect):
    projects = sorted(sandbox.world()["projects"])
    connect("leonar_default", project_ids=projects[1:])
    run(CONTACTS)
    told = sql("select remote_id, crm_contact_id from recruiting.contacts where crm_contact_id is not null")
    connect("leonar_default")
    run(CONTACTS)
    before = tuples()
    run(CONTACTS, project_ids=projects[1:])
    run(CONTACTS)
    assert tuples() == before
    assert set(told) <= set(sql("select remote_id, crm_contact_id from recruiting.contacts"))


def test_tenants_do_not_mix(run, sql, sandbox, connect):
    connect("recruitsome_acme")
    run(CANDIDATES)
    run(CANDIDATES, conn_id="recruitsome_acme")
    counts = dict(sql("select tenant, count(*)::int from recruiting.candidates group by 1"))
    assert counts == {"default": 420, "acme": 420}


def test_odd_fields_are_issues_that_never_quote_the_value(run, sql, sandbox):
    run(CONTACTS)
    run(CANDIDATES)
    odd = [one for kind in ("contacts", "candidates") for one in sandbox.world()[kind] if one["odd"]]
    assert odd
    reasons = {reason for (reason,) in sql("select distinct reason from ingest.issues")}
    bodies = "".join(body for (body,) in sql("select body::text from ingest.records"))
    assert reasons
    assert not {reason for reason in reasons if f'"{reason}"' in bodies}


def test_canonical_linkedin_ids_are_stable(run, sql, sandbox):
    run(CANDIDATES)
    for url, id in sql("select linkedin_url, linkedin_id from recruiting.candidates where linkedin_id is not null"):
        assert linkedin(url)[0] == id


@pytest.mark.parametrize("scale", [Scale(contacts=300, candidates=20, days=20, odd=0.5, until=UNTIL)], ids=["odd"])
def test_the_receipt_tells_how_records_differ_from_the_vendors_page(run, sandbox, sql):
    done = run(CONTACTS)
    ((drift,),) = sql("select drift from ingest.extractions")
    profiles = list(leonar_pages(sandbox, min(sandbox.world()["projects"])))
    assert drift["records"] == len(profiles) == 300
    assert drift["unknown"] == {"pronouns": sum("pronouns" in profile for profile in profiles)}
    for field in ("summary", "skills", "current_job", "location", "already_in_project"):
        assert drift["missing"][field] == sum(field not in profile for profile in profiles) > 0
    assert drift["changed"]["first_name: number"] == sum(type(profile["first_name"]) is int for profile in profiles)
    assert f"Schema drift in 300 records: unknown pronouns ({drift['unknown']['pronouns']})" in done.log
