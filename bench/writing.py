"""Our writing beside a bare COPY-and-merge of the same rows, in turns; and normalization alone."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.bare import tables
from bench.contestants import Child, plain
from bench.measure import execute
from bench.server import OURS, Server
from bench.tables import Bound, aligned, at_least, seconds
from demo.services import Services
from include.sources import SOURCES

ROUNDS = 3
WRITERS = ("ours", "bare")
SLOWEST = 1 / 3
"""The least part of the bare one's speed."""
RECORDS_A_SECOND = 15_000


@dataclass(frozen=True, slots=True)
class Spent:
    """
    What a writer took: seconds.

    :param cpu: of its process; ``server_cpu`` of Postgres
    :param records: how many were normalized, where that was all
    """

    wall: float
    cpu: float
    server_cpu: float
    records: int


Written = Mapping[str, Sequence[Spent]]
"""By writer, or by source for normalization alone, a cost a round."""


def write(services: Services, server: Server, rounds: int = ROUNDS) -> Written:
    """
    Have both write what the first load landed, and normalize it.

    :raises SystemExit: one failed, or did not write the rows that the other wrote
    """
    spent: dict[str, list[Spent]] = {name: [] for name in (*WRITERS, *SOURCES)}
    for number in range(rounds):
        rows = []
        # The bare one loads the rows that ours made: in the first round they have to be made first.
        for writer in WRITERS[:: -1 if number % 2 else 1]:
            spent[writer].append(_spent(services, server, writer))
            rows.append(_rows(server))
        if rows[0] != rows[1]:
            raise SystemExit(f"ours and bare did not write the same rows: {rows}")
        for source in SOURCES:
            spent[source].append(_spent(services, server, source))
    return spent


def _spent(services: Services, server: Server, what: str) -> Spent:
    name = f"writers-{what}"
    child = Child(name, [sys.executable, "-m", "bench.writers", what, str(server.folder), f"{name}.json"], plain())
    execute(services, [child])
    told = json.loads((services.logs / child.report).read_text())
    return Spent(told["work"]["wall"], told["work"]["cpu"], told["server_cpu"], told["records"])


def _rows(server: Server) -> dict[str, int]:
    """How many rows there are, by table."""
    return {
        table.fullname: server.rows(OURS, f"SELECT count(*) FROM {table.fullname}")[0][0]  # noqa: S608
        for table in tables()
    }


def told(written: Written) -> str:
    """Both writers, then normalization alone; medians of the rounds."""
    rows = [["", *WRITERS, "bare / ours"]]
    for label, name in (("wall", "wall"), ("CPU, process", "cpu"), ("CPU, Postgres", "server_cpu")):
        ours, bare = (_median(written[writer], name) for writer in WRITERS)
        rows.append([label, seconds(ours), seconds(bare), f"{bare / ours:.2f}"])
    alone = [["normalization alone", *SOURCES], ["records", *(f"{written[one][0].records:,}" for one in SOURCES)]]
    alone.append(["records a second of one core", *(f"{_pace(written[source]):,.0f}" for source in SOURCES)])
    return f"{aligned(rows)}\n\n{aligned(alone)}"


def bounds(written: Written) -> list[Bound]:
    """What writing must show."""
    ours, bare = (_median(written[writer], "wall") for writer in WRITERS)
    return [
        at_least("speed of our writing / of a bare COPY-and-merge", SLOWEST, bare / ours),
        *(
            at_least(f"{source}: records normalized in a second of one core", RECORDS_A_SECOND, _pace(written[source]))
            for source in SOURCES
        ),
    ]


def _median(costs: Sequence[Spent], name: str) -> float:
    return float(median(getattr(cost, name) for cost in costs))


def _pace(costs: Sequence[Spent]) -> float:
    return median(cost.records / cost.cpu for cost in costs)
