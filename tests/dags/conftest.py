"""DAG runs in this process: Airflow's own `dag.test()`, a sandbox over HTTP, a real Postgres."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from include.sandbox.scale import Scale
from include.sandbox.server import Sandbox
from include.sandbox.world import World

UNTIL = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="session")
def dags():
    """Gives a DAG of the project, with delays that suit a test."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils import db

    from plugins.defaults import DEFAULTS
    from tests.conftest import ROOT

    DEFAULTS.update(retries=1, retry_delay=timedelta(seconds=0.1), retry_exponential_backoff=0)
    db.initdb()

    def parse(dag_id):
        # Anew for each run: in one process, the conf of one would be the defaults of the next.
        bag = DagBag(str(ROOT / f"dags/{dag_id}.py"), bundle_name="dags-folder", bundle_path=ROOT / "dags")
        assert not bag.import_errors
        return bag.dags[dag_id]

    return parse


@pytest.fixture
def scale():
    """The size of the sandbox's world; a test module may have its own."""
    return Scale(contacts=300, candidates=420, projects=3, users=3, days=20, until=UNTIL, odd=0.03)


@pytest.fixture
def sandbox(scale):
    with Sandbox(World(scale)) as sandbox:
        yield sandbox


@pytest.fixture
def connect(monkeypatch, sandbox, warehouse_url):
    """Sets the connections; keywords change those of both vendors, or of one if named by its fields."""

    def connect(conn_id="leonar_default", *, key=None, host=None, **extra):
        source = conn_id.split("_")[0]
        key = {"leonar": "leo_sandbox", "recruitsome": "recruitsome_sandbox"}[source] if key is None else key
        conn = {"conn_type": source, "host": host or sandbox.url, "password": key, "extra": extra}
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(conn))

    connect("leonar_default")
    connect("recruitsome_default")
    url = warehouse_url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv("AIRFLOW_CONN_RECRUITING_POSTGRES", url)
    return connect


@pytest.fixture
def run(dags, connect, capfd):
    """Runs a DAG: the states of its tasks by ``task_id[map_index]``, its XComs, and all that it logged."""
    counter = iter(range(10**6))

    def run(dag_id, logical_date=None, **conf):
        logical_date = logical_date or datetime.now(UTC) + timedelta(microseconds=next(counter))
        capfd.readouterr()
        dag_run = dags(dag_id).test(logical_date=logical_date, run_conf=conf or None)
        captured = capfd.readouterr()
        tasks = {
            ti.task_id + (f"[{ti.map_index}]" if ti.map_index >= 0 else ""): ti.state
            for ti in dag_run.get_task_instances()
        }
        return SimpleNamespace(
            state=dag_run.state, tasks=tasks, log=captured.out + captured.err, run_id=dag_run.run_id, dag_id=dag_id
        )

    return run


@pytest.fixture
def sql(engine):
    """The rows of a query."""

    def sql(query, **params):
        with engine.connect() as conn:
            return [tuple(row) for row in conn.execute(text(query), params)]

    return sql


@pytest.fixture
def tuples(sql):
    """How many tuples of schema recruiting were ever inserted, updated and deleted."""

    def tuples():
        sql("select pg_stat_force_next_flush()")
        return sql(
            "select sum(n_tup_ins)::int, sum(n_tup_upd)::int, sum(n_tup_del)::int from pg_stat_user_tables "
            "where schemaname = 'recruiting'"
        )[0]

    return tuples
