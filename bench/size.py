"""Increments into a small warehouse and into a large one: what they cost must not follow the size."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from bench.contestants import Child, plain
from bench.measure import execute
from bench.server import Server
from bench.tables import Bound, aligned, at_most, count, seconds
from demo.say import say
from demo.services import Services

SMALL, LARGE = 10_000, 200_000
"""Contacts; how many are in the large one is an option."""
SLOWEST = 3.0
"""The most that a large one's increment may take, in those of the small one."""

Sizes = Mapping[int, Sequence[Mapping[str, float]]]
"""By contacts that are there, what each increment cost:

``wall`` and ``server_cpu`` in seconds; of the tables that grow the rows ``fetched`` by indexes, and the ``blocks`` of
them and of their indexes, each as often as it was looked into; the most rows of one that were ``scanned``.
"""

MEASURES: Sequence[tuple[str, str, Callable[[float], str]]] = (
    ("wall", "wall", lambda value: f"{value:.2f} s"),
    ("CPU, Postgres", "server_cpu", lambda value: f"{value:.2f} s"),
    ("rows read by indexes", "fetched", count),
    ("blocks looked into", "blocks", count),
    ("rows of a table read by scans", "scanned", count),
)


def grow(services: Services, server: Server, large: int) -> Sizes:
    """
    Make the warehouses, one after the other, and ingest increments into each.

    :raises SystemExit: it did not come through
    """
    return {size: _increments(services, server, size) for size in (SMALL, large)}


def _increments(services: Services, server: Server, size: int) -> Sequence[Mapping[str, float]]:
    name = f"increments-{size}"
    command = [sys.executable, "-m", "bench.increments", str(size), str(server.folder), f"{name}.json"]
    wall, _ = execute(services, [Child(name, command, plain())])
    increments: Sequence[Mapping[str, float]] = json.loads((services.logs / f"{name}.json").read_text())["increments"]
    told = ", ".join(seconds(increment["wall"]) for increment in increments)
    say(f"increments into {size:,} contacts: {told}; with making those {seconds(wall)}")
    return increments


def told(sizes: Sizes) -> str:
    """What an increment costs in each, and the large one's in those of the small one; medians."""
    rows = [["1,000 contacts into", *(f"{size:,}" for size in sizes), "ratio"]]
    for label, name, shown in MEASURES:
        small, large = (_median(increments, name) for increments in sizes.values())
        rows.append([label, shown(small), shown(large), f"{large / small:.2f}" if small else ""])
    return aligned(rows)


def bounds(sizes: Sizes) -> list[Bound]:
    """What must hold."""
    (small, few), (large, many) = sizes.items()
    ratio = _median(many, "wall") / _median(few, "wall")
    scanned = max(increment["scanned"] for increment in many)
    return [
        at_most(f"wall of an increment into {large:,} contacts / into {small:,}", SLOWEST, ratio),
        at_most(f"rows of a table that it scans there, of {large:,} or more", 0, scanned),
    ]


def _median(increments: Sequence[Mapping[str, float]], name: str) -> float:
    return median(increment[name] for increment in increments)
