"""Increments into warehouses of two sizes, by processes of their own."""

import pytest

from bench import size
from bench.tables import judged

COST = {"server_cpu": 0.2, "fetched": 5, "blocks": 9}


def test_an_increment_is_measured_into_both(services, server, monkeypatch):
    monkeypatch.setattr(size, "SMALL", 2_000)
    sizes = size.grow(services, server, 4_000)
    assert {contacts: len(days) for contacts, days in sizes.items()} == {2_000: 3, 4_000: 3}
    for day in (day for days in sizes.values() for day in days):
        assert min(day["wall"], day["fetched"], day["blocks"]) > 0
    assert "| 2,000 | 4,000 |" in " ".join(size.told(sizes).split())
    assert server.rows("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'bench_grown'") == [(0,)]


@pytest.mark.parametrize(
    ("wall", "scanned", "verdicts"), [(3.0, 0, [True, True]), (3.1, 0, [False, True]), (1.0, 1, [True, False])]
)
def test_the_bounds_are_judged(wall, scanned, verdicts):
    small = [COST | {"wall": 1.0, "scanned": 77}] * 3
    large = [COST | {"wall": each, "scanned": scanned} for each in (0.1, wall, 99.0)]
    found = size.bounds({10: small, 1_000: large})
    assert [bound.holds for bound in found] == verdicts
    assert judged(found).count("DOES NOT HOLD") == verdicts.count(False)
