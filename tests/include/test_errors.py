"""The errors' messages: what, where, what to do next, and where the rest is written."""

import re

import pytest

from include import errors
from include.errors import IngestError, Limited, Missing, Permanent, Transient, Unauthorized
from tests.conftest import ROOT

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, IngestError)]
CONCRETE = [kind for kind in KINDS if kind not in (IngestError, Transient, Permanent)]
HELP = re.compile(r'help="(\S+?)"')


def headings(page):
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("kind", CONCRETE, ids=lambda kind: kind.__name__)
def test_every_error_names_the_section_that_mends_it(kind):
    page, _, anchor = vars(kind)["help"].partition("#")
    assert anchor in headings(page)


def test_what_names_a_section_itself_names_one_that_is_there():
    texts = [path.read_text() for top in ("include", "plugins") for path in (ROOT / top).rglob("*.py")]
    named = {help for text in texts for help in (*HELP.findall(text), *re.findall(r"docs/[\w-]+\.md#[\w-]+", text))}
    assert len(named) > len(CONCRETE) / 2
    for help in named:
        page, _, anchor = help.partition("#")
        assert not anchor or anchor in headings(page), help


def test_links_between_sections_lead_somewhere():
    text = (ROOT / "docs/operations.md").read_text()
    assert set(re.findall(r"\(#([\w-]+)\)", text)) <= headings("docs/operations.md")


def test_a_message_says_what_where_what_next_and_where_the_rest_is():
    fault = Unauthorized("Leonar answered 401", where={"connection": "leonar_default", "page": None})
    assert str(fault) == (
        "Leonar answered 401 (connection leonar_default). Put a valid API key in the connection's password, then clear "
        "this task. See docs/operations.md#a-new-api-key."
    )


def test_a_place_that_is_named_later_comes_first_and_keeps_what_is_known():
    fault = Missing("Leonar answered 404", where={"page": 3}, advice="", help="docs/access.md")
    fault.place(connection="leonar_default", page=1)
    assert str(fault) == "Leonar answered 404 (connection leonar_default, page 3). See docs/access.md."
    assert fault.args == (str(fault),)


def test_a_limit_names_its_section_too():
    assert str(Limited("the budget is down")).endswith("See docs/operations.md#the-budget-is-spent.")
