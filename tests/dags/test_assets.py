"""The assets, as consumers and Airflow's asset pages see them, and the example of a consumer."""

import pytest
from airflow.sdk import Asset
from sqlalchemy import select

from include.sandbox.scale import Scale
from tests.dags.conftest import UNTIL
from tests.dags.test_refresh import CANDIDATES, CONTACTS


@pytest.fixture
def scale():
    return Scale(contacts=100, candidates=100, projects=1, users=1, days=20, until=UNTIL, odd=0)


@pytest.fixture
def metadata():
    """A session on Airflow's own database."""
    from airflow.utils.session import create_session

    with create_session() as session:
        yield session


def test_an_asset_is_updated_when_rows_changed_alone_with_the_receipt(run, sandbox, metadata):
    from airflow.models.asset import AssetEvent, AssetModel, TaskOutletAssetReference

    def events(dag_run):
        query = select(AssetModel.name, AssetEvent.extra).join(AssetModel, AssetEvent.asset_id == AssetModel.id)
        return [tuple(row) for row in metadata.execute(query.where(AssetEvent.source_run_id == dag_run.run_id))]

    [(name, receipt)] = events(run(CANDIDATES))
    assert (name, receipt["inserted"], receipt["partial"]) == ("recruiting.candidates", 100, 0)
    assert events(run(CANDIDATES)) == []
    sandbox.change("candidates", indices=[one["index"] for one in sandbox.world()["candidates"]][:3])
    [(name, receipt)] = events(run(CANDIDATES))
    assert (name, receipt["updated"]) == ("recruiting.candidates", 3)
    producers = select(TaskOutletAssetReference.task_id).where(TaskOutletAssetReference.dag_id == CANDIDATES)
    assert list(metadata.scalars(producers)) == ["publish"]


def test_the_example_counts_who_is_in_both_systems_each_time_anew(run, sandbox, sql):
    run(CONTACTS)
    for left in (100, 85):
        run(CANDIDATES)
        done = run("example_in_both")
        assert done.state == "success", done.log[-3000:]
        world = sandbox.world()
        live = {kind: [one for one in world[kind] if one["live"]] for kind in ("contacts", "candidates")}
        in_both = {one["contact"] for one in live["candidates"]} & {one["index"] for one in live["contacts"]}
        assert in_both
        counted = sql("select tenant, contacts, candidates, in_both from reports.in_both")
        assert counted == [("default", len(live["contacts"]), left, len(in_both))]
        people = sql("select first_name || ' ' || last_name from recruiting.candidates where first_name is not null")
        assert not [name for (name,) in people if name in done.log]
        sandbox.delete("candidates", 15)


def test_the_example_follows_both_assets_and_starts_paused(dags):
    dag = dags("example_in_both")
    assert dag.schedule == (Asset("recruiting.contacts") | Asset("recruiting.candidates"))
    assert dag.is_paused_upon_creation
    assert dag.tasks[0].outlets == [Asset("reports.in_both")]
