"""One load by one of the two, measured from outside and from inside."""

import json
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.contestants import Child, Contestant
from bench.sandbox import PAGES, Sandbox
from bench.server import Server
from demo.guard import end_with_parent
from demo.services import Services

LOADED = ("extract", "normalize", "upsert")
POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Cost:
    """
    What a load took: seconds, bytes, counts.

    :ivar wall: of the load alone: with dlt its ``pipeline.run``, with us from the start of the first extract to the end
        of the last upsert
    :ivar cpu: of the load alone: with us of every task but plan
    :ivar grown: what the load added to the peak memory
    :ivar process_wall: of the whole process, start-up included; ``process_cpu`` and ``peak`` likewise. Of several
        processes CPU and memory are summed
    :ivar server_cpu: of Postgres, meanwhile
    :ivar pages: the requests that ask for records; ``requests`` are all
    :ivar written: tuples inserted, updated and deleted in the tables that readers query; ``staged`` in the others
    :ivar tasks: with us, wall and CPU by task
    """

    wall: float
    cpu: float
    grown: float
    process_wall: float
    process_cpu: float
    peak: float
    server_cpu: float
    requests: int
    pages: int
    wal: int
    written: tuple[int, int, int]
    staged: tuple[int, int, int]
    tasks: Mapping[str, tuple[float, float]]


def execute(services: Services, children: Sequence[Child]) -> tuple[float, float]:
    """
    Run processes at the same time, each to its end; wall and CPU seconds of all. They run in the folder of the logs.

    :raises SystemExit: one of them failed
    """
    for left in services.logs.glob("*.ready"):
        left.unlink()
    began, cpu = time.monotonic(), _ended_cpu()
    for child in children:
        with (services.logs / f"{child.name}.log").open("wb") as log:
            services.running[child.name] = subprocess.Popen(  # noqa: S603
                child.command,
                env=child.env,
                cwd=services.logs,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
            )
    waiting = list(children)
    while waiting:
        services.life.pause(POLL_SECONDS)
        for child in [child for child in waiting if services.running[child.name].poll() is not None]:
            # One that failed ends the bench; the others may wait for it.
            services.finish(child.name)
            waiting.remove(child)
    wall = time.monotonic() - began
    return wall, _ended_cpu() - cpu


def measure(
    services: Services,
    contestant: Contestant,
    sandbox: Sandbox,
    server: Server,
    day: datetime | None,
) -> Cost:
    """
    Have one of the two load everything, or what was created on a day.

    :raises SystemExit: it failed
    """
    window = (f"{day:%Y-%m-%d}", f"{day + timedelta(days=1):%Y-%m-%d}") if day else None
    groups = contestant.groups(window)
    server.settle()
    sandbox.forget()
    before, wal, server_cpu = server.written(contestant.database), server.wal(), server.cpu()
    wall, cpu = map(sum, zip(*(execute(services, group) for group in groups), strict=True))
    wal, server_cpu = server.wal() - wal, server.cpu() - server_cpu
    after, asked = server.written(contestant.database), sandbox.requests()
    told = [json.loads((services.logs / child.report).read_text()) for group in groups for child in group]
    laps = [lap for one in told for lap in one.get("laps", [])]
    return Cost(
        wall=_loading(laps) or max(one["work"]["wall"] for one in told),
        cpu=sum(lap["cpu"] for lap in laps if lap["task"] != "plan") or sum(one["work"]["cpu"] for one in told),
        grown=sum(one["work"]["grown"] for one in told),
        process_wall=wall,
        process_cpu=cpu,
        peak=sum(one["peak"] for one in told),
        server_cpu=server_cpu,
        requests=asked.total(),
        pages=sum(asked[path] for path in PAGES),
        wal=wal,
        written=_difference(before, after, for_readers=True),
        staged=_difference(before, after, for_readers=False),
        tasks=_by_task(laps),
    )


def wrong(contestant: Contestant, sandbox: Sandbox, server: Server) -> list[str]:
    """The kinds of records whose live rows are not those of the world; empty if all is well."""
    told = []
    for kind, live in sandbox.live().items():
        rows = [key for (key,) in server.rows(contestant.database, contestant.queries[kind])]
        missing, surplus = len(live - set(rows)), len(rows) - len(live & set(rows))
        if missing or surplus:
            told.append(f"{contestant.name}: {missing:,} {kind} are missing, {surplus:,} are too many")
    return told


def _ended_cpu() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _loading(laps: Sequence[Mapping[str, Any]]) -> float:
    """From the start of the first extract to the end of the last upsert."""
    loading = [lap for lap in laps if lap["task"] in LOADED]
    return float(max(lap["ended"] for lap in loading) - min(lap["began"] for lap in loading)) if loading else 0.0


def _by_task(laps: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    summed: dict[str, tuple[float, float]] = {}
    for lap in laps:
        wall, cpu = summed.get(lap["task"], (0.0, 0.0))
        summed[lap["task"]] = (wall + lap["ended"] - lap["began"], cpu + lap["cpu"])
    return summed


def _difference(
    before: Mapping[str, tuple[int, int, int]], after: Mapping[str, tuple[int, int, int]], *, for_readers: bool
) -> tuple[int, int, int]:
    """The tuples written between two moments, to the tables that readers query, or to all others."""
    sums = [0, 0, 0]
    for table, counts in after.items():
        schema, _, name = table.partition(".")
        if (schema == "recruiting" and not name.startswith("_dlt_")) is for_readers:
            sums = [
                total + now - then for total, now, then in zip(sums, counts, before.get(table, (0, 0, 0)), strict=True)
            ]
    return (sums[0], sums[1], sums[2])
