"""Runs of one source at once, on real threads and one real Postgres, while the records move."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from random import Random
from threading import Event

import pytest
from sqlalchemy import text

from include.checkpoint import Verdict
from include.contract import Page
from include.normalization import normalize
from include.warehouse.layout import take_turn
from include.warehouse.merge import upsert
from include.warehouse.tombstones import tombstone
from tests.agreement import differing, due, held
from tests.ingestion import Ingestion
from tests.moving import Moving

ROUNDS = 20
A_PAGE = 8
SOURCES = ["leonar", "recruitsome"]


class Milestones:
    """How far a run has come, for others to wait for."""

    def __init__(self):
        self.reached = {step: Event() for step in ("extracted", "normalized", "upserted", "done")}

    def set(self, step):
        self.reached[step].set()

    def draw(self, rng):
        """Wait for one of them, or for none."""
        rng.choice([*self.reached.values(), started]).wait()


started = Event()
started.set()


class Crowd:
    """Runs of one tenant over one moving world, each slice in a thread of its own."""

    def __init__(self, engine, world, tenant="acme"):
        self.engine, self.world, self.tenant = engine, world, tenant
        self.runs = count(1)

    def gather(self, seed):
        """Two refreshes and an interval at once; the later refresh begins when nothing moves any more.

        The others stop before each step until that one has come as far as the seed says, then all go on at once.
        """
        rng, late = Random(seed), Milestones()
        slices = [self.world.refresh(cut=seed % 2 == 1), self.world.interval()]
        with ThreadPoolExecutor() as pool:
            early = [
                pool.submit(self.run, slice, refreshes, partial(late.draw, Random(rng.random())))
                for slice, refreshes in zip(slices, (True, False), strict=True)
            ]
            for _ in range(40):
                with self.world.lock:
                    self.world.stir(rng)
                time.sleep(rng.random() / 400)
            try:
                self.run(self.world.refresh(), True, told=late.set)
            finally:
                for step in late.reached:
                    late.set(step)
            for done in early:
                done.result()

    def run(self, slices, refreshes, pause=lambda: None, told=lambda step: None):
        """All tasks of a run, the slices at once."""
        with ThreadPoolExecutor() as pool:
            ids = list(pool.map(partial(self._ingest, pause=pause, told=told), slices))
        pause()
        if refreshes:
            tombstone(self.engine, self.world.source, ids, allow_mass_delete=True)
        told("done")

    def _ingest(self, slice, pause, told):
        ingestion = Ingestion(self.engine, self.world.source, self.tenant, runs=1_000 * next(self.runs))
        landing = ingestion.begin(**slice)
        with self.world.lock:
            ids = self.world.ids(slice)
        for number, cut in enumerate(range(0, len(ids), A_PAGE), start=1):
            with self.world.lock:
                landing.land(1, [Page(number, self.world.read(slice, ids[cut : cut + A_PAGE]), False)])
        landing.complete(Verdict(True))
        told("extracted")
        pause()
        normalize(self.engine, self.world.source, landing.id)
        told("normalized")
        pause()
        upsert(self.engine, self.world.source, landing.id)
        told("upserted")
        return landing.id


@pytest.mark.parametrize("source", SOURCES)
def test_two_refreshes_and_an_interval_at_once_leave_what_one_alone_would(engine, source):
    """Twenty times, one after the other in one warehouse; then one refresh alone of a new tenant, beside it."""
    world = Moving(source)
    crowd = Crowd(engine, world)
    crowd.run(world.refresh(), True)
    for seed in range(ROUNDS):
        crowd.gather(seed)
        assert differing(held(engine, world.source, "acme"), due(world.source, world.truth())) == {}, f"seed {seed}"
    Crowd(engine, world, "alone").run(world.refresh(), True)
    assert differing(held(engine, world.source, "acme"), held(engine, world.source, "alone")) == {}


@pytest.mark.parametrize("source", SOURCES)
def test_two_tenants_at_once_hold_their_own(engine, source):
    """The same ids, other states."""
    crowds = [Crowd(engine, Moving(source, size), tenant) for size, tenant in ((30, "acme"), (40, "beta"))]
    with ThreadPoolExecutor() as pool:
        for seed in range(3):
            list(pool.map(lambda crowd: crowd.gather(seed), crowds))  # noqa: B023
    for crowd in crowds:
        found = held(engine, crowd.world.source, crowd.tenant)
        assert differing(found, due(crowd.world.source, crowd.world.truth())) == {}


@pytest.mark.parametrize("source", SOURCES)
def test_a_tenant_waits_for_itself_and_not_for_another(engine, source):
    world = Moving(source, 10)
    with ThreadPoolExecutor() as pool:
        with engine.begin() as conn:
            take_turn(conn, "acme", source)
            Crowd(engine, world, "beta").run(world.refresh(), True)
            own = pool.submit(Crowd(engine, world, "acme").run, world.refresh(), True)
            while not waiting(conn):
                time.sleep(0.01)
            assert not own.done()
        own.result()
    assert differing(held(engine, world.source, "acme"), held(engine, world.source, "beta")) == {}


@pytest.mark.parametrize("source", SOURCES)
def test_a_database_whose_transactions_are_stricter_by_default_makes_no_difference(engine, source):
    """With the snapshot of repeatable read, whoever has waited for a turn would not see what the last one wrote."""
    stricter = f"alter database {engine.url.database} set default_transaction_isolation = 'repeatable read'"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text(stricter))
    engine.dispose()
    world = Moving(source)
    crowd, refreshes = Crowd(engine, world), [world.refresh()] * 3
    with ThreadPoolExecutor() as pool:
        list(pool.map(partial(crowd.run, refreshes=True), refreshes))
    assert differing(held(engine, world.source, "acme"), due(world.source, world.truth())) == {}


def waiting(conn):
    return conn.scalar(text("select count(*) from pg_locks where locktype = 'advisory' and not granted"))
