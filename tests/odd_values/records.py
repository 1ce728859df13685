"""Whole records that are odd: those of the sandbox's world, and some that it has not."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from include.contract import Normalized
from include.sandbox.odd import CANDIDATE, CONTACT
from include.sources import SOURCES
from tests.ingestion import candidate, contact

STAYS = {"start_date": "2014-09-01", "end_date": "2018-06-30"}
EDUCATION = {"educational_establishment": "École", "diploma": "MSc", "specialization": "CS", **STAYS}
SOUND = {
    "leonar": contact("A", educations=[EDUCATION], linkedin_url="https://www.linkedin.com/in/zoe"),
    "recruitsome": candidate(1, mobile_phone="06-12345678", fixed_phone="020 555 0123"),
}


def _with(**fields: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda record: record | fields


def _spoiled(spoil: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], Any]:
    def odd(record: dict[str, Any]) -> dict[str, Any]:
        spoil(record)
        return record

    return odd


OURS: dict[str, dict[str, Callable[[dict[str, Any]], Any]]] = {
    "leonar": {
        "tussenvoegsel": _with(first_name="Noor", last_name="van der Voorbeeld"),
        "full_name_of_its_own": _with(full_name="Drs. Zoë Exemple"),
        "no_current_job": _with(current_job={"title": " ", "company_name": None}),
        "contact_without_profile": _with(profile_id=None, existing_contact_id=17),
        "no_identity": _with(profile_id="", existing_contact_id=None),
        "null_for_record": lambda _: None,
        "list_for_record": lambda record: [record["profile_id"]],
    },
    "recruitsome": {
        "tussenvoegsel": _with(full_name=None, middle_name="van der", last_name="Voorbeeld"),
        "composed_and_decomposed": _with(first_name="Zoe\u0308", full_name="Zoe\u0308\xa0van der Voorbeeld1"),
        "html": _with(last_name="Janssen &amp; Zn.", full_name="Noor van der Janssen &amp;amp; Zn."),
        "no_country": _with(country_code=None),
        "other_country": _with(country_code="FR"),
        "identity_as_text": _with(id=" 1 "),
        "no_identity": _with(id=None),
        "text_for_record": lambda _: "candidate 1",
    },
}
KINDS = {
    name: {kind: _spoiled(spoil) for kind, spoil in sandbox.items()} | OURS[name]
    for name, sandbox in (("leonar", CONTACT), ("recruitsome", CANDIDATE))
}
"""What makes a sound record odd, by source and kind."""


def outcome(source: str, kind: str) -> tuple[Any, Normalized]:
    """The odd record, and what it becomes."""
    record = KINDS[source][kind](deepcopy(SOUND[source]))
    return record, SOURCES[source].normalize(record)
