"""Older never wins over newer, in whichever order extractions are merged: every case of it, in tables."""

from datetime import UTC, datetime
from itertools import permutations, product

import pytest

from include.contract import Window
from include.warehouse.landing import remember_owners
from include.warehouse.tombstones import tombstone
from tests.agreement import differing, due, held
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows

MISSING = object()
OLDER, NEWER = "2024-02-01T00:00:00Z", "2024-02-02T00:00:00+00:00"
SAID = {"older": OLDER, "newer": NEWER, "null": None, "missing": MISSING}
ORDERS = list(permutations(range(3)))
WINDOW = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


def saying(id, updated_at, slug):
    record = candidate(id, slug=slug, updated_at=updated_at)
    if updated_at is MISSING:
        del record["updated_at"]
    return record


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "out of order"])
def test_the_newer_remote_updated_at_wins_and_where_it_does_not_tell_the_later_extraction(engine, order):
    """Equal, null on either side or on both, missing: the same in either order of merging."""
    ingestion = candidates(engine)
    cases = list(product(SAID, SAID))
    ids = [
        ingestion.extract([saying(n, SAID[case[place]], name) for n, case in enumerate(cases)])
        for place, name in enumerate(("earlier", "later"))
    ]
    for place in order:
        ingestion.merge(ids[place])
    won = dict(rows(engine, "select remote_id, slug from recruiting.candidates"))
    told = dict.fromkeys(cases, "later") | {("newer", "older"): "earlier"}
    assert {case: won[str(n)] for n, case in enumerate(cases)} == told
    held(engine, ingestion.source, "acme")


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_the_latest_of_three_states_wins_even_if_it_is_the_first_again(engine, order):
    ingestion = contacts(engine)
    cases = list(product(["A", "B", "C"], repeat=3))
    states = [
        [contact(f"P{n}", headline=case[place], skills=[case[place]]) for n, case in enumerate(cases)]
        for place in range(3)
    ]
    ids = [ingestion.extract(state, PROJECTS[0]) for state in states]
    for place in order:
        ingestion.merge(ids[place])
    assert differing(held(engine, ingestion.source, "acme"), due(ingestion.source, {PROJECTS[0]: states[-1]})) == {}


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_a_link_is_as_the_latest_extraction_that_tells_says(engine, order):
    ingestion = contacts(engine)
    cases = list(product([True, False, None], repeat=3))
    ids = [
        ingestion.extract(
            [contact(f"P{n}", already_in_project=case[place]) for n, case in enumerate(cases)], PROJECTS[0]
        )
        for place in range(3)
    ]
    for place in order:
        ingestion.merge(ids[place])
    told = {n: [said for said in case if said is not None] for n, case in enumerate(cases)}
    linked = {f"P{n}" for n, said in told.items() if said and said[-1]}
    found = rows(engine, "select contact_id from recruiting.contact_projects")
    assert {n: cases[int(n[1:])] for n in set(found) ^ linked} == {}


def interleavings(*runs):
    """Every order of these runs' steps in which each run keeps its own."""
    if not any(runs):
        yield ()
    for n, run in enumerate(runs):
        if run:
            for rest in interleavings(*runs[:n], run[1:], *runs[n + 1 :]):
                yield (run[0], *rest)


REFRESH, INTERVAL = ("merge", "tombstone"), ("merge",)
TOGETHER = {
    "two refreshes": (REFRESH, REFRESH),
    "an interval, then a refresh": (INTERVAL, REFRESH),
    "an interval between two refreshes": (REFRESH, INTERVAL, REFRESH),
}


@pytest.mark.parametrize("kinds", TOGETHER.values(), ids=TOGETHER)
@pytest.mark.parametrize("make", [candidates, contacts])
def test_what_the_latest_refresh_does_not_hold_is_gone_and_what_it_holds_lives(engine, make, kinds):
    """Records known before or not, deleted, returned or new between the extractions; every order of the steps."""
    record, owner, slice = (candidate, "1", {}) if make is candidates else (contact, PROJECTS[0], {"scope": "tenant"})
    interval = {**slice, "window": WINDOW, "strategy": "search" if make is candidates else "all"}
    cases = list(product([True, False], repeat=1 + len(kinds)))
    states = [[record(str(n)) for n, case in enumerate(cases) if case[place]] for place in range(1 + len(kinds))]
    right = due(make(engine).source, {owner: states[-1]})
    wrong = {}
    runs = [[f"{step} {place}" for step in steps] for place, steps in enumerate(kinds, start=1)]
    for number, order in enumerate(interleavings(*runs)):
        ingestion = make(engine, f"tenant-{number}")
        ingestion.refresh({owner: states[0]}, **slice)
        reads = zip(kinds, states[1:], strict=True)
        ids = [
            0,
            *(ingestion.extract(state, owner, **(slice if kind is REFRESH else interval)) for kind, state in reads),
        ]
        for step in order:
            kind, place = step.split()
            if kind == "merge":
                ingestion.merge(ids[int(place)])
            else:
                tombstone(engine, ingestion.source, [ids[int(place)]], allow_mass_delete=True)
        found = differing(held(engine, ingestion.source, ingestion.tenant), right)
        if found:
            wrong[order] = {cases[int(id)]: what for id, what in found.items()}
    assert wrong == {}


@pytest.mark.parametrize("order", ["merge first", "tombstone first"])
def test_a_link_that_a_later_reading_of_the_whole_crm_told_does_not_end(engine, order):
    """A contact joins a project after the project's own refresh read it, and an interval finds it there."""
    ingestion = contacts(engine)
    remember_owners(engine, "acme", "leonar", PROJECTS)
    ingestion.refresh({PROJECTS[0]: [contact("A")]})
    project = ingestion.extract([contact("A")], PROJECTS[0])
    whole = ingestion.extract([contact("A"), contact("B")], PROJECTS[0], scope="tenant", window=WINDOW)
    ingestion.merge(project)
    if order == "merge first":
        ingestion.merge(whole)
    tombstone(engine, ingestion.source, [project])
    if order == "tombstone first":
        ingestion.merge(whole)
    assert rows(engine, "select contact_id from recruiting.contact_projects order by 1") == ["A", "B"]


def test_a_link_that_a_later_refresh_ended_does_not_return_nor_end_again(engine):
    """Of a candidate with two users, where the link keeps its row."""
    ingestion = candidates(engine)
    both = [candidate(n) for n in range(10)]
    ingestion.refresh({"1": both, "2": both})
    earlier = [ingestion.extract(both, "1"), ingestion.extract(both[1:], "2")]
    ingestion.refresh({"1": both[1:], "2": both})
    for id in earlier:
        ingestion.merge(id)
    tombstone(engine, ingestion.source, earlier)
    live = "select user_id from recruiting.candidate_users where candidate_id = '0' and remote_deleted_at is null"
    assert rows(engine, live) == [2]
    held(engine, ingestion.source, "acme")


@pytest.mark.parametrize("updated_at", SAID.values(), ids=SAID)
def test_a_returned_record_is_revived_by_a_later_extraction_alone_whatever_it_says(engine, updated_at):
    ingestion = candidates(engine)
    ingestion.refresh({"1": [saying(1, "2024-02-01T12:00:00Z", "known")]})
    earlier = ingestion.extract([saying(1, updated_at, "earlier")])
    ingestion.refresh({"1": []})
    assert ingestion.merge(earlier) == {"stale": 1}
    assert differing(held(engine, ingestion.source, "acme"), due(ingestion.source, {})) == {}
    returned = saying(1, updated_at, "returned")
    assert ingestion.ingest([returned]) == {"revived": 1, "linked": 1}
    assert differing(held(engine, ingestion.source, "acme"), due(ingestion.source, {"1": [returned]})) == {}
