"""The two that are compared: what each runs for a load, and where its rows are."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.sandbox import KEYS, Sandbox
from bench.server import DLT, OURS

ROOT = Path(__file__).parent.parent
DAGS = ("leonar_contacts", "recruitsome_candidates")
APART = "ours, one DAG at a time"
# Two dates, of which the second is outside.
Window = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Child:
    """
    A process.

    :param name: of its log
    :param env: all of its environment
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str]

    @property
    def report(self) -> str:
        """The name of the file for what it tells of itself, if it does."""
        return f"{self.name}.json"


@dataclass(frozen=True, slots=True)
class Contestant:
    """
    One of those that are compared.

    :param name: as the tables have it
    :param database: its own
    :param groups: the processes of a load of everything, or of what was created in a window: those of a group run at
        the same time, one group after the other
    :param queries: by kind of record, what answers the keys of its live rows
    """

    name: str
    database: str
    groups: Callable[[Window], Sequence[Sequence[Child]]]
    queries: Mapping[str, str]


def ours(home: Path, sandbox: Sandbox, socket: Path, *, apart: bool = False) -> Contestant:
    """
    This project: two of its DAGs, each in an Airflow of its own.

    :param home: below it are their AIRFLOW_HOMEs, whose databases exist
    :param sandbox: what they read
    :param socket: the folder of Postgres' socket
    :param apart: one DAG after the other, not both at the same time, as a scheduler would have them
    """
    warehouse = {"conn_type": "postgres", "host": str(socket), "login": "postgres", "schema": OURS}
    connections = {"AIRFLOW_CONN_RECRUITING_POSTGRES": json.dumps(warehouse)} | {
        f"AIRFLOW_CONN_{vendor.upper()}_DEFAULT": json.dumps(
            {"conn_type": vendor, "host": sandbox.url, "password": key}
        )
        for vendor, key in KEYS.items()
    }

    def groups(window: Window) -> list[list[Child]]:
        conf = dict(zip(("created_from", "created_before"), window, strict=True)) if window else {}
        told = json.dumps(conf)

        def child(dag: str) -> Child:
            beside = () if apart else sorted(set(DAGS) - {dag})
            ready = [f"{one}.ready" for one in (dag, *beside)]
            command = [sys.executable, "-m", "bench.ours", dag if window else f"{dag}_refresh", told, f"{dag}.json"]
            return Child(dag, [*command, *ready], airflow_env(home / dag) | connections)

        children = [child(dag) for dag in DAGS]
        return [[child] for child in children] if apart else [children]

    queries = {
        kind: f"SELECT remote_id FROM recruiting.{kind} WHERE remote_deleted_at IS NULL"  # noqa: S608
        for kind in ("contacts", "candidates")
    }
    return Contestant(APART if apart else "ours", OURS, groups, queries)


def dlt(python: Path, folder: Path, sandbox: Sandbox, socket: Path) -> Contestant:
    """
    A dlt pipeline of both sources, in a virtual environment of its own.

    :param python: of that virtual environment
    :param folder: where it keeps its state
    :param sandbox: what it reads
    :param socket: the folder of Postgres' socket
    """
    # dlt insists on a password.
    server = f"postgresql://postgres:none@{quote(str(socket), safe='')}:5432"
    env = plain() | {
        "DLT_DATA_DIR": str(folder),
        "DLT_PROJECT_DIR": str(folder),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DESTINATION__POSTGRES__CREDENTIALS": f"{server}/{DLT}",
    }

    def groups(window: Window) -> list[list[Child]]:
        told = {"api": f"{sandbox.url}/api/v1/", "keys": KEYS, "project": sandbox.project(), "window": window}
        return [[Child("dlt", [str(python), "-m", "bench.theirs", json.dumps(told), "dlt.json"], env)]]

    queries = {
        "contacts": "SELECT contact_key FROM recruiting.contacts",
        "candidates": "SELECT id::text FROM recruiting.candidates",
    }
    return Contestant("dlt", DLT, groups, queries)


def airflow_env(home: Path) -> dict[str, str]:
    """The environment of an Airflow that nobody else uses: a measurement must not run in anybody's production."""
    return plain() | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def plain() -> dict[str, str]:
    """Our environment without what the user says to Airflow, to dlt and to Postgres' clients."""
    foreign = ("AIRFLOW", "PG", "DLT_", "DESTINATION__", "SOURCES__", "RUNTIME__", "PYTHONPATH")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return env | {"PYTHONPATH": str(ROOT), "no_proxy": "localhost,127.0.0.1", "NO_PROXY": "localhost,127.0.0.1"}
