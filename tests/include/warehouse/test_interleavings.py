"""However the steps of runs fall between each other: one refresh alone afterwards puts everything right."""

from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.normalization import normalize
from include.warehouse.merge import upsert
from include.warehouse.staging import clear
from include.warehouse.tombstones import tombstone
from tests.agreement import differing, due, held
from tests.ingestion import Ingestion, tuples
from tests.moving import MOVES, Moving

KINDS = ("refresh", "refresh in windows", "partial refresh", "interval")
move = st.tuples(st.sampled_from(MOVES), st.integers(0, 99))
begin = st.tuples(st.just("begin"), st.sampled_from(KINDS))
go_on = st.tuples(st.just("go on"), st.integers(0, 2))
STORIES = st.lists(move | move | begin | go_on | go_on, min_size=4, max_size=16)
TENANTS = count()


class Story:
    """Up to three runs of a tenant over a world that moves, one step at a time."""

    def __init__(self, engine, source):
        self.world = Moving(source, size=6)
        self.ingestion = Ingestion(engine, self.world.source, f"tenant-{next(TENANTS)}")
        self.runs = []

    def tell(self, steps):
        """These steps; one that a run does not have any more is none."""
        for verb, what in steps:
            if verb == "begin":
                self._begin(what)
            elif verb == "go on":
                self._go_on(what)
            else:
                getattr(self.world, verb)(Random(what))
        self.found()

    def refresh(self):
        """A whole refresh, alone; what it counted."""
        slices = [(self.world.read(slice), slice) for slice in self.world.refresh()]
        ids = [self.ingestion.extract(records, **slice) for records, slice in slices]
        counts = [self.ingestion.merge(id) for id in ids]
        self._tombstone(ids)
        return counts

    def found(self):
        """What the warehouse holds, its history checked."""
        return held(self.ingestion.engine, self.world.source, self.ingestion.tenant)

    def _begin(self, kind):
        cut = kind == "refresh in windows"
        slices = self.world.interval() if kind == "interval" else self.world.refresh(cut)
        complete = kind != "partial refresh"
        ids = [self.ingestion.extract(self.world.read(slice), complete=complete, **slice) for slice in slices]
        steps = [self._normalize, self._upsert, self._upsert]
        self.runs.append((ids, iter(steps if kind == "interval" else [*steps, self._tombstone, self._clear])))

    def _go_on(self, number):
        if number < len(self.runs):
            ids, steps = self.runs[number]
            for step in steps:
                step(ids)
                break

    def _normalize(self, ids):
        for id in ids:
            normalize(self.ingestion.engine, self.world.source, id)

    def _upsert(self, ids):
        for id in reversed(ids):
            upsert(self.ingestion.engine, self.world.source, id)

    def _tombstone(self, ids):
        tombstone(self.ingestion.engine, self.world.source, ids, allow_mass_delete=True)

    def _clear(self, ids):
        clear(self.ingestion.engine, ids)


@pytest.mark.parametrize("source", ["leonar", "recruitsome"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STORIES)
def test_a_refresh_alone_makes_the_warehouse_equal_to_the_source_and_a_second_one_writes_nothing(engine, source, steps):
    story = Story(engine, source)
    story.tell(steps)
    story.refresh()
    assert differing(story.found(), due(story.world.source, story.world.truth())) == {}
    with tuples(engine) as written:
        story.refresh()
    assert written == {}
