"""What people see in Airflow's UI, in a real browser."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.live.conftest import picture

pytestmark = pytest.mark.timeout(600)

DAG = "leonar_contacts_refresh"


def test_a_trigger_form_names_the_params(page, live):
    page.goto(f"{live.ui}/dags/{DAG}")
    page.get_by_test_id("trigger-dag-button").click()
    form = page.get_by_role("dialog")
    for title in ("Connection", "Projects", "Filters", "Allow mass deletion"):
        # An asterisk marks those that must be given.
        expect(form.get_by_text(re.compile(rf"^{title}\s*\*?$")).first).to_be_visible()
    expect(form.locator("input[value=leonar_default]")).to_be_visible()
    expect(form.locator(".monaco-editor").first).to_be_visible()
    picture(form, "trigger-form", width=1000, height=1400)


def test_a_finished_run_shows_the_verbs_of_its_mapped_group(page, live):
    run = live.runs(DAG, "scheduled")[0]
    page.goto(f"{live.ui}/dags/{DAG}/runs/{quote(run['dag_run_id'])}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    page.get_by_test_id("expand-all-button").click()
    for task in ("plan", "extract", "normalize", "upsert", "tombstone", "publish"):
        expect(page.get_by_role("link", name=task).first).to_be_visible()
    page.get_by_role("button", name="Show Graph").click()
    page.get_by_role("button", name="Collapse Details Panel").click()
    page.get_by_role("button", name="Fit View").click()
    expect(page.locator(".react-flow__node")).not_to_have_count(0)
    picture(page, "screenshot")


def test_the_grid_shows_the_runs_of_a_dag_and_the_slices_of_one_by_owner_and_window(page, live):
    dag_id = "recruitsome_candidates"
    page.goto(f"{live.ui}/dags/{dag_id}/runs/{quote(live.runs(dag_id, 'scheduled')[0]['dag_run_id'])}")
    page.get_by_test_id("expand-all-button").click()
    for user in live.control("GET", "counts")["users"]:
        label = re.compile(rf"^{user} · created \d{{4}}-\d\d-\d\d to \d{{4}}-\d\d-\d\d$")
        expect(page.get_by_role("row").filter(has_text="upsert").get_by_text(label)).to_be_visible()
    side = page.get_by_role("separator").bounding_box()
    page.mouse.move(side["x"] + 1, side["y"] + 300)
    page.mouse.down()
    page.mouse.move(620, side["y"] + 300)
    page.mouse.up()
    picture(page, "grid", height=720)


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
    if source == "Leonar":
        form.get_by_label("Connection ID").fill("leonar_agency")
        form.get_by_label("API key").fill("leo_not_a_key")
        picture(form, "connection-form", width=1000)
