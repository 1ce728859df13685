import json
from urllib.parse import quote

import pytest

from tests.ingestion import candidate, candidates, contact, contacts
from tests.secrecy import everything, people, told

NAME = "Zoë O'Neill-Şahin"


@pytest.mark.parametrize(
    "said",
    [
        f"greeted {NAME} today",
        NAME.upper(),
        json.dumps({"name": NAME}),
        json.dumps({"body": json.dumps({"name": NAME})}),
        f"https://example.com/in/{quote(NAME)}",
        str({"name": NAME}),
    ],
)
def test_a_name_is_found_in_any_spelling(said):
    (place,) = told(said, {NAME, "Ada Lovelace"})
    assert place.startswith(f"{NAME}: ")


def test_people_are_known_by_name_e_mail_phone_and_linkedin_id_and_found_where_they_are(engine):
    contacts(engine).ingest([contact(f"ACwAA{n}") for n in range(3)])
    known = {"middle_name": None, "mobile_phone": "06 12345678"}
    candidates(engine).ingest([candidate(n, full_name=f"Noor Voorbeeld{n}", **known) for n in range(3)])
    found = people(engine, count=2)
    assert {"Zoë Exemple", "Noor Voorbeeld1", "noor.1@example.com", "06 12345678", "+31612345678", "noor-1"} <= found
    assert len(told(everything(engine, "recruiting.contacts", "recruiting.candidates"), found)) == len(found)
    assert not told(everything(engine, "ingest.extractions", "ingest.issues"), found)
