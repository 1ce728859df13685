"""The status page in Airflow's own API server, behind its login."""

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import make_url

from include.pace import Pace
from include.warehouse import budgets
from tests.conftest import ROOT
from tests.ingestion import candidate, candidates, contact, contacts, rows

# The one that Airflow makes up where none is configured.
pytestmark = pytest.mark.filterwarnings("ignore:The HMAC key is")

OWNER = "3c90c3cc-0d44-4b50-8888-8dd257360521"
PAGE = "/recruiting/"
FILES = sorted(
    str(path.relative_to(ROOT / "plugins/page")) for path in (ROOT / "plugins/page/static").rglob("*") if path.is_file()
)


@pytest.fixture
def connected(monkeypatch, engine, warehouse_url):
    """The connection of the warehouse is set."""
    set_connection(monkeypatch, warehouse_url)
    return engine


def set_connection(monkeypatch, url):
    url = url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv("AIRFLOW_CONN_RECRUITING_POSTGRES", url)


def words(answer):
    """The text of a page, its white space made one space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.parametrize("path", ["", *FILES])
def test_nobody_sees_anything_without_a_token(api, path):
    assert api.anonymous.get(PAGE + path).status_code == 401
    assert api.anonymous.get(PAGE + path, headers={"Authorization": "Bearer nonsense"}).status_code in {401, 403}


@pytest.mark.parametrize("path", ["docs", "redoc", "openapi.json", "docs/oauth2-redirect"])
def test_the_page_has_no_docs_of_its_own(api, path):
    assert api.anonymous.get(PAGE + path).status_code == 404
    assert api.admin.get(PAGE + path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_page_only_reads(api, connected, method):
    assert api.admin.request(method, PAGE).status_code == 405


def test_a_viewer_sees_the_numbers_that_postgres_holds(api, connected):
    people = [contact(f"A{n}") for n in range(1_200)]
    contacts(connected).refresh({OWNER: people}, scope="tenant")
    contacts(connected).refresh({OWNER: people[:-1]}, scope="tenant")
    answer = api.viewer.get(PAGE)
    assert answer.status_code == 200
    told = words(answer)
    assert "Leonar tenant acme" in told
    assert f"Last complete read just now {OWNER} · everything" in told
    assert f"Stalest of the refreshes just now {OWNER} · everything" in told
    held = "select count(*) from recruiting.contacts where remote_deleted_at is"
    assert rows(connected, f"{held} null") + rows(connected, f"{held} not null") == [1_199, 1]
    assert "Live contacts 1,199 1 tombstoned" in told
    assert re.search(r"Tombstoned \d{4}-\d\d-\d\d 1,200 0 1 ", told)


def test_the_page_never_shows_people(api, connected):
    ingestion = candidates(connected)
    ingestion.refresh({"5": [candidate("C-77", email="broken mail", mobile_phone="+31 6 1234 5678")]})
    ingestion.extract([candidate("C-78")], "6", complete=False)
    ingestion.begin("7")
    text = api.viewer.get(PAGE).text
    assert "Partial:" in text
    assert "email: " in text
    for held in ("Noor", "Voorbeeld", "broken", "example.com", "1234", "C-77", "candidate-", "Utrecht"):
        assert held not in text


def test_what_sources_say_is_shown_as_text(api, connected):
    ingestion = candidates(connected, "<b>acme</b>")
    ingestion.extract([], "<script>alert(1)</script>")
    text = api.viewer.get(PAGE).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;b&gt;acme&lt;/b&gt;" in text
    assert "<script>" not in text
    assert "<b>" not in text


def test_a_run_in_progress_has_a_bar_and_an_abandoned_one_says_so(api, connected):
    from include.contract import Page

    landing = candidates(connected).begin("5")
    landing.land(1, [Page(1, [candidate(1)], False, (1_234,))])
    answer = api.viewer.get(PAGE)
    assert re.search(r'<progress aria-labelledby="[^"]+" max="13" value="1">', answer.text)
    assert "1 of 13 pages, the last just now" in words(answer)
    with connected.begin() as conn:
        conn.exec_driver_sql("update ingest.pages set read_at = read_at - interval '30 seconds'")
    assert re.search(r"1 of 13 pages, 2 a minute, about [67] minutes left", words(api.viewer.get(PAGE)))
    landing.wait(datetime(2050, 1, 2, 14, 0, tzinfo=UTC))
    assert "1 of 13 pages, waits until 2050-01-02 14:00 UTC" in words(api.viewer.get(PAGE))
    landing.wait(datetime(2020, 1, 1, tzinfo=UTC))
    with connected.begin() as conn:
        conn.exec_driver_sql("update ingest.pages set read_at = read_at - interval '5 hours'")
    answer = api.viewer.get(PAGE)
    assert re.search(r"Abandoned: 1 page landed, quiet since \d{4}-\d\d-\d\d \d\d:\d\d UTC", words(answer))
    assert "<progress" not in answer.text


def test_the_budget_is_told_with_its_reset_and_its_reserve(api, connected):
    contacts(connected).extract([], OWNER)
    assert "Budget not told by the source" in words(api.viewer.get(PAGE))
    pace = Pace(8, 0.1)
    told = {"Limit": "2000", "Remaining": "1873", "Reset": "3600"}
    pace.heard(0, 200, {f"X-RateLimit-{name}": value for name, value in told.items()})
    budgets.tell(connected, "acme", "leonar", pace)
    until = f"{pace.budget.resets_at:%H:%M} UTC"
    assert f"Budget 1,873 of 2,000 requests left until {until} , reserve 200" in words(api.viewer.get(PAGE))


def test_a_warehouse_that_never_read_anything_says_what_to_trigger(api, connected):
    answer = api.viewer.get(PAGE)
    assert answer.status_code == 200
    assert "Nothing has been read yet. Trigger leonar_contacts_refresh or" in words(answer)


def test_the_connection_may_be_one_that_was_added_in_the_ui(api, connected, warehouse_url, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_RECRUITING_POSTGRES")
    # As airflow.api_fastapi.main does, by which the API server starts.
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    extra = {name: value for name, value in warehouse_url.query.items() if name == "host"}
    given = {
        "connection_id": "recruiting_postgres",
        "conn_type": "postgres",
        "host": warehouse_url.host,
        "port": warehouse_url.port,
        "login": warehouse_url.username,
        "password": warehouse_url.password,
        "schema": warehouse_url.database,
        "extra": json.dumps(extra),
    }
    made = api.admin.post("/api/v2/connections", json={name: value for name, value in given.items() if value})
    assert made.status_code == 201, made.text
    try:
        assert api.viewer.get(PAGE).status_code == 200
    finally:
        api.admin.delete("/api/v2/connections/recruiting_postgres")


@pytest.mark.parametrize("path", ["", "nowhere", *FILES])
def test_every_answer_has_the_headers_that_keep_the_page_to_itself(api, connected, path):
    for client in (api.anonymous, api.viewer):
        headers = client.get(PAGE + path).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["frame-ancestors"] == "'self'"
        assert {sources for name, sources in policy.items()} == {"'none'", "'self'"}
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_under_a_prefix_every_file_of_the_page_is_found(api, connected):
    answer = api.prefixed.get("/airflow/recruiting/")
    assert answer.status_code == 200
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert links
    assert not [link for link in links if link.startswith(("/", "http", "data:"))]
    for link in links:
        assert api.prefixed.get(f"/airflow/recruiting/{link}").status_code == 200


def test_the_page_holds_no_script_and_no_style_of_its_own(api, connected):
    candidates(connected).refresh({"5": [candidate(1)]})
    text = api.viewer.get(PAGE).text
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", text)


def test_nothing_but_the_files_of_the_page_is_served(api):
    for path in ("static/", "static/../app.py", "static/%2e%2e/app.py", "static/uplot", "static/nothing.css"):
        assert api.admin.get(PAGE + path).status_code == 404


def test_the_chart_library_comes_with_its_licence():
    folder = ROOT / "plugins/page/static/uplot"
    assert re.match(r"/\*! \S+uPlot \(v1\.6\.32\) \*/", (folder / "uPlot.iife.min.js").read_text())
    assert "MIT License" in (folder / "LICENSE").read_text()


def away(monkeypatch, url):
    set_connection(monkeypatch, make_url("postgresql://anna:geheim@127.0.0.1:9/recruiting"))


def unmigrated(monkeypatch, url):
    set_connection(monkeypatch, url)


def undefined(monkeypatch, url):
    monkeypatch.delenv("AIRFLOW_CONN_RECRUITING_POSTGRES", raising=False)


def refused(monkeypatch, url):
    set_connection(monkeypatch, url.set(database="not_there"))


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (away, "Postgres cannot be reached or does not answer in time: the log of Airflow's API server says more."),
        (refused, "Postgres refuses the connection recruiting_postgres: the log of Airflow's API server says why."),
        (
            unmigrated,
            "The warehouse is not migrated to this version of the project: trigger an ingest DAG, its plan does it.",
        ),
        (undefined, "The connection recruiting_postgres is not defined: add it under Admin > Connections."),
    ],
)
def test_without_a_warehouse_the_page_says_so_in_one_sentence(api, blank_url, monkeypatch, trouble, sentence):
    trouble(monkeypatch, blank_url)
    answer = api.viewer.get(PAGE)
    assert answer.status_code == 503
    (told,) = re.findall(r'<p class="notice">(.*)</p>', answer.text)
    assert told.replace("&#39;", "'").replace("&gt;", ">") == sentence
    for secret in ("anna", "geheim", "127.0.0.1", "not_there", "Traceback", "psycopg2"):
        assert secret not in answer.text
