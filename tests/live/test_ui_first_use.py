"""The first hour with it, in a real browser: connect, test, trigger, watch, look; and the same with a wrong key."""

import re

import pytest
from playwright.sync_api import expect

from tests.live.test_status_page import expect_what_is_held

pytestmark = pytest.mark.timeout(600)

DAG = "leonar_contacts_refresh"
TASKS = 6
WRONG_KEY = "leo_nobody_has_this_key"


def connect(window, live, conn_id, key):
    """Add a connection by its form."""
    window.goto(f"{live.ui}/connections")
    window.get_by_role("button", name="Add Connection").first.click()
    form = window.get_by_role("dialog")
    form.get_by_label("Connection ID").fill(conn_id)
    form.get_by_role("combobox").click()
    window.keyboard.type("Leonar")
    window.get_by_role("option", name="Leonar", exact=True).click()
    form.get_by_label("API key").fill(key)
    form.get_by_label("Base URL").fill(live.sources["leonar"]["host"])
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)


@pytest.fixture(scope="module")
def agency(window, live):
    """A connection, just added."""
    connect(window, live, "leonar_nord", live.sources["leonar"]["password"])
    return "leonar_nord"


@pytest.fixture(scope="module")
def mistyped(window, live):
    """A connection with a wrong key, just added."""
    connect(window, live, "leonar_mistyped", WRONG_KEY)
    return "leonar_mistyped"


def expect_of_the_test_button(page, live, conn_id, *said):
    page.goto(f"{live.ui}/connections")
    page.get_by_role("row").filter(has_text=conn_id).get_by_role("button", name="Test Connection").click()
    for words in said:
        expect(page.get_by_role("status").filter(has_text="Test Connection")).to_contain_text(words)


def filled(page, live, dag_id=DAG, **fields):
    """The trigger form of a DAG, with fields filled in."""
    page.goto(f"{live.ui}/dags/{dag_id}")
    page.get_by_test_id("trigger-dag-button").click()
    form = page.get_by_role("dialog")
    for name, value in fields.items():
        form.locator(f"input[name=element_{name}]").fill(value)
    return form


def trigger(page, live, conn_id):
    """Trigger by the form; the UI goes on to the run."""
    form = filled(page, live, conn_id=conn_id)
    form.get_by_role("button", name="Trigger").click()
    expect(form).to_have_count(0)
    page.wait_for_url(re.compile("/runs/manual__"))


def test_the_test_button_says_what_was_found(page, live, agency):
    projects = len(live.control("GET", "counts")["projects"])
    left = re.compile(r"[\d,]+ of 2,000 requests left", re.IGNORECASE)
    expect_of_the_test_button(page, live, agency, "Successful", f"{projects} projects", left)


def test_a_triggered_run_is_watched_to_green_and_its_rows_are_on_the_status_page(page, live, agency):
    trigger(page, live, agency)
    # The run's own badge comes first, then those of its tasks.
    expect(page.get_by_test_id("state-badge").first).to_have_text("Success", timeout=120_000)
    expect(page.get_by_role("row").filter(has_text="Success")).to_have_count(TASKS)
    inserted, *_ = expect_what_is_held(page, live, "Leonar", "nord")
    assert inserted >= live.control("GET", "counts")["live_contacts"]


def test_the_test_button_says_what_is_wrong_and_where_to_mend_it(page, live, mistyped):
    expect_of_the_test_button(page, live, mistyped, "Failed", "401", re.compile("valid .*API key"))


def test_a_run_with_a_wrong_key_fails_and_its_log_says_why(page, live, mistyped):
    trigger(page, live, mistyped)
    expect(page.get_by_test_id("state-badge").first).to_have_text("Failed", timeout=120_000)
    page.get_by_role("row").filter(has_text="plan").get_by_role("link", name="plan", exact=True).click()
    log = page.get_by_test_id("main-content")
    expect(log).to_contain_text(re.compile("Leonar answered 401.*connection leonar_mistyped.*valid API key"))
    expect(log).not_to_contain_text(WRONG_KEY)


def test_the_trigger_form_waits_for_a_connection(page, live):
    form = filled(page, live, conn_id="")
    expect(form.get_by_text("This field is required")).to_be_visible()
    expect(form.get_by_role("button", name="Trigger")).to_be_disabled()


def test_the_trigger_form_refuses_filters_that_are_no_object_and_says_so(page, live):
    form = filled(page, live)
    form.locator(".monaco-editor").first.click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.press("Delete")
    page.keyboard.type('"everybody"')
    form.get_by_role("button", name="Trigger").click()
    expect(form.get_by_text(re.compile("Invalid input for param filters"))).to_be_visible()
    assert not [run for run in live.runs(DAG, "manual") if run["conf"].get("filters")]


def test_the_trigger_form_refuses_what_is_no_date_and_says_so(page, live):
    form = filled(page, live, "leonar_contacts", created_from="yesterday")
    form.get_by_role("button", name="Trigger").click()
    expect(form.get_by_text(re.compile("Invalid input for param created_from"))).to_be_visible()
    assert not live.runs("leonar_contacts", "manual")
