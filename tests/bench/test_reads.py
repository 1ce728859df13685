"""What is read, as Postgres counts it."""

import pytest
from sqlalchemy import text

from bench.reads import Reads, reading

MANY = 5_000


@pytest.fixture
def table(engine):
    with engine.begin() as conn:
        conn.execute(text("create table public.many (id integer primary key)"))
        conn.execute(text(f"insert into public.many select generate_series(1, {MANY})"))
        conn.execute(text("analyze public.many"))
    return "public.many"


def read(engine, query):
    with reading(engine) as counts, engine.connect() as conn:
        conn.execute(text(query)).all()
    return counts


def test_a_scan_and_a_lookup_are_told_apart(engine, table):
    scanned = read(engine, f"select * from {table} where id % 2 = 0")[table]
    assert (scanned.scanned, scanned.fetched) == (MANY, 0)
    found = read(engine, f"select *, ctid from {table} where id = 7")[table]
    assert (found.scanned, found.fetched) == (0, 1)
    assert 0 < found.blocks < scanned.blocks


def test_what_came_before_is_not_counted(engine, table):
    read(engine, f"select * from {table}")
    assert read(engine, "select 1")[table] == Reads()
