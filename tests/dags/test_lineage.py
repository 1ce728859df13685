"""The lineage of real runs, as OpenLineage's own provider writes it to a file."""

import json
import runpy
import sys

import pytest
from airflow.sdk.listener import get_listener_manager

from include.sandbox.scale import Scale
from include.sources import SOURCES
from tests.conftest import ROOT
from tests.dags.conftest import UNTIL

DAGS = {"leonar": "leonar_contacts_refresh", "recruitsome": "recruitsome_candidates_refresh"}
PATHS = {"leonar": "/api/v1/sourcing/contacts/search", "recruitsome": "/api/v1/candidates"}

COLUMNS = "select column_name from information_schema.columns where table_schema = 'recruiting' and table_name = :table"


@pytest.fixture
def scale():
    return Scale(contacts=60, candidates=60, projects=1, users=1, days=20, until=UNTIL, odd=0)


@pytest.fixture
def events(monkeypatch, tmp_path):
    """Switches the provider on; the last event of each task by its name, and the text of them all."""
    written = tmp_path / "events.jsonl"
    transport = {"type": "file", "log_file_path": str(written), "append": True}
    monkeypatch.setenv("AIRFLOW__OPENLINEAGE__TRANSPORT", json.dumps(transport))
    from airflow.providers.openlineage.plugins.listener import OpenLineageListener

    manager, listener = get_listener_manager(), OpenLineageListener()
    manager.add_listener(listener)

    def events():
        found = [json.loads(line) for line in written.read_text().splitlines()]
        return {event["job"]["name"]: event for event in found if event["eventType"] == "COMPLETE"}, written.read_text()

    yield events
    manager.pm.unregister(listener)
    monkeypatch.undo()


@pytest.mark.parametrize("name", SOURCES)
def test_lineage_goes_from_the_endpoint_over_what_landed_to_every_table(run, sandbox, sql, engine, events, name):
    source, dag_id = SOURCES[name], DAGS[name]
    assert run(dag_id).state == "success"
    told, written = events()
    extract, upsert = (told[f"{dag_id}.ingest.{verb}"] for verb in ("extract", "upsert"))
    [endpoint], [landed] = extract["inputs"], extract["outputs"]
    assert (endpoint["namespace"], endpoint["name"]) == (sandbox.url, PATHS[name])
    [[records]] = sql("select sum((counts ->> 'records')::int)::int from ingest.extractions")
    assert endpoint["inputFacets"]["inputStatistics"]["rowCount"] == records
    assert [one["name"] for one in upsert["inputs"]] == [landed["name"]] == [f"{engine.url.database}.ingest.records"]
    columns = {
        one["name"].partition(".")[2]: {field["name"] for field in one["facets"]["schema"]["fields"]}
        for one in upsert["outputs"]
    }
    tables = [source.table, *source.children, source.link.table, f"{source.table}_history"]
    held = {f"recruiting.{table}": {column for (column,) in sql(COLUMNS, table=table)} for table in tables}
    assert columns == held
    assert upsert["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == records
    people = sql(f"select first_name, last_name, linkedin_id from recruiting.{source.table}")
    assert not [value for person in people for value in person if value and len(value) > 6 and value in written]
    assert "_sandbox" not in written


def test_without_the_provider_there_is_nothing_to_tell_and_nothing_to_miss(monkeypatch):
    for name in ("openlineage", "airflow.providers.openlineage"):
        monkeypatch.setitem(sys.modules, name, None)
    traced = runpy.run_path(str(ROOT / "plugins/lineage.py"))["Traced"]
    assert traced().get_openlineage_facets_on_complete(None) is None
