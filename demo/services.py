"""The processes of a demo: started together, watched while they live, ended together."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from demo.guard import Lifeline, end_with_parent
from demo.say import say

GRACE_SECONDS = 5


class Services:
    """
    The processes of a demo, each with its log; one that ends by itself ends the demo.

    :param life: what to sleep by
    :param logs: the folder of the logs
    """

    def __init__(self, life: Lifeline, logs: Path) -> None:
        self.life = life
        self.logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        say("Stopping ...")
        for process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(process.poll() is None for process in self.running.values()):
            time.sleep(0.1)
        for process in self.running.values():
            process.kill()
            process.wait()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a service; its log is ``NAME.log``."""
        with self._log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, preexec_fn=end_with_parent
            )

    def finish(self, name: str) -> None:
        """Wait for the end of one that is meant to end well.

        :raises SystemExit: it did not
        """
        process = self.running[name]
        while process.poll() is None:
            self.life.pause(0.1)
        if process.returncode:
            self._mourn(name)
        del self.running[name]

    def until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait until something is ready.

        :raises SystemExit: it took longer, or a service ended
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise SystemExit(f"{what} took longer than {seconds:.0f} s; the logs are in {self.logs}")
            self.pause(0.5)

    def pause(self, seconds: float) -> None:
        """Sleep.

        :raises SystemExit: a service ended
        :raises Stopped: somebody wants an end
        """
        self.life.pause(seconds)
        for name, process in self.running.items():
            if process.poll() is not None:
                self._mourn(name)

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _mourn(self, name: str) -> None:
        last = self._log(name).read_text(errors="replace").splitlines()[-12:]
        code = self.running[name].returncode
        raise SystemExit("\n  ".join([f"{name} ended with {code}; its log, {self._log(name)}, ends so:", *last]))

    def sandbox(self, scale: Mapping[str, str], keys: Mapping[str, str]) -> str:
        """Start the sandbox: the doubles of both vendors; its base URL.

        :param scale: the parameters of its world
        :param keys: the API key of each vendor
        """
        options = [f"--{name}={value}" for name, value in scale.items()]
        options += [f"--{vendor}-key={key}" for vendor, key in keys.items()]
        self.start("sandbox", [sys.executable, "-m", "include.sandbox", "--with-parent", *options])
        listening = re.compile(r"listening on (http://\S+)")
        self.until(lambda: bool(listening.search(self._log("sandbox").read_text())), "the sandbox", 120)
        return str(listening.findall(self._log("sandbox").read_text())[0])

    def airflow(self) -> None:
        """Migrate Airflow's database, and start its components."""
        command = str(Path(sys.executable).with_name("airflow"))
        self.start("db-migrate", [command, "db", "migrate"])
        self.finish("db-migrate")
        for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
            # The logs are on this machine: nobody has to serve them, on ports that another Airflow may have.
            alone = ["--skip-serve-logs"] if name in ("scheduler", "triggerer") else []
            self.start(name, [command, name, *alone])


def log_folder() -> Path:
    """Where Airflow keeps the logs of tasks."""
    return Path(
        os.environ.get("AIRFLOW__LOGGING__BASE_LOG_FOLDER") or Path(os.environ["AIRFLOW_HOME"]).expanduser() / "logs"
    )
