"""The tables of a bench: medians, ratios, and what must hold."""

import pytest

from bench.measure import Cost
from bench.tables import Duel, aligned, at_least, at_most, bounds, by_task, compared, judged


def cost(wall, cpu=1.0, pages=10, **tasks):
    return Cost(
        wall=wall,
        cpu=cpu,
        grown=2**20,
        process_wall=wall + 1,
        process_cpu=cpu + 1,
        peak=2**27,
        server_cpu=0.5,
        requests=pages + 2,
        pages=pages,
        wal=3_000_000,
        written=(5, 0, 1),
        staged=(1, 1, 1),
        tasks=tasks,
    )


def cells(table, label):
    line = next(line for line in table.splitlines() if line.startswith(f"| {label} "))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_a_measure_is_the_median_of_the_rounds_and_ours_as_a_part_of_dlts():
    duels = {0: Duel([cost(9), cost(1), cost(2)], [cost(8), cost(8), cost(100)]), 100: Duel([cost(3)], [cost(120)])}
    table = compared(duels)
    assert cells(table, "wall, loading") == ["2.0 s", "8.0 s", "0.25", "3.0 s", "120 s", "0.03"]
    assert cells(table, "WAL") == ["3.0 MB", "3.0 MB", "1.00"] * 2


def test_what_neither_writes_has_no_ratio():
    assert cells(compared({0: Duel([cost(1)], [cost(1)])}), "rows updated for readers") == ["0", "0", ""]


@pytest.mark.parametrize(
    ("wall", "cpu", "pages", "verdicts"),
    [
        (1.0, 1.0, 1020, ["holds", "holds", "holds", "holds"]),
        (1.1, 1.0, 1020, ["DOES NOT HOLD", "holds", "holds", "holds"]),
        (1.0, 1.1, 1020, ["holds", "DOES NOT HOLD", "holds", "holds"]),
        (1.0, 1.0, 1021, ["holds", "holds", "DOES NOT HOLD", "DOES NOT HOLD"]),
    ],
)
def test_the_bounds_of_a_first_load_are_judged(wall, cpu, pages, verdicts):
    duel = Duel([cost(wall, 9.0, pages)], [cost(6.0, 2.0)], [cost(9.0, cpu)])
    table = judged(bounds({0: duel, 100: duel}, 1000))
    assert [line.strip("| ").rpartition("| ")[2].strip() for line in table.splitlines()[2:]] == verdicts


def test_a_bound_at_a_latency_that_was_not_measured_is_not_judged():
    assert not [one for one in bounds({0: Duel([cost(1)], [cost(1)], [cost(1)])}, 10) if "wall at 100 ms" in one.what]


def test_a_bound_says_its_limit_and_its_value():
    assert cells(judged([at_most("wall", 0.5, 0.25)]), "wall") == ["at most 0.500", "0.250", "holds"]
    assert cells(judged([at_least("pace", 15_000, 14_999)]), "pace") == ["at least 15,000", "14,999", "DOES NOT HOLD"]


def test_our_tasks_are_shown_where_they_ran():
    first = cost(1, extract=(2.0, 1.0), tombstone=(0.5, 0.25))
    table = by_task(
        {
            "first load": {0: Duel([first], [], [cost(1, extract=(3.0, 0.9))])},
            "increment": {0: Duel([cost(1, extract=(1.0, 0.5))], [])},
        }
    )
    assert cells(table, "first load, 0 ms") == ["", "2.00 / 1.00", "", "", "0.50 / 0.25", ""]
    assert cells(table, "first load, 0 ms, one DAG at a time") == ["", "3.00 / 0.90", "", "", "", ""]
    assert cells(table, "increment, 0 ms") == ["", "1.00 / 0.50", "", "", "", ""]


def test_a_table_is_aligned_markdown():
    assert aligned([["a", "b"], ["long word", "1,000"]]).splitlines() == [
        "| a         |     b |",
        "| --------- | ----: |",
        "| long word | 1,000 |",
    ]
