"""The receipts that tasks hand on, as the table that ends their logs."""

from collections.abc import Sequence
from typing import Any

ORDER = (
    *("requests", "server_trouble", "link_trouble", "unreadable_answer", "limited"),
    *("pages", "moved", "records", "duplicate", "missed", "outside", "rejected", "issues"),
    *("inserted", "updated", "revived", "unchanged", "stale", "linked", "unlinked", "tombstoned"),
)
"""The columns, in the order of a record's way. What comes back from XCom comes in the order of Postgres' ``jsonb``."""
KNOWN_ELSE = ("extraction_id", "seen", "staged", "partial")
"""Numbers that no reader of a log misses."""

Receipt = dict[str, Any]


def sequence(receipts: Any) -> list[Receipt]:
    """The receipts of the mapped slices that came through; Airflow hands over a single one without its list."""
    return [receipts] if isinstance(receipts, dict) else list(receipts or [])


def sums(receipts: Sequence[Receipt]) -> dict[str, int]:
    """The counts of all receipts, added up."""
    summary: dict[str, int] = {}
    for receipt in receipts:
        for name, count in receipt.items():
            if isinstance(count, int) and name != "extraction_id":
                summary[name] = summary.get(name, 0) + count
    return summary


def table(receipts: Sequence[Receipt], of: Sequence[str] = (), total: Receipt | None = None) -> str:
    """The receipts as a text table: a row a slice, a column a count that is anywhere not zero, aligned.

    :param of: the counts to show though they are zero
    :param total: the last row
    """
    counted = {name for one in (*receipts, total or {}) for name, n in one.items() if isinstance(n, int) and n}
    shown = counted.union(of).difference(KNOWN_ELSE)
    names = [*(name for name in ORDER if name in shown), *sorted(shown.difference(ORDER))]
    rows = [["", "", *names]]
    rows += [[one.get("label") or "", str(one.get("verdict") or ""), *_cells(one, names)] for one in receipts]
    rows += [["all", "", *_cells(total, names)]] if total else []
    columns = [_column(column) for column in zip(*rows, strict=True) if any(column)]
    return "\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))


def _cells(receipt: Receipt, names: Sequence[str]) -> list[str]:
    return [f"{receipt.get(name, 0):,}" for name in names]


def _column(cells: Sequence[str]) -> list[str]:
    """The cells of a column at one width: numbers to the right, words to the left."""
    width = max(map(len, cells))
    number = cells[-1].replace(",", "").isdigit()
    return [cell.rjust(width) if number else cell.ljust(width) for cell in cells]
