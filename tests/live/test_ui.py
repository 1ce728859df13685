"""What people see in Airflow's UI, in a real browser."""

import os
import re
import shutil
from urllib.parse import quote

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.live.conftest import ROOT

pytestmark = pytest.mark.timeout(600)

DAG = "leonar_contacts_refresh"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    """Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        missing = "there is no chromium on this machine. On Debian: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser, live):
    """A window in which somebody has logged in."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    page.goto(live.ui)
    page.fill("input[name=username]", live.user)
    page.fill("input[name=password]", live.password)
    page.click("button[type=submit]")
    expect(page.get_by_role("link", name="Dags", exact=True)).to_be_visible()
    return page


def test_a_trigger_form_names_the_params(page, live):
    page.goto(f"{live.ui}/dags/{DAG}")
    page.get_by_test_id("trigger-dag-button").click()
    form = page.get_by_role("dialog")
    for title in ("Connection", "Projects", "Filters", "Allow mass deletion"):
        # An asterisk marks those that must be given.
        expect(form.get_by_text(re.compile(rf"^{title}\s*\*?$")).first).to_be_visible()
    expect(form.locator("input[value=leonar_default]")).to_be_visible()


def test_a_finished_run_shows_the_verbs_of_its_mapped_group(page, live):
    run = live.runs(DAG, "scheduled")[0]
    page.goto(f"{live.ui}/dags/{DAG}/runs/{quote(run['dag_run_id'])}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    page.get_by_test_id("expand-all-button").click()
    for task in ("plan", "extract", "normalize", "upsert", "tombstone", "publish"):
        expect(page.get_by_role("link", name=task).first).to_be_visible()
    if os.environ.get("RECRUITING_SCREENSHOT") == "1":
        photograph(page)


def photograph(page):
    """The picture of the README: the graph of the run."""
    page.get_by_role("button", name="Show Graph").click()
    page.get_by_role("button", name="Collapse Details Panel").click()
    page.get_by_role("button", name="Fit View").click()
    expect(page.locator(".react-flow__node")).not_to_have_count(0)
    page.wait_for_timeout(3000)
    page.screenshot(path=ROOT / "docs/screenshot.png")


@pytest.mark.parametrize("source", ["Leonar", "Recruitsome"])
def test_a_connection_form_asks_for_base_url_and_api_key(page, live, source):
    page.goto(f"{live.ui}/connections")
    page.get_by_role("button", name="Add Connection").first.click()
    form = page.get_by_role("dialog")
    form.get_by_role("combobox").click()
    page.keyboard.type(source)
    page.get_by_role("option", name=source, exact=True).click()
    for label in ("Base URL", "API key"):
        expect(form.get_by_text(label, exact=True)).to_be_visible()
    for hidden in ("Login", "Port", "Schema"):
        expect(form.get_by_text(hidden, exact=True)).to_have_count(0)
