"""``python -m bench FOLDER ...``, by ``./run bench``: the same loads by this project and by dlt, compared."""

import argparse
import fcntl
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from bench import contestants, size, writing
from bench.contestants import Child, Contestant
from bench.environment import python_of, version_of
from bench.measure import Cost, execute, measure, wrong
from bench.sandbox import Sandbox, sandbox
from bench.server import Server
from bench.tables import Duel, bounds, by_task, compared, judged
from demo.guard import Lifeline, guarded
from demo.postgres import held
from demo.say import say
from demo.services import Services

FIRST, SECOND, DAY = "first load", "unchanged second load", "one-day increment"
DAYS = 30


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="./run bench", description="This project and dlt, side by side.")
    parser.add_argument("folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--contacts", type=_positive, default=20_000)
    parser.add_argument("--candidates", type=_positive, default=20_000)
    parser.add_argument("--latency", type=_latencies, default=[0, 100], help="milliseconds, as 0,100")
    parser.add_argument("--rounds", type=_positive, default=1, help="the tables show their medians")
    parser.add_argument("--size", type=_large, default=size.LARGE, help="contacts of the large warehouse")
    return parser.parse_args(given)


def _positive(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def _large(text: str) -> int:
    if int(text) <= size.SMALL:
        raise ValueError(text)
    return int(text)


def _latencies(text: str) -> list[int]:
    if any(int(part) < 0 for part in text.split(",")):
        raise ValueError(text)
    return sorted({int(part) for part in text.split(",")})


class Bench:
    """
    The rounds, and what they came to.

    :ivar costs: by load, latency and contestant, a cost a round
    :ivar least: the least requests of a first load
    :ivar written: what writing cost, and a bare COPY-and-merge
    :ivar sizes: what increments cost into a small and into a large warehouse
    """

    def __init__(self, services: Services, server: Server, options: argparse.Namespace, python: Path) -> None:
        self.services, self.server, self.options, self.python = services, server, options, python
        self.home, self.pipelines = options.folder / "airflow", options.folder / "pipelines"
        self.costs: dict[tuple[str, int, str], list[Cost]] = {}
        self.least = 0
        self.written: writing.Written = {}
        self.sizes: size.Sizes = {}

    def prepare(self) -> None:
        """Make the databases of Airflows that nobody has used yet."""
        shutil.rmtree(self.home, ignore_errors=True)
        migrate = [str(Path(sys.executable).with_name("airflow")), "db", "migrate"]
        homes = [self.home / dag for dag in contestants.DAGS]
        for home in homes:
            home.mkdir(parents=True)
        migrations = [Child(f"migrate-{home.name}", migrate, contestants.airflow_env(home)) for home in homes]
        execute(self.services, migrations)

    def round(self, number: int, latency: int) -> None:
        """
        Load everything, everything again, and a new day, each by both: from empty databases, out of a new world.

        :raises SystemExit: a load failed, or the rows are not those of the world
        """
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        yesterday, options = today - timedelta(days=1), self.options
        scale = {"contacts": options.contacts, "candidates": options.candidates, "users": 4, "days": DAYS}
        shutil.rmtree(self.pipelines, ignore_errors=True)
        self.pipelines.mkdir()
        with sandbox(self.services, {**scale, "until": yesterday.isoformat(), "latency": latency}) as world:
            both = [
                contestants.ours(self.home, world, self.server.folder),
                contestants.dlt(self.python, self.pipelines, world, self.server.folder),
            ]
            self.least = world.least()
            if latency == 0:
                # dlt reads one source after the other: its CPU is compared with what ours is without a neighbour.
                apart = contestants.ours(self.home, world, self.server.folder, apart=True)
                self.server.create()
                self._load(f"round {number}, {latency} ms, {FIRST}", (FIRST, latency), [apart], world, None)
            self.server.create()
            order = both[:: 1 if number % 2 else -1]
            for load in (FIRST, SECOND):
                self._load(f"round {number}, {latency} ms, {load}", (load, latency), order, world, None)
            world.fill("contacts", yesterday, options.contacts // DAYS or 1)
            world.fill("candidates", yesterday, options.candidates // DAYS or 1)
            self._load(f"round {number}, {latency} ms, {DAY}", (DAY, latency), order, world, yesterday)

    def _load(
        self, what: str, key: tuple[str, int], order: Sequence[Contestant], world: Sandbox, day: datetime | None
    ) -> None:
        told = []
        for contestant in order:
            cost = measure(self.services, contestant, world, self.server, day)
            if faults := wrong(contestant, world, self.server):
                raise SystemExit("\n".join([f"{what}: these are not the rows of the world.", *faults]))
            self.costs.setdefault((*key, contestant.name), []).append(cost)
            told.append(f"{contestant.name} {cost.wall:.1f} s")
        say(f"{what}: {', '.join(told)}")

    def write(self) -> None:
        """Write once more what the last round's first load landed."""
        self.written = writing.write(self.services, self.server)
        self.server.drop()

    def grow(self) -> None:
        """Ingest increments into warehouses of two sizes."""
        self.sizes = size.grow(self.services, self.server, self.options.size)

    def tell(self) -> None:
        """Print the tables."""
        loads = {
            load: {
                latency: Duel(
                    self.costs[load, latency, "ours"],
                    self.costs[load, latency, "dlt"],
                    self.costs.get((load, latency, contestants.APART), ()),
                )
                for latency in self.options.latency
            }
            for load in (FIRST, SECOND, DAY)
        }
        for load, duels in loads.items():
            say(f"\n### {load[0].upper()}{load[1:]}\n\n{compared(duels)}")
        say(f"\n### Our tasks\n\n{by_task(loads)}")
        say(f"\n### Our writing beside a bare COPY-and-merge\n\n{writing.told(self.written)}")
        say(f"\n### An increment into few and into many\n\n{size.told(self.sizes)}")
        must = [*bounds(loads[FIRST], self.least), *writing.bounds(self.written), *size.bounds(self.sizes)]
        say(f"\n### What must hold\n\n{judged(must)}")

    def versions(self) -> str:
        """What was compared, and on what."""
        airflow, python = version("apache-airflow"), sys.version.split()[0]
        return (
            f"{self.options.contacts:,} contacts and {self.options.candidates:,} candidates of 4 users, rounds: "
            f"{self.options.rounds}. dlt {version_of('dlt')}, Airflow {airflow}, Python {python}, Postgres "
            f"{self.server.version()}, {sys.platform}, {os.cpu_count()} cores."
        )


def show(life: Lifeline, options: argparse.Namespace) -> int:
    """
    Run the rounds and print the tables; the exit code.

    :raises SystemExit: a load failed, or the rows are not those of the world
    """
    folder = options.folder
    with held(folder / "postgres") as socket, Services(life, folder / "logs") as services:
        python = python_of(folder / "dlt", lambda name, command: execute(services, [Child(name, command, os.environ)]))
        bench = Bench(services, Server(socket), options, python)
        say(bench.versions())
        bench.prepare()
        try:
            for number in range(1, options.rounds + 1):
                for latency in options.latency:
                    bench.round(number, latency)
            bench.write()
            bench.grow()
        finally:
            with suppress(Exception):
                bench.server.drop()
    bench.tell()
    return 0


def main() -> int:
    """Be the bench of the folder named on the command line."""
    options = arguments(sys.argv[1:])
    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(options.folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(
            "A bench of this project is running already: stop it first, by Ctrl-C in its terminal."
        ) from None
    return guarded(lambda life: show(life, options), options.folder / "postgres")


if __name__ == "__main__":
    sys.exit(main())
