"""``python -m demo FOLDER [--exit]``, in the environment that ``./run demo`` makes: the whole job, shown."""

import fcntl
import json
import os
import secrets
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from demo.beside import point_to
from demo.guard import Lifeline, Stopped, guarded
from demo.postgres import held
from demo.report import Report
from demo.runs import Runs
from demo.say import say
from demo.services import Services

VENDORS = {
    "leonar": ("LEONAR_API_KEY", "https://app.leonar.app"),
    "recruitsome": ("RECRUITSOME_API_KEY", "https://app.recruitsome.com"),
}
REFRESHES = ("leonar_contacts_refresh", "recruitsome_candidates_refresh")
INTERVALS = ("leonar_contacts", "recruitsome_candidates")
# What another terminal needs to talk to this demo's Airflow and sources.
SHARED = (
    "AIRFLOW_HOME",
    "AIRFLOW__API__PORT",
    "AIRFLOW__API__BASE_URL",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW_CONN_RECRUITING_POSTGRES",
)


def claim(folder: Path) -> int:
    """Become the demo of this folder, until every process that shares the lock has ended; the file to say more in.

    :raises SystemExit: another one is running
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / "running.json", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(
            "A demo of this project is running already: stop it first, by Ctrl-C in its terminal."
        ) from None
    return file


def world(folder: Path) -> dict[str, str]:
    """The parameters of the sandbox's world, the same in every demo of this folder."""
    path = folder / "world.json"
    if not path.exists():
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        path.write_text(json.dumps({"seed": "7", "until": midnight.isoformat()}))
    return dict(json.loads(path.read_text()))


def connect(services: Services, scale: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """Connect both vendors: as the user did, else the real one by its key, else the sandbox.

    :returns: the sandbox's base URL, and the connections to it
    """
    keys: dict[str, str] = {}
    for vendor, (variable, host) in VENDORS.items():
        connection, key = f"AIRFLOW_CONN_{vendor.upper()}_DEFAULT", os.environ.get(variable)
        if connection in os.environ:
            say(f"{vendor}: the connection in {connection}")
        elif key:
            say(f"{vendor}: {host}, by the key in {variable}")
            os.environ[connection] = json.dumps({"conn_type": vendor, "host": host, "password": key})
        else:
            keys[vendor] = secrets.token_hex(8)
    if not keys:
        return None, {}
    sandbox = services.sandbox(scale, keys)
    say(f"{' and '.join(keys)}: the sandbox at {sandbox}")
    connections = {
        f"AIRFLOW_CONN_{vendor.upper()}_DEFAULT": json.dumps({"conn_type": vendor, "host": sandbox, "password": key})
        for vendor, key in keys.items()
    }
    os.environ.update(connections)
    return sandbox, connections


def truth(sandbox: str | None, connections: Mapping[str, str]) -> dict[str, int]:
    """How many live rows the tables of the vendors that the sandbox plays ought to have."""
    if not sandbox:
        return {}
    counts = httpx.get(f"{sandbox}/sandbox/counts", trust_env=False).raise_for_status().json()
    leonar = {"contacts": counts["live_contacts"]}
    recruitsome = {"candidates": counts["live_candidates"], "candidate_users": sum(counts["users"].values())}
    played = {"AIRFLOW_CONN_LEONAR_DEFAULT": leonar, "AIRFLOW_CONN_RECRUITSOME_DEFAULT": recruitsome}
    return {table: live for name in connections for table, live in played[name].items()}


def admin() -> tuple[str, str]:
    """Who may trigger runs, and the password.

    :raises SystemExit: Airflow has no such user
    """
    users = dict(user.strip().split(":") for user in os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"].split(","))
    file = Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    passwords = json.loads(file.read_text()) if file.exists() else {}
    for user, role in users.items():
        if role == "admin" and user in passwords:
            return user, passwords[user]
    raise SystemExit(
        f"The demo needs an admin among AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS with a password in {file}"
    )


def show(life: Lifeline, folder: Path, file: int, stay: bool) -> int:
    """Start everything, run the DAGs, say what came of it; the exit code."""
    began = time.monotonic()
    with held(folder / "postgres") as socket, Services(life, folder / "logs") as services:
        point_to(socket)
        scale = world(folder)
        sandbox, connections = connect(services, scale)
        os.truncate(file, 0)
        os.pwrite(file, json.dumps(connections | {name: os.environ[name] for name in SHARED}).encode(), 0)
        before = Report.read()
        say("Starting Airflow ...")
        now = datetime.now(UTC)
        services.airflow()
        runs = Runs(services)
        user, password = admin()
        runs.log_in(user, password, now)
        ui = f"Airflow's UI: {os.environ['AIRFLOW__API__BASE_URL']}  user {user}  password {password}"
        end = datetime.fromisoformat(scale["until"]).replace(hour=0, minute=0, second=0, microsecond=0)
        start = end - timedelta(days=1)
        say(f"{ui}\n\nRunning both refreshes, and {start:%Y-%m-%d} of both interval DAGs:")
        now = datetime.now(UTC)
        triggered = {dag: runs.trigger(dag, now, None) for dag in REFRESHES}
        triggered |= {dag: runs.trigger(dag, now, (start, end)) for dag in INTERVALS}
        failed = runs.follow(triggered)
        for dag, run in failed.items():
            runs.explain(dag, run)
        same = Report.read().tell(before, truth(sandbox, connections))
        code = 1 if failed or not same else 0
        say(f"\n{'Not well' if code else 'Done'}, in {time.monotonic() - began:.0f} s.")
        if stay:
            say(f"\n{ui}\nCtrl-C stops everything.")
            with suppress(Stopped):
                while True:
                    services.pause(1)
        return code


def main() -> int:
    """Be the demo of the folder named on the command line."""
    folder = Path(sys.argv[1])
    file = claim(folder)
    return guarded(lambda life: show(life, folder, file, stay="--exit" not in sys.argv[2:]), folder / "postgres")


if __name__ == "__main__":
    sys.exit(main())
