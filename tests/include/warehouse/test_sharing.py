"""Readers of one key, each with a connection of its own, as the tasks have them."""

import asyncio
from contextlib import ExitStack
from hashlib import sha256

import pytest
from sqlalchemy import text

from include.errors import Limited, WarehouseTrouble
from include.warehouse.sharing import company

# Their first four bytes as a number: the upper one is negative where Postgres takes signed ones.
LOWER, UPPER = b"\x7f\x00\x00\x01" + bytes(28), b"\xff\x00\x00\x01" + bytes(28)


def attend(reader):
    return asyncio.run(reader.attend())


@pytest.fixture
def read(engine):
    """Begins to read; whoever reads at the end of the test is let go."""
    with ExitStack() as stack:
        yield lambda account, *, refreshes=False: stack.enter_context(company(engine, account, refreshes=refreshes))


@pytest.mark.parametrize("account", [LOWER, UPPER, bytes(32), sha256(b"a key").digest()], ids=lambda a: a[:4].hex())
def test_each_knows_how_many_read_with_its_key(read, account):
    first = read(account)
    assert attend(first) == 1
    second = read(account)
    assert (attend(first), attend(second)) == (2, 2)


def test_keys_do_not_meet(read):
    first, second = read(LOWER), read(UPPER)
    assert (attend(first), attend(second)) == (1, 1)


def test_databases_do_not_meet(read, blank_url):
    from include.warehouse.engine import connect

    first = read(LOWER)
    elsewhere = connect(blank_url)
    with company(elsewhere, LOWER, refreshes=False) as other:
        assert (attend(first), attend(other)) == (1, 1)
    elsewhere.dispose()


def test_who_has_done_reading_is_no_longer_counted(engine, read):
    first = read(LOWER)
    with company(engine, LOWER, refreshes=False):
        assert attend(first) == 2
    assert attend(first) == 1


def test_a_refresh_makes_way_for_an_interval_and_not_the_other_way_round(engine, read):
    refresh = read(LOWER, refreshes=True)
    with company(engine, LOWER, refreshes=False) as interval:
        assert attend(interval) == 2
        with pytest.raises(Limited, match="an interval's run of the same key reads first") as raised:
            attend(refresh)
        assert raised.value.resume_at
    assert attend(refresh) == 1


def test_refreshes_share(read):
    first, second = read(LOWER, refreshes=True), read(LOWER, refreshes=True)
    assert (attend(first), attend(second)) == (2, 2)


def test_a_reader_whose_connection_is_killed_is_gone_and_says_so(engine, read):
    first = read(LOWER)
    with company(engine, LOWER, refreshes=False) as second:
        pid = second.conn.scalar(text("select pg_backend_pid()"))
        with engine.connect() as conn:
            conn.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        assert attend(first) == 1
        with pytest.raises(WarehouseTrouble):
            attend(second)


def test_one_that_does_not_look_again_may_lose_its_connection_without_harm(engine):
    with company(engine, LOWER, refreshes=False) as reader:
        pid = reader.conn.scalar(text("select pg_backend_pid()"))
        with engine.connect() as conn:
            conn.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_nobody_who_reads_holds_back_vacuum(engine, read):
    read(LOWER)
    attend(read(LOWER))
    with engine.connect() as conn:
        idle = "select backend_xid, backend_xmin from pg_stat_activity where state = 'idle in transaction'"
        held = conn.execute(text(f"{idle} and datname = current_database()")).all()
    assert held == [(None, None)] * 2
