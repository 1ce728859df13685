"""What was measured, as Markdown tables that read as well in a terminal; docs/benchmarks.md holds them as printed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from bench.measure import Cost

MIB, MB = 2**20, 10**6
TASKS = ("plan", "extract", "normalize", "upsert", "tombstone", "publish")


@dataclass(frozen=True, slots=True)
class Duel:
    """
    The costs of both in one load, a cost a round.

    :ivar apart: ours, one DAG at a time, where that was measured
    """

    ours: Sequence[Cost]
    dlt: Sequence[Cost]
    apart: Sequence[Cost] = ()


# By latency in milliseconds.
Duels = Mapping[int, Duel]


def seconds(value: float) -> str:
    """Seconds as a cell shows them."""
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def count(value: float) -> str:
    """A count as a cell shows it."""
    return f"{value:,.0f}"


MEASURES: Sequence[tuple[str, Callable[[Cost], float], Callable[[float], str]]] = (
    ("wall, loading", lambda cost: cost.wall, seconds),
    ("wall, whole process", lambda cost: cost.process_wall, seconds),
    ("CPU, loading", lambda cost: cost.cpu, seconds),
    ("CPU, whole process", lambda cost: cost.process_cpu, seconds),
    ("CPU, Postgres", lambda cost: cost.server_cpu, seconds),
    ("memory, added by loading", lambda cost: cost.grown / MIB, lambda mib: f"{mib:,.0f} MiB"),
    ("memory, peak of the process", lambda cost: cost.peak / MIB, lambda mib: f"{mib:,.0f} MiB"),
    ("requests", lambda cost: cost.requests, count),
    ("WAL", lambda cost: cost.wal / MB, lambda mb: f"{mb:,.1f} MB"),
    ("rows inserted for readers", lambda cost: cost.written[0], count),
    ("rows updated for readers", lambda cost: cost.written[1], count),
    ("rows deleted for readers", lambda cost: cost.written[2], count),
    ("rows written elsewhere", lambda cost: sum(cost.staged), count),
)


def compared(duels: Duels) -> str:
    """One load: every measure of both, and ours as a part of dlt's; medians of the rounds."""
    head = [""] + [cell for latency in duels for cell in (f"ours, {latency} ms", f"dlt, {latency} ms", "ours / dlt")]
    rows = [head]
    for label, measure, shown in MEASURES:
        row = [label]
        for duel in duels.values():
            ours, dlt = (median(measure(cost) for cost in costs) for costs in (duel.ours, duel.dlt))
            row += [shown(ours), shown(dlt), f"{ours / dlt:.2f}" if dlt else ""]
        rows.append(row)
    return aligned(rows)


def by_task(loads: Mapping[str, Duels]) -> str:
    """Our tasks, all slices of both DAGs together: wall and CPU seconds, medians of the rounds."""
    rows = [["wall / CPU in seconds", *TASKS]]
    for load, duels in loads.items():
        for latency, duel in duels.items():
            rows.append([f"{load}, {latency} ms", *_times(duel.ours)])
            if duel.apart:
                rows.append([f"{load}, {latency} ms, one DAG at a time", *_times(duel.apart)])
    return aligned(rows)


def _times(costs: Sequence[Cost]) -> list[str]:
    """Wall and CPU of each task."""
    times = [[cost.tasks[task] for cost in costs if task in cost.tasks] for task in TASKS]
    return [" / ".join(f"{median(part):.2f}" for part in zip(*each, strict=True)) for each in times]


class Bound(NamedTuple):
    """Something that must hold, with its limit and its value as cells show them."""

    what: str
    limit: str
    value: str
    holds: bool


def at_most(what: str, most: float, value: float) -> Bound:
    """A bound from above."""
    return Bound(what, f"at most {_figure(most)}", _figure(value), value <= most)


def at_least(what: str, least: float, value: float) -> Bound:
    """A bound from below."""
    return Bound(what, f"at least {_figure(least)}", _figure(value), value >= least)


def _figure(value: float) -> str:
    return f"{value:.3f}" if value < 100 else f"{value:,.0f}"


def judged(bounds: Sequence[Bound]) -> str:
    """What must hold, and whether it does."""
    rows = [[one.what, one.limit, one.value, "holds" if one.holds else "DOES NOT HOLD"] for one in bounds]
    return aligned([["", "must be", "is", ""], *rows])


def bounds(first: Duels, least: int) -> list[Bound]:
    """
    What the first load must show.

    :param least: the least requests of a full read
    """
    found = []
    if 100 in first:
        found.append(
            at_most("first load, wall at 100 ms, loading, ours / dlt", 1 / 6, _part(first[100], lambda cost: cost.wall))
        )
    if 0 in first:
        apart = Duel(first[0].apart, first[0].dlt)
        what = "first load, CPU at 0 ms, loading, ours one DAG at a time / dlt"
        found.append(at_most(what, 1 / 2, _part(apart, lambda cost: cost.cpu)))
    for latency, duel in first.items():
        most = max(cost.pages for cost in duel.ours)
        what = f"first load, our requests for records at {latency} ms / the least possible, {least:,}"
        found.append(at_most(what, 1.02, most / least))
    return found


def _part(duel: Duel, measure: Callable[[Cost], float]) -> float:
    return median(map(measure, duel.ours)) / median(map(measure, duel.dlt))


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; its first row is the head, its first column is words, the others are figures."""
    widths = [max(3, *(len(row[column]) for row in rows)) for column in range(len(rows[0]))]
    lines = [
        [
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    ]
    rule = ["-" * width if not column else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))
