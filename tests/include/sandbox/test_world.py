import json
from dataclasses import replace
from urllib.parse import unquote

import phonenumbers
import pytest

from include.sandbox import odd
from include.sandbox.people import person
from include.sandbox.scale import Scale
from include.sandbox.shelf import Shelf, dump
from include.sandbox.world import World

SCALE = Scale(contacts=400, candidates=400, odd=0.2)


def text_of(world):
    contacts = [dump(world.contact(index, {})) for index in world.contacts.indices()]
    candidates = [world.candidate_text(index) for index in world.candidates.indices()]
    owners = dump([world.contacts.owners, world.candidates.owners, world.contacts.created, world.candidates.created])
    return b"\n".join([*contacts, *candidates, owners, dump(world.projects), dump(list(world.users.values()))])


def handle(address):
    return unquote(address.partition("/in/")[2].partition("?")[0].strip("/")).lower()


def test_the_same_parameters_give_the_same_world_to_the_byte():
    one, other = World(SCALE), World(SCALE)
    for world in (one, other):
        world.insert("contacts", 3)
        world.delete("candidates", 3)
        world.change("contacts", 3)
    assert text_of(one) == text_of(other)


def test_another_seed_gives_another_world():
    assert text_of(World(SCALE)) != text_of(World(replace(SCALE, seed=8)))


def test_a_hundred_thousand_of_each_are_made_without_making_their_records():
    world = World(Scale(contacts=100_000, candidates=100_000))
    assert len(world.contacts.indices()) == len(world.candidates.indices()) == 100_000
    assert json.loads(world.candidate_text(99_999))


def test_people_in_both_systems_share_a_linkedin_handle_and_nobody_else_does():
    world = World(replace(SCALE, odd=0, both=0.25))
    assert len(world.both) == 100
    contacts = {handle(world.contact(index, {})["linkedin_url"] or ""): index for index in world.contacts.indices()}
    shared = {}
    for index in world.candidates.indices():
        address = world.candidate(index)["linkedin_url"]
        if address and handle(address) in contacts:
            shared[index] = contacts[handle(address)]
    assert shared == world.both


def test_the_shared_addresses_are_written_in_many_ways():
    world = World(replace(SCALE, odd=0, both=1))
    addresses = [world.candidate(index)["linkedin_url"] for index in world.both]
    for way in ("https://", "http://", "nl.linkedin.com", "LinkedIn.com", "%", "?"):
        assert any(way in address for address in addresses), way
    assert any(address.endswith("/") for address in addresses)
    assert any(address[:4] != "http" for address in addresses)
    assert any(not address.isascii() for address in addresses)


def test_phones_are_valid_in_their_country_and_not_all_e164():
    world = World(replace(SCALE, odd=0))
    people = [world.candidate(index) for index in world.candidates.indices()]
    phones = [(one["mobile_phone"], one["country_code"]) for one in people if one["mobile_phone"]]
    parsed = [phonenumbers.parse(*phone) for phone in phones]
    assert {number.country_code for number in parsed} == {31, 32, 33, 44, 49, 1}
    assert all(map(phonenumbers.is_possible_number, parsed))
    assert any(not phone.startswith("+") for phone, _ in phones)


@pytest.mark.parametrize("sign", ["é", "Ε", "И", "م", "郎", "伟"])
def test_names_come_in_several_scripts(sign):
    assert any(sign in person(7, number).full_name for number in range(2000))


def test_records_are_spread_over_the_days_with_some_created_at_once():
    world = World(SCALE)
    for shelf in (world.contacts, world.candidates):
        assert world.until - 30 * 86400 <= min(shelf.created) < world.until - 28 * 86400
        assert world.until - 2 * 86400 < max(shelf.created) < world.until
        assert len(set(shelf.created)) < len(shelf.created)


def test_every_way_to_be_odd_keeps_the_identity_and_can_be_written():
    world = World(replace(SCALE, odd=0))
    relative = {"already_in_project": False, "existing_contact_id": None}
    for kinds, record_of, identity in (
        (odd.CONTACT, lambda index: world.profile(index) | relative, "profile_id"),
        (odd.CANDIDATE, world.candidate, "id"),
    ):
        for kind, spoil in kinds.items():
            record, plain = record_of(1), record_of(1)
            spoil(record)
            assert record != plain, kind
            assert record[identity] == plain[identity], kind
            assert json.loads(dump(record)) == record, kind


def test_a_lone_surrogate_leaves_as_an_escape_and_a_nul_too():
    assert dump({"a": "\ud800\x00é"}) == b'{"a":"\\ud800\\u0000\\u00e9"}'


def test_shares_are_exact():
    world = World(Scale(contacts=1000, candidates=500, both=0.1, odd=0.05, nameless=0.01))
    assert len(world.both) == 50
    assert (len(world.odd["contacts"]), len(world.odd["candidates"])) == (50, 25)
    assert (len(world.nameless["contacts"]), len(world.nameless["candidates"])) == (10, 5)
    assert not set(world.both) & set(world.odd["candidates"])
    assert not set(world.both.values()) & set(world.odd["contacts"])


def test_a_nameless_record_has_no_identity():
    world = World(Scale(contacts=10, candidates=10, odd=0, both=0, nameless=1))
    assert {world.profile(index)["profile_id"] for index in range(10)} == {None}
    assert {world.contact_id(index) for index in range(10)} == {None}
    assert {world.candidate(index)["id"] for index in range(10)} == {None}


def test_some_contacts_are_known_by_their_crm_id_alone():
    world = World(replace(SCALE, odd=0))
    unlinked = [index for index in world.contacts.indices() if world.profile(index)["profile_id"] is None]
    assert 0 < len(unlinked) < 40
    assert all(world.contact_id(index) and world.profile(index)["linkedin_url"] is None for index in unlinked)


def test_a_shelf_keeps_its_lists_in_step_with_every_change():
    shelf = Shelf([10, 20, 20, 30], [("a",), ("a", "b"), ("b",), ()], ["a", "b"])
    assert (shelf.indices(), shelf.indices("a"), shelf.newest("b")) == ([0, 1, 2, 3], [0, 1], [2, 1])
    shelf.delete(1)
    shelf.delete(1)
    assert (shelf.indices(), shelf.indices("a"), shelf.newest("b")) == ([0, 2, 3], [0], [2])
    assert not shelf.live(1)
    assert shelf.insert(20, ("a",)) == 4
    assert (shelf.indices(), shelf.indices("a")) == ([0, 2, 4, 3], [0, 4])
    shelf.unlink(0, "a")
    assert (shelf.indices(), shelf.indices("a"), shelf.owners[0]) == ([0, 2, 4, 3], [4], ())


def test_a_change_shows_and_a_change_by_hand_shows_exactly_what_was_given():
    world = World(replace(SCALE, odd=0))
    before = world.candidate(3)
    world.candidate_text(3)
    assert world.change("candidates", indices=[3]) == [3]
    after = json.loads(world.candidate_text(3))
    assert after["status"] != before["status"]
    assert after["updated_at"] > before["updated_at"]
    assert after["created_at"] == before["created_at"]
    world.change("candidates", indices=[3], fields={"first_name": None})
    assert json.loads(world.candidate_text(3))["first_name"] is None
    plain = world.contact(3, {})
    world.change("contacts", indices=[3])
    assert world.contact(3, {})["experiences"][0] != plain["experiences"][0]
    assert world.contact(3, {})["skills"][-1] == "Skill 1"


def test_nothing_happens_to_records_and_owners_that_do_not_exist():
    world = World(SCALE)
    for wrong, message in (
        (lambda: world.delete("contacts", indices=[400]), "not all of"),
        (lambda: world.change("candidates", indices=[-1]), "not all of"),
        (lambda: world.insert("candidates", owners=[99]), "unknown owners"),
        (lambda: world.leave(99), "unknown user"),
        (lambda: Scale(days=0), "a day at least"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()
