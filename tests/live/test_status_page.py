"""The status page as people see it: in Airflow's UI, by day and by night, on a phone, with and without scripts."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.ingestion import rows
from tests.live.conftest import picture

pytestmark = pytest.mark.timeout(600)

SIZES = {"desktop": (1280, 900), "phone": (320, 640)}
TABLES = {"Leonar": "contacts", "Recruitsome": "candidates"}


@pytest.fixture
def look(page, live):
    """Opens the page outside the UI, logged in; also what the browser complained of, and which addresses it asked."""
    opened = []

    def look(size="desktop", path="/recruiting/", **more):
        width, height = SIZES[size]
        cookies = page.context.storage_state()
        context = page.context.browser.new_context(
            viewport={"width": width, "height": height}, storage_state=cookies, **more
        )
        opened.append(context)
        window = context.new_page()
        window.complaints, window.asked = [], []
        window.on("console", lambda said: window.complaints.append(said.text) if said.type != "log" else None)
        window.on("pageerror", lambda error: window.complaints.append(str(error)))
        window.on("request", lambda request: window.asked.append(request.url))
        window.goto(live.ui + path)
        return window

    yield look
    for context in opened:
        context.close()


@pytest.fixture(scope="module")
def changed(live):
    """A demo whose sources have changed since it read them, and which has read them again."""
    for table in TABLES.values():
        for verb, n in (("change", 60), ("insert", 25), ("delete", 10)):
            live.control("POST", verb, {"kind": table, "n": n})
    for title, table in TABLES.items():
        live.trigger(f"{title.lower()}_{table}_refresh", f"{title.lower()}_default")
    live.settle()
    return live


def held(live, title, tenant):
    """What Postgres holds: live rows, rows with a tombstone, and the changes of the last 30 days by their kind."""
    table = TABLES[title]
    count = f"select count(*) - count(remote_deleted_at), count(remote_deleted_at) from recruiting.{table}"
    kinds = (("inserted",), ("updated", "revived"), ("tombstoned",))
    each = (" + ".join(f"coalesce((counts->>'{name}')::int, 0)" for name in names) for names in kinds)
    sums = ", ".join(f"sum({count})" for count in each)
    changes = f"select {sums} from ingest.extractions where source = '{title.lower()}' and tenant = '{tenant}'"
    return rows(live.engine, f"{count} where tenant = '{tenant}'")[0], rows(live.engine, changes)[0]


def section(window, title, tenant="default"):
    """The section of a source of a tenant."""
    return window.get_by_role("region", name=re.compile(rf"^{title} tenant {tenant}$"))


def expect_what_is_held(page, live, title, tenant):
    """The page, opened from the navigation, shows the numbers that Postgres holds; the changes by their kind."""
    page.get_by_role("link", name="Recruiting", exact=True).click()
    (live_rows, tombstoned), changes = held(live, title, tenant)
    assert live_rows
    shown = section(page.frame_locator("iframe"), title, tenant)
    expect(shown.get_by_text(f"{live_rows:,}", exact=True).first).to_be_visible()
    expect(shown.get_by_text(f"{tombstoned:,} tombstoned", exact=True)).to_be_visible()
    for name, count in zip(("Inserted", "Updated", "Tombstoned"), changes, strict=True):
        expect(shown.get_by_text(f"{name} {count:,}", exact=True)).to_be_visible()
    expect(shown.locator("canvas")).to_have_count(4)
    return changes


def test_the_page_is_in_the_navigation_and_shows_what_postgres_holds(page, changed):
    page.goto(changed.ui)
    for title in TABLES:
        inserted, updated, tombstoned = expect_what_is_held(page, changed, title, "default")
        assert inserted > updated > tombstoned > 0
    picture(page, "status-page")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_in_the_ui_the_page_is_as_dark_as_the_ui(page, live, theme):
    page.goto(f"{live.ui}/plugin/recruiting")
    page.evaluate(f"localStorage.setItem('theme', '{theme}')")
    page.reload()
    paper = {"dark": "rgb(17, 20, 24)", "light": "rgb(255, 255, 255)"}[theme]
    expect(page.frame_locator("iframe").locator("body")).to_have_css("background-color", paper)
    if theme == "dark":
        picture(page, "status-page-dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_asks_nobody_else_and_the_browser_has_no_complaint(look, live, size, scheme):
    window = look(size, color_scheme=scheme)
    expect(window.locator("canvas").first).to_be_visible()
    window.wait_for_load_state("networkidle")
    assert window.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]
    assert not window.complaints
    assert window.asked
    assert all(url.startswith(live.ui + "/recruiting/") for url in window.asked)
    paper = window.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")
    if (size, scheme) == ("phone", "light"):
        picture(window, "status-page-phone", height=760)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(look, size, scheme):
    window = look(size, color_scheme=scheme)
    expect(window.locator("canvas").first).to_be_visible()
    for summary in window.locator("summary").all():
        summary.click()
    found = Axe().run(window)
    assert found.violations_count == 0, found.generate_report()


def test_the_numbers_of_a_chart_open_by_keyboard_and_without_scripts(look):
    for scripts in (True, False):
        window = look(java_script_enabled=scripts)
        summary = section(window, "Leonar").locator("summary").first
        table = section(window, "Leonar").locator(".chart table").first
        expect(table).to_be_hidden()
        summary.focus()
        window.keyboard.press("Enter")
        expect(table).to_be_visible()
        expect(table.get_by_role("row")).to_have_count(31)


def test_the_page_renews_itself_and_keeps_open_what_was_open(look):
    window = look()
    section(window, "Leonar").locator("summary").first.click()
    window.evaluate("document.querySelector('h1').textContent = 'Before'")
    window.evaluate("refresh()")
    expect(window.get_by_role("heading", level=1)).to_have_text("Recruiting")
    expect(section(window, "Leonar").locator(".chart table").first).to_be_visible()
    assert window.evaluate("document.activeElement.tagName") == "SUMMARY"
    window.context.clear_cookies()
    window.evaluate("refresh()")
    expect(window.get_by_role("status")).to_contain_text("not renewed since")
    assert section(window, "Leonar").count() == 1
