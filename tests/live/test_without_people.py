"""After all other live tests: what is left in logs, in Airflow's database and behind its API tells no key or person."""

from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import files
from string import Formatter
from urllib.parse import quote, urlencode

import httpx
import pytest
import yaml
from sqlalchemy import create_engine

from tests.ingestion import rows
from tests.live.conftest import path_of
from tests.live.test_ui_first_use import WRONG_KEY
from tests.secrecy import everything, people, told

pytestmark = pytest.mark.timeout(600)

REFUSED = "leonar_contacts_refresh"
READ = ("leonar_contacts_refresh", "recruitsome_candidates")
SPECS = ("v2-rest-api-generated.yaml", "_private_ui.yaml")
LEDGER = ("ingest.extractions", "ingest.pages", "ingest.issues", "ingest.owners")


@pytest.fixture(scope="module")
def refused(live):
    """A run that a wrong key has failed: somebody's in the browser, else one of our own."""
    failed = [path_of(run) for run in live.runs(REFUSED, "manual") if run["state"] == "failed"]
    if failed:
        return failed[-1]
    connection = live.sources["leonar"] | {"connection_id": "leonar_refused", "password": WRONG_KEY}
    live.ask("POST", "/api/v2/connections", **connection)
    path = live.trigger(REFUSED, "leonar_refused")
    live.settle()
    return path


@pytest.fixture(scope="module")
def secrets(live):
    """The API keys, and what tells who some of the sandbox's people are."""
    return {WRONG_KEY, *(source["password"] for source in live.sources.values())} | people(live.engine)


def logs(live, refused):
    """Every log of a task, and of each of Airflow's components."""
    found = [path for folder in ("airflow/logs", "logs") for path in (live.folder / folder).rglob("*.log")]
    assert len(found) > 40
    return "\n".join(path.read_text(errors="replace") for path in found)


def database(live, refused):
    """All that Airflow keeps: XComs, rendered templates, asset events, confs, notes, the audit log, connections."""
    engine = create_engine(live.engine.url.set(database="airflow"))
    said = everything(engine)
    engine.dispose()
    return said


def ledger(live, refused):
    """What the warehouse tells of extractions, beside the records themselves."""
    return everything(live.engine, *LEDGER)


def status_page(live, refused):
    return live.api.get("/recruiting/").raise_for_status().text


def api(live, refused):
    """The answers of Airflow's API, its UI's one too, to every GET about three runs."""
    paths = [refused, *(path_of(live.runs(dag_id, "scheduled")[0]) for dag_id in READ)]
    known = [names for path in paths for names in _names(live, path)]
    urls = {url for operation in _operations() for names in known if (url := _url(*operation, names))}
    answers = []
    for url in sorted(urls):
        # Airflow's calendar breaks off where a run has no logical date.
        with suppress(httpx.TransportError):
            answers.append(live.api.get(url))
    assert sum(answer.status_code == 200 for answer in answers) > 150
    return "\n".join(answer.text for answer in answers)


def _names(live, path) -> Iterator[dict[str, str]]:
    """What the API's paths call a run and its tasks."""
    run = live.ask("GET", path)
    names = {name: run[name] for name in ("dag_id", "dag_run_id", "start_date")}
    names |= {"run_id": run["dag_run_id"], "xcom_key": "return_value", "version_number": "1"}
    for task in live.ask("GET", f"{path}/taskInstances?limit=100")["task_instances"]:
        tried = str(task["try_number"])
        yield names | {
            "task_id": task["task_id"],
            "map_index": str(task["map_index"]),
            "try_number": tried,
            "task_try_number": tried,
        }


def _operations() -> Iterator[tuple[str, set[str]]]:
    """The paths that can be asked for, and the query that each must or should be given."""
    for spec in SPECS:
        text = (files("airflow.api_fastapi.core_api") / "openapi" / spec).read_text()
        for path, verbs in yaml.load(text, yaml.CSafeLoader)["paths"].items():
            if "get" in verbs and "/auth/" not in path:
                given = [one for one in verbs["get"].get("parameters", []) if one["in"] != "path"]
                yield path, {one["name"] for one in given if one.get("required") or one["name"] == "map_index"}


def _url(path, query, names) -> str | None:
    needed = {name for _, name, _, _ in Formatter().parse(path) if name}
    if not needed | query <= set(names):
        return None
    filled = path.format(**{name: quote(names[name], safe="") for name in needed})
    return f"{filled}?{urlencode({name: names[name] for name in query})}"


@pytest.mark.parametrize(
    ("place", "there"),
    [
        (logs, "answered 401"),
        (database, "return_value"),
        (ledger, "leonar_default"),
        (status_page, "tenant default"),
        (api, "answered 401"),
    ],
)
def test_neither_a_key_nor_a_person_is_told(live, refused, secrets, place, there):
    said = place(live, refused)
    query = "select min(owner) from ingest.extractions where source = 'leonar' and tenant = 'default'"
    assert len(told(said, {there, *rows(live.engine, query)})) == 2
    assert not told(said, secrets)


def test_the_search_finds_people_where_they_are(live, secrets):
    assert len(told(everything(live.engine, "recruiting.contacts", "recruiting.candidates"), secrets)) > 70
