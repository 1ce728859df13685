"""``python -m demo.beside PGDATA COMMAND ...``: run a command with the embedded Postgres, and end both together."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from demo.guard import end_with_parent
from demo.postgres import held


def point_to(folder: Path) -> None:
    """Point what the user has not pointed elsewhere to the embedded Postgres, for this process and its children."""
    recruiting = {"conn_type": "postgres", "host": str(folder), "login": "postgres", "schema": "recruiting"}
    if "AIRFLOW_CONN_RECRUITING_POSTGRES" not in os.environ:
        os.environ["AIRFLOW_CONN_RECRUITING_POSTGRES"] = json.dumps(recruiting)
        os.environ.update(PGHOST=str(folder), PGUSER="postgres", PGDATABASE="recruiting")
    name = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    if not any(name + form in os.environ for form in ("", "_CMD", "_SECRET")):
        os.environ[name] = f"postgresql+psycopg2://postgres@/airflow?host={quote(str(folder), safe='')}"


def accompany(command: list[str]) -> int:
    """Run a command with our terminal, and end with it; its exit code."""
    process = subprocess.Popen(command, preexec_fn=end_with_parent)  # noqa: S603

    def pass_on(number: int, _: object) -> None:
        # The terminal itself tells every process in front of it about Ctrl-C.
        if not (number == signal.SIGINT and sys.stdin.isatty()):
            process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    with held(Path(sys.argv[1])) as folder:
        point_to(folder)
        code = accompany(sys.argv[2:])
    sys.exit(code)
