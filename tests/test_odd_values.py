import pytest

from include.canonical import text_of, value_of
from tests.odd_values.page import PATH, page
from tests.odd_values.records import KINDS, SOUND, outcome

REJECTED = {"no_identity", "null_for_record", "list_for_record", "text_for_record"}
ODD = [(source, kind) for source, kinds in KINDS.items() for kind in kinds]


def test_the_page_is_what_the_cases_say():
    assert PATH.read_text(encoding="utf-8") == page(), "run python -m tests.odd_values"


@pytest.mark.parametrize(("source", "kind"), ODD)
def test_an_odd_record_is_a_row_unless_nobody_knows_whose(source, kind):
    record, normalized = outcome(source, kind)
    assert record != SOUND[source]
    assert (normalized.remote_id is None) == (kind in REJECTED)
    assert value_of(text_of(record)) == record
    assert text_of(normalized.row)[:1] == b"{", "orjson takes the row"
