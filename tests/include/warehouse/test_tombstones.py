from datetime import UTC, datetime

import pytest

from include.contract import BEGINNING, END, Page, Slice, Window
from include.errors import MassDeletion
from include.sources import SOURCES
from include.warehouse.landing import Landing, remember_owners
from include.warehouse.tombstones import holds, tombstone
from tests.ingestion import PROJECTS, candidate, candidates, contact, contacts, rows, tuples

MANY = [candidate(n) for n in range(20)]
LIVE = "select remote_id from recruiting.{} where remote_deleted_at is null order by remote_id::text"
LINKS = "select candidate_id, user_id, remote_deleted_at is null from recruiting.candidate_users"
WINDOW = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


def live(engine, table="candidates"):
    return set(rows(engine, LIVE.format(table)))


def dead(engine, table="candidates"):
    return set(rows(engine, LIVE.format(table).replace("is null", "is not null")))


def without(*ids):
    return [record for record in MANY if record["id"] not in ids]


def test_what_a_complete_refresh_no_longer_holds_is_tombstoned_and_stays(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    counts = ingestion.refresh({"1": without(3, 4)})
    assert counts == {"unchanged": 18, "tombstoned": 2, "unlinked": 2}
    assert dead(engine) == {"3", "4"}
    assert rows(engine, f"{LINKS} where remote_deleted_at is not null order by 1") == [("3", 1, False), ("4", 1, False)]
    query = "select count(*), count(*) filter (where valid_to is null) from recruiting.candidates_history"
    assert rows(engine, query) == [(20, 18)]


def test_a_refresh_that_finds_nothing_gone_writes_no_tuple(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    ingestion.refresh({"1": without(3)})
    with tuples(engine) as written:
        assert ingestion.refresh({"1": without(3)}) == {"unchanged": 19}
    assert written == {}


def test_a_record_that_returns_is_revived_with_its_link_and_a_new_history_entry(engine):
    ingestion = candidates(engine)
    for records in (MANY, without(3), MANY):
        counts = ingestion.refresh({"1": records})
    assert counts == {"unchanged": 19, "revived": 1, "linked": 1}
    assert dead(engine) == set()
    assert rows(engine, f"{LINKS} where candidate_id = '3'") == [("3", 1, True)]
    history = "select valid_to is null from recruiting.candidates_history where remote_id = '3' order by valid_from"
    assert rows(engine, history) == [False, True]


def test_a_candidate_lives_as_long_as_one_user_holds_it(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY, "2": MANY[:5]})
    assert ingestion.refresh({"1": without(3, 7), "2": MANY[:5]})["tombstoned"] == 1
    assert dead(engine) == {"7"}
    assert ingestion.refresh({"1": without(3, 7), "2": [*MANY[:3], MANY[4]]})["tombstoned"] == 1
    assert dead(engine) == {"3", "7"}


def test_a_try_after_one_that_died_tells_what_that_one_did(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    refresh = ingestion.extract(without(3), "1")
    first = tombstone(engine, ingestion.source, [refresh])
    assert first == {"tombstoned": 1, "unlinked": 1}
    with tuples(engine) as written:
        assert tombstone(engine, ingestion.source, [refresh]) == first
    assert written == {}


def test_a_user_that_was_not_read_keeps_its_candidates(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY, "2": MANY[:5]})
    assert ingestion.refresh({"1": without(3)}) == {"unchanged": 19, "unlinked": 1}
    assert dead(engine) == set()
    assert rows(engine, f"{LINKS} where candidate_id = '3' order by 2") == [("3", 1, False), ("3", 2, True)]


@pytest.mark.parametrize(
    "slice",
    [{"complete": False}, {"filters": {"status": "potential"}}, {"window": WINDOW, "strategy": "search"}],
)
def test_what_proves_no_absence_tombstones_nothing(engine, slice):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    assert ingestion.refresh({"1": without(3)}, **slice) == {"unchanged": 19}
    assert dead(engine) == set()


def test_one_partial_owner_does_not_keep_the_others_from_proving(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY, "2": [candidate(n) for n in range(100, 110)]})
    ids = [ingestion.extract(without(3), "1"), ingestion.extract([candidate(100)], "2", complete=False)]
    assert tombstone(engine, ingestion.source, ids) == {"tombstoned": 1, "unlinked": 1}
    assert dead(engine) == {"3"}


@pytest.mark.parametrize(("gone", "refused"), [(3, False), (4, True), (20, True)])
def test_a_fifth_of_the_live_rows_does_not_go_without_asking(engine, gone, refused):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    left = without(*range(gone))
    if refused:
        before = rows(engine, "select * from recruiting.candidates order by remote_id"), rows(engine, LINKS)
        with pytest.raises(MassDeletion, match=f"{gone} of 20 live candidates.*tenant acme"):
            ingestion.refresh({"1": left})
        assert (rows(engine, "select * from recruiting.candidates order by remote_id"), rows(engine, LINKS)) == before
    assert ingestion.refresh({"1": left}, allow_mass_delete=refused)["tombstoned"] == gone
    assert len(live(engine)) == 20 - gone


def test_the_dead_do_not_count_as_live(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    ingestion.refresh({"1": MANY[:10]}, allow_mass_delete=True)
    with pytest.raises(MassDeletion, match="2 of 10 live"):
        ingestion.refresh({"1": MANY[:8]})


def test_a_single_row_may_always_go(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY[:1]})
    assert ingestion.refresh({"1": []})["tombstoned"] == 1


def test_tenants_do_not_bury_each_other(engine):
    for tenant in ("acme", "beta"):
        candidates(engine, tenant).refresh({"1": MANY})
    candidates(engine, "beta").refresh({"1": without(3)})
    assert rows(engine, "select tenant from recruiting.candidates where remote_deleted_at is not null") == ["beta"]


def test_what_a_later_extraction_has_read_is_not_gone(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    refresh = ingestion.extract(without(3), "1")
    ingestion.ingest([MANY[3], candidate(50)], "1", window=WINDOW, strategy="newest")
    assert ingestion.merge(refresh) == {"unchanged": 19}
    assert tombstone(engine, ingestion.source, [refresh]) == {"tombstoned": 0, "unlinked": 0}


def test_what_an_extraction_that_began_before_has_read_since_is_not_gone(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    interval = ingestion.begin("1", window=WINDOW, strategy="search")
    interval.land(1, [Page(2, [MANY[4]], False)])
    refresh = ingestion.extract(without(3, 4))
    interval.land(1, [Page(1, [MANY[3]], False)])
    tombstone(engine, ingestion.source, [refresh])
    assert dead(engine) == {"4"}


def test_an_extraction_that_began_before_the_refresh_does_not_revive(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    slow = ingestion.extract([MANY[3]], "2")
    ingestion.refresh({"1": without(3)})
    counts = ingestion.merge(slow)
    assert counts["stale"] == 1
    assert dead(engine) == {"3"}


PEOPLE = [contact(f"A{n}") for n in range(20)]


def test_a_contact_that_the_whole_crm_no_longer_holds_is_gone(engine):
    ingestion = contacts(engine)
    ingestion.refresh({PROJECTS[0]: PEOPLE}, scope="tenant")
    assert ingestion.refresh({PROJECTS[0]: PEOPLE[1:]}, scope="tenant") == {"unchanged": 19, "tombstoned": 1}
    assert dead(engine, "contacts") == {"A0"}


def test_a_contact_that_left_a_project_is_unlinked_and_lives(engine):
    ingestion = contacts(engine)
    remember_owners(engine, "acme", "leonar", PROJECTS)
    ingestion.refresh({PROJECTS[0]: PEOPLE, PROJECTS[1]: PEOPLE[:5]})
    assert ingestion.refresh({PROJECTS[0]: PEOPLE[1:], PROJECTS[1]: PEOPLE[:5]}) == {"unchanged": 24, "unlinked": 1}
    links = "select project_id from recruiting.contact_projects where contact_id = 'A0'"
    assert rows(engine, links) == [PROJECTS[1]]
    assert dead(engine, "contacts") == set()


def test_a_contact_is_gone_when_every_project_ever_known_was_read_without_it(engine):
    ingestion = contacts(engine)
    remember_owners(engine, "acme", "leonar", PROJECTS)
    ingestion.refresh({PROJECTS[0]: PEOPLE, PROJECTS[1]: PEOPLE[:5]})
    assert ingestion.refresh({PROJECTS[0]: PEOPLE[:-1]}) == {"unchanged": 19, "unlinked": 1}
    assert dead(engine, "contacts") == set()
    counts = ingestion.refresh({PROJECTS[0]: PEOPLE[:-1], PROJECTS[1]: PEOPLE[:5]})
    assert counts == {"unchanged": 24, "tombstoned": 1}
    assert dead(engine, "contacts") == {"A19"}


def test_a_contact_of_no_project_outlives_a_refresh_of_all_projects(engine):
    ingestion = contacts(engine)
    remember_owners(engine, "acme", "leonar", PROJECTS)
    ingestion.refresh({PROJECTS[0]: PEOPLE}, scope="tenant")
    ingestion.refresh({PROJECTS[0]: PEOPLE[:-1], PROJECTS[1]: PEOPLE[:5]})
    assert dead(engine, "contacts") == set()


def test_a_contact_may_be_in_a_project_that_the_run_began_and_did_not_read(engine):
    ingestion = contacts(engine)
    remember_owners(engine, "acme", "leonar", PROJECTS[:1])
    ingestion.refresh({PROJECTS[0]: PEOPLE})
    failing = Slice("leonar", "acme", "leonar_acme", PROJECTS[1])
    run = {"dag_id": "test", "run_id": f"acme-{ingestion.runs + 1}"}
    Landing.open(engine, ingestion.source, failing, **run, map_index=1)
    ingestion.refresh({PROJECTS[0]: PEOPLE[:-1]})
    assert dead(engine, "contacts") == set()


def test_a_run_without_extractions_tombstones_nothing(engine):
    assert tombstone(engine, candidates(engine).source, []) == {"tombstoned": 0, "unlinked": 0}


def test_a_big_refresh_is_quick_while_postgres_has_no_statistics(engine):
    ingestion = candidates(engine)
    many = [candidate(n) for n in range(4_000)]
    ingestion.refresh({"1": many, "2": many})
    with tuples(engine, "seq_tup_read + coalesce(idx_tup_fetch, 0)") as read:
        assert ingestion.refresh({"1": many[50:], "2": many[60:]})["tombstoned"] == 50
    assert sum(read.values()) < 20 * 4_000


def test_what_another_workspace_brought_does_not_outweigh_what_is_gone(engine):
    ingestion = candidates(engine)
    ingestion.refresh({"1": MANY})
    with pytest.raises(MassDeletion, match="20 of 20 live candidates"):
        ingestion.refresh({"1": [candidate(number) for number in range(1000, 1500)]})
    assert dead(engine) == set()


CUT = datetime(2024, 5, 1, tzinfo=UTC)
OLD = {"scope": "tenant", "window": Window(BEGINNING, CUT), "bounds": {"created_before": "2024-05-01"}}
NEW = {"scope": "tenant", "window": Window(CUT, END), "bounds": {"created_after": "2024-05-01"}}


def in_windows(ingestion, old, new):
    """A refresh in two windows, of which one may be left out with ``None``; its extractions and its counts."""
    read = [(records, slice) for records, slice in ((old, OLD), (new, NEW)) if records is not None]
    ids = [ingestion.extract(records, PROJECTS[0], **slice) for records, slice in read]
    for id in ids:
        ingestion.merge(id)
    return ids, tombstone(ingestion.engine, ingestion.source, ids)


def test_a_contact_that_no_window_holds_any_more_is_gone(engine):
    ingestion = contacts(engine)
    in_windows(ingestion, PEOPLE[:10], PEOPLE[10:])
    assert in_windows(ingestion, PEOPLE[1:10], PEOPLE[10:-1])[1] == {"tombstoned": 2, "unlinked": 0}
    assert dead(engine, "contacts") == {"A0", "A19"}


def test_windows_that_hold_what_everything_held_bury_nobody(engine):
    ingestion = contacts(engine)
    ingestion.refresh({PROJECTS[0]: PEOPLE}, scope="tenant")
    with tuples(engine) as written:
        assert in_windows(ingestion, PEOPLE[:12], PEOPLE[10:])[1] == {"tombstoned": 0, "unlinked": 0}
    assert written == {}


def test_windows_that_were_not_all_read_completely_bury_nobody(engine):
    ingestion = contacts(engine)
    in_windows(ingestion, PEOPLE[:10], None)
    ingestion.ingest(PEOPLE[10:], PROJECTS[0], window=WINDOW)
    assert in_windows(ingestion, PEOPLE[1:10], None)[1] == {"tombstoned": 0, "unlinked": 0}
    ingestion.extract(PEOPLE[10:], PROJECTS[0], complete=False, **NEW)
    assert in_windows(ingestion, PEOPLE[1:10], None)[1] == {"tombstoned": 0, "unlinked": 0}
    assert dead(engine, "contacts") == set()


def test_a_refresh_of_some_windows_buries_what_was_not_seen_since_the_oldest_of_the_others_began(engine):
    ingestion = contacts(engine)
    in_windows(ingestion, PEOPLE[:10], PEOPLE[10:])
    # A19 was seen after the older window's reading began, and may have been in that one when it was.
    assert in_windows(ingestion, None, PEOPLE[10:-1])[1]["tombstoned"] == 0
    assert dead(engine, "contacts") == set()
    assert in_windows(ingestion, PEOPLE[1:10], None)[1]["tombstoned"] == 2
    assert dead(engine, "contacts") == {"A0", "A19"}


def test_a_contact_that_moved_from_one_window_to_another_lives(engine):
    ingestion = contacts(engine)
    in_windows(ingestion, PEOPLE[:10], PEOPLE[10:])
    in_windows(ingestion, PEOPLE[:9], PEOPLE[9:])
    in_windows(ingestion, PEOPLE[:9], None)
    assert dead(engine, "contacts") == set()


def test_a_mass_deletion_in_windows_is_held_back(engine):
    ingestion = contacts(engine)
    in_windows(ingestion, PEOPLE[:10], PEOPLE[10:])
    with pytest.raises(MassDeletion, match="4 of 20 live contacts"):
        in_windows(ingestion, PEOPLE[2:10], PEOPLE[10:-2])
    assert dead(engine, "contacts") == set()


def test_everything_at_once_outweighs_windows_of_before(engine):
    ingestion = contacts(engine)
    in_windows(ingestion, PEOPLE[:10], PEOPLE[10:])
    assert ingestion.refresh({PROJECTS[0]: PEOPLE[1:]}, scope="tenant") == {"unchanged": 19, "tombstoned": 1}
    assert in_windows(ingestion, PEOPLE[1:9], None)[1]["tombstoned"] == 0
    assert dead(engine, "contacts") == {"A0"}


def test_a_slice_holds_what_its_owner_or_its_tenant_has_alive(engine):
    ats, crm = candidates(engine), contacts(engine)
    ats.ingest([candidate(1)], "1", window=WINDOW, strategy="search")
    crm.ingest([contact("A")], PROJECTS[0])
    held = [(ats, "1", "owner"), (ats, "2", "owner"), (ats, "1", "tenant"), (crm, PROJECTS[0], "owner")]
    slices = [Slice(one.source.name, "acme", "", owner, scope=scope) for one, owner, scope in held]
    assert [holds(engine, SOURCES[slice.source], slice) for slice in slices] == [True, False, True, True]
    ats.refresh({"1": []}, allow_mass_delete=True)
    assert not holds(engine, ats.source, slices[0])
