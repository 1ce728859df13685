"""DAG runs by Airflow's REST API: trigger them, follow them, say why one failed."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from demo.say import say
from demo.services import Services, log_folder

COMPONENTS = ("scheduler", "triggerer", "dag_processor")
RUN_PREFIX = "demo__"
DONE = ("success", "skipped")
TRIES = 5
NOTABLE = ("running", "deferred", "up_for_retry", "failed")


class Runs:
    """
    Airflow's REST API, as far as a demo needs it.

    :param services: what to wait with
    """

    def __init__(self, services: Services) -> None:
        path = urlsplit(os.environ["AIRFLOW__API__BASE_URL"]).path.rstrip("/")
        self.services = services
        # An API on this machine is no business of a proxy.
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{os.environ['AIRFLOW__API__PORT']}{path}", trust_env=False, timeout=30
        )

    def log_in(self, user: str, password: str, since: datetime) -> None:
        """Wait until every component of Airflow has shown life since then, and log in."""
        self.services.until(lambda: self._beating(since), "Airflow's start", 300)
        token = self._ask("POST", "/auth/token", {"username": user, "password": password})["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def _beating(self, since: datetime) -> bool:
        try:
            health = self._ask("GET", "/api/v2/monitor/health")
        except httpx.TransportError:
            return False
        beats = [(health.get(name) or {}).get(f"latest_{name}_heartbeat") for name in COMPONENTS]
        return all(beat and datetime.fromisoformat(beat) > since for beat in beats)

    def trigger(self, dag: str, now: datetime, interval: tuple[datetime, datetime] | None) -> str:
        """Have the scheduler run a DAG; the run's id.

        :param interval: the data interval. Runs of the same one are told apart by their logical date, which is ``now``
        """
        self.services.until(lambda: self._is_parsed(dag), f"the DAG {dag}", 180)
        self._close_interrupted(dag)
        due = self._ask("GET", f"/api/v2/dags/{dag}")["next_dagrun_run_after"]
        self._ask("PATCH", f"/api/v2/dags/{dag}", {"is_paused": False})
        if due and datetime.fromisoformat(due) <= now:
            self.services.until(lambda: bool(self._scheduled(dag)), f"the scheduled run of {dag}", 60)
        # Airflow runs by itself what is due when a DAG is unpaused: to run it twice would spend requests on nothing.
        for scheduled in self._scheduled(dag):
            if interval is None or datetime.fromisoformat(scheduled["data_interval_start"]) == interval[0]:
                return str(scheduled["dag_run_id"])
        run = f"{RUN_PREFIX}{now:%Y-%m-%dT%H.%M.%S}"
        body: dict[str, Any] = {"dag_run_id": run, "logical_date": now.isoformat(), "note": "./run demo"}
        if interval:
            body |= {"data_interval_start": interval[0].isoformat(), "data_interval_end": interval[1].isoformat()}
        self._ask("POST", f"/api/v2/dags/{dag}/dagRuns", body)
        return run

    def _scheduled(self, dag: str) -> list[dict[str, Any]]:
        """The scheduled runs that have not ended."""
        path = f"/api/v2/dags/{dag}/dagRuns?run_type=scheduled&state=running&state=queued"
        return list(self._ask("GET", path)["dag_runs"])

    def _is_parsed(self, dag: str) -> bool:
        for fault in self._ask("GET", "/api/v2/importErrors")["import_errors"]:
            if Path(fault["filename"]).stem == dag:
                raise SystemExit(f"The DAG file {fault['filename']} does not load:\n{fault['stack_trace']}")
        known = self._ask("GET", "/api/v2/dags?limit=100")["dags"]
        return any(one["dag_id"] == dag and not one["is_stale"] for one in known)

    def _close_interrupted(self, dag: str) -> None:
        """A demo that was stopped in the middle leaves runs whose tasks would be waited for."""
        for run in self._ask("GET", f"/api/v2/dags/{dag}/dagRuns?state=running&state=queued&limit=100")["dag_runs"]:
            if run["dag_run_id"].startswith(RUN_PREFIX):
                self._ask("PATCH", _path(dag, run["dag_run_id"]), {"state": "failed"})

    def follow(self, runs: Mapping[str, str]) -> dict[str, str]:
        """Say how the runs come along until all have ended.

        :param runs: the run of each DAG
        :returns: those that failed
        """
        shown: dict[str, str] = {}
        ended: dict[str, str] = {}
        while len(ended) < len(runs):
            self.services.pause(1)
            for dag in [dag for dag in runs if dag not in ended]:
                state = self._ask("GET", _path(dag, runs[dag]))["state"]
                tasks = self._tasks(dag, runs[dag])
                done = sum(task["state"] in DONE for task in tasks)
                notable = sorted(f"{_name(task)} {task['state']}" for task in tasks if task["state"] in NOTABLE)
                if state in ("success", "failed"):
                    ended[dag] = state
                    notable.append(state)
                line = f"{done} of {len(tasks)} tasks  {', '.join(notable)}"
                if shown.get(dag) != line:
                    shown[dag] = line
                    say(f"  {dag:<32}{line}")
        return {dag: runs[dag] for dag, state in ended.items() if state == "failed"}

    def _tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = f"{_path(dag, run)}/taskInstances?limit=100&offset={len(found)}"
            more = self._ask("GET", page)["task_instances"]
            found += more
            if len(more) < 100:
                return found

    def explain(self, dag: str, run: str) -> None:
        """Say which tasks of a run failed, why, and where the whole log is."""
        for task in self._tasks(dag, run):
            if task["state"] == "failed":
                log = log_folder() / f"dag_id={dag}" / f"run_id={run}" / f"task_id={task['task_id']}"
                log /= "" if task["map_index"] == -1 else f"map_index={task['map_index']}"
                log /= f"attempt={task['try_number']}.log"
                say(f"\n{dag}, {_name(task)} failed: {last_error(log)}\n  its log: {log}")

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        for _ in range(TRIES):
            response = self.client.request(method, path, json=body)
            if not response.is_server_error:
                break
            # Airflow's scheduler and its API may lock the same rows in different orders.
            self.services.pause(1)
        if response.is_error:
            raise SystemExit(f"Airflow answered {response.status_code} to {method} {path}: {response.text}")
        return dict(response.json())


def _path(dag: str, run: str) -> str:
    return f"/api/v2/dags/{dag}/dagRuns/{quote(run, safe='')}"


def _name(task: Mapping[str, Any]) -> str:
    return str(task["task_id"]) + (f"[{task['map_index']}]" if task["map_index"] != -1 else "")


def last_error(log: Path) -> str:
    """The last error of a task's log, which is one JSON object a line."""
    said = "its log says nothing"
    for line in log.read_text(errors="replace").splitlines() if log.exists() else []:
        with suppress(ValueError, AttributeError, KeyError):
            entry = json.loads(line)
            if entry.get("level") in ("error", "critical"):
                cause = (entry.get("error_detail") or [{}])[-1]
                said = f"{cause['exc_type']}: {cause['exc_value']}" if cause else str(entry["event"])
    return said
