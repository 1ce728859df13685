"""One Airflow for all live tests: ``./run demo`` itself, as a user starts it, and what a user can do beside it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from sqlalchemy import URL, Engine, NullPool, create_engine

ROOT = Path(__file__).parent.parent.parent
VENDORS = ("leonar", "recruitsome")
READY = "Ctrl-C stops everything."
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
UI = re.compile(r"Airflow's UI: (\S+)  user (\S+)  password (\S+)")


class Live:
    """A running demo, as the user beside it sees it.

    :param folder: what the demo keeps
    :param env: the environment of its ``./run``
    :param said: what the demo has printed
    """

    def __init__(self, folder: Path, env: dict[str, str], said: str) -> None:
        self.folder = folder
        self.env = env
        self.said = said
        self.ui, self.user, self.password = UI.findall(said)[-1]
        chosen = json.loads((folder / "running.json").read_text())
        self.sources = {name: json.loads(chosen[f"AIRFLOW_CONN_{name.upper()}_DEFAULT"]) for name in VENDORS}
        self.engine = self._engine(json.loads(chosen["AIRFLOW_CONN_RECRUITING_POSTGRES"]))
        self.sandbox = httpx.Client(base_url=self.sources["leonar"]["host"] + "/sandbox", trust_env=False, timeout=60)
        self.api = httpx.Client(base_url=self.ui, trust_env=False, timeout=60)
        token = self.ask("POST", "/auth/token", username=self.user, password=self.password)["access_token"]
        self.api.headers["Authorization"] = f"Bearer {token}"

    def _engine(self, connection: dict[str, str]) -> Engine:
        where = {"username": connection["login"], "database": connection["schema"]}
        url = URL.create("postgresql+psycopg2", **where, query={"host": connection["host"]})
        # No session of ours stays open: a test asks Postgres whose sessions there are.
        return create_engine(url, poolclass=NullPool)

    def airflow(self, *arguments: str) -> None:
        """Run ``./run airflow …`` in a second terminal; it must succeed."""
        command = [sys.executable, str(ROOT / "run"), "airflow", *arguments]
        answer = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120)
        assert answer.returncode == 0, answer.stdout + answer.stderr

    def ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Ask Airflow's REST API."""
        return dict(self.api.request(method, path, json=body or None).raise_for_status().json())

    def control(self, method: str, verb: str, given: Any = None) -> Any:
        """Ask the sandbox's control API: a body for ``PUT`` and ``POST``, else a query."""
        body = {"json": given} if method in ("PUT", "POST") else {"params": given}
        return self.sandbox.request(method, f"/{verb}", **body).raise_for_status().json()

    def connect(self, tenant: str) -> None:
        """Connect an empty tenant to the sandbox, both sources."""
        for name, source in self.sources.items():
            self.ask("POST", "/api/v2/connections", connection_id=f"{name}_{tenant}", **source)

    def trigger(self, dag_id: str, conn_id: str) -> str:
        """Trigger a DAG for a connection; the path of its run in the REST API."""
        run = self.ask("POST", f"/api/v2/dags/{dag_id}/dagRuns", logical_date=None, conf={"conn_id": conn_id})
        return path_of(run)

    def wait(self, ready: Callable[[], bool], what: str, seconds: float = 240) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
            time.sleep(0.25)

    def settle(self) -> None:
        """Wait until no run is left to do."""
        at_work = "/api/v2/dags/~/dagRuns?state=queued&state=running&limit=1"
        self.wait(lambda: self.ask("GET", at_work)["total_entries"] == 0, "an end of all runs")

    def runs(self, dag_id: str, run_type: str) -> list[dict[str, Any]]:
        """The runs of a DAG, oldest first."""
        query = f"run_type={run_type}&order_by=run_after&limit=100"
        return list(self.ask("GET", f"/api/v2/dags/{dag_id}/dagRuns?{query}")["dag_runs"])


def path_of(run: dict[str, Any]) -> str:
    """The path of a run in the REST API."""
    return f"/api/v2/dags/{run['dag_id']}/dagRuns/{quote(run['dag_run_id'], safe='')}"


@pytest.fixture(scope="package")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A demo whose four runs are done, and whose UI is up; in the end nothing of it is left."""
    folder = tmp_path_factory.mktemp("demo")
    keys = ("LEONAR_API_KEY", "RECRUITSOME_API_KEY")
    env = {name: value for name, value in os.environ.items() if "AIRFLOW" not in name and name not in keys}
    env |= {"RECRUITING_DEMO": str(folder), "RECRUITING_VENV": sys.prefix}
    with running(env, folder / "said.log") as said:
        yield Live(folder, env, said)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        missing = "there is no chromium on this machine. On Debian: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def window(browser: Browser, live: Live) -> Page:
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


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """That window; the view of a DAG and the theme that a test chooses in it are forgotten."""
    yield window
    window.evaluate("localStorage.clear()")


def picture(what: Page | Locator, name: str, width: int = 0, height: int = 900) -> None:
    """Keep a picture of a window, or of a part of it, as ``docs/NAME.png``, where ``RECRUITING_SCREENSHOT=1`` asks."""
    if os.environ.get("RECRUITING_SCREENSHOT") != "1":
        return
    window = what if isinstance(what, Page) else what.page
    size = window.viewport_size
    assert size
    window.set_viewport_size({"width": width or size["width"], "height": height})
    # What moves, and what waits for the new size, comes to rest.
    window.wait_for_timeout(2000)
    what.screenshot(path=ROOT / f"docs/{name}.png")
    window.set_viewport_size(size)


@contextmanager
def running(env: dict[str, str], log: Path) -> Iterator[str]:
    """``./run demo``, from when it says that it is ready until Ctrl-C; what it said."""
    with log.open("wb") as out:
        demo = subprocess.Popen(
            [sys.executable, str(ROOT / "run"), "demo"], env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + 420
        while READY not in log.read_text():
            assert demo.poll() is None, f"the demo ended with {demo.returncode}:\n{log.read_text()}"
            assert time.monotonic() < deadline, f"the demo does not come up:\n{log.read_text()}"
            time.sleep(0.5)
        yield log.read_text()
    finally:
        started = psutil.Process(demo.pid).children(recursive=True) if demo.poll() is None else []
        demo.send_signal(signal.SIGINT)
        code = demo.wait(120)
        left = [process for process in started if process.is_running()] + list(living_in(env["RECRUITING_DEMO"]))
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    assert code == 0, log.read_text()[-3000:]
    assert not left


def living_in(folder: str) -> Iterator[psutil.Process]:
    """The processes that were started with this demo's folder in their environment, whoever's children they are."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("RECRUITING_DEMO") == folder:
                yield process
