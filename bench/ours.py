"""``python -m bench.ours DAG CONF REPORT READY OTHER ...``: a run of one of this project's DAGs.

The run is ``DAG.test()``'s, as Airflow's documentation has a DAG debugged: the real operators, hooks and XComs, one
task after another in this process instead of workers'. Before the first extract it makes the file READY and waits for
those of the other processes: whose Airflow starts first must not read alone.
"""

import json
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.listeners import hookimpl
from airflow.sdk.listener import get_listener_manager

from bench.meter import Reading, read, report

DAGS = Path(__file__).parent.parent / "dags"
POLL_SECONDS = 0.002
API = "InProcessExecutionAPI-loop"
"""The thread in which ``DAG.test()`` has Airflow's API server."""


class Stopwatch:
    """
    Airflow's listener: what each task took, from when it begins to execute until its XComs are there.

    :param ready: the files that are made before a first extract begins, ours first
    :ivar before: the cost of this process when the first extract began; none has begun yet
    :ivar laps: of each ended task its name, when it began and ended (Unix time), its CPU seconds
    """

    def __init__(self, ready: Sequence[Path]) -> None:
        self.ready = ready
        self.before: Reading | None = None
        self.laps: list[dict[str, Any]] = []
        self._began: Reading = {}

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        """Begin; after a deferral, again."""
        first = self.before is None and _name(task_instance) == "extract"
        if first:
            self.ready[0].touch()
            while not all(file.exists() for file in self.ready):
                time.sleep(POLL_SECONDS)
        self._began = _own()
        if first:
            self.before = self._began

    @hookimpl
    def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:
        """End."""
        now, began = _own(), self._began
        lap = {"began": began["at"], "ended": now["at"], "cpu": now["cpu"] - began["cpu"]}
        self.laps.append({"task": _name(task_instance), **lap})

    @hookimpl
    def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
        """End at once: a load that had to be tried again is no measurement."""
        raise SystemExit(f"{task_instance.task_id} failed: {error}")


def _own() -> Reading:
    """The cost of this process, without the CPU of the API server: a worker's tasks have theirs elsewhere."""
    told = read()
    for thread in threading.enumerate():
        if thread.name == API and thread.ident:
            told["cpu"] -= time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
    return told


def _name(task_instance: Any) -> str:
    return str(task_instance.task_id).rpartition(".")[2]


def main(dag_id: str, conf: dict[str, Any], file: Path, ready: Sequence[Path]) -> None:
    """
    Run a DAG, and report what its tasks took.

    :raises SystemExit: it did not come through
    """
    stopwatch = Stopwatch(ready)
    get_listener_manager().add_listener(stopwatch)  # type: ignore[no-untyped-call]
    bag = DagBag(str(DAGS / f"{dag_id}.py"), bundle_name="dags-folder", bundle_path=DAGS)
    if bag.import_errors:
        raise SystemExit(f"{dag_id} cannot be imported: {bag.import_errors}")
    began = read()
    ended = bag.dags[dag_id].test(logical_date=datetime.now(UTC), run_conf=conf or None)
    if ended.state != "success":
        raise SystemExit(f"{dag_id} ended as {ended.state}")
    report(file, stopwatch.before or began, laps=stopwatch.laps)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3]), [Path(name) for name in sys.argv[4:]])
