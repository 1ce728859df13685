"""Any story of an extraction: records come and go, requests fail, the worker dies, at any moment.

Told to a real ledger, and held against a model that knows what was at the source throughout.
"""

import asyncio
from datetime import timedelta
from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from include import everything
from include.contract import Page, Slice
from include.errors import Limited, ServerTrouble
from include.extraction import Extraction
from include.normalization import normalize
from include.pages import PASSES
from include.sources.recruitsome import Recruitsome
from include.warehouse.landing import Landing
from include.warehouse.merge import upsert
from include.warehouse.tombstones import tombstone
from tests.ingestion import candidate, rows

WIDTH = 3
AGAIN = WIDTH + 1
"""What a fault costs at most: the requests in flight, and a look at what landed last."""
RUNS = count(1)


class SmallPages(Recruitsome):
    """The source with pages of five: a few records make a story."""

    page_size = 5


SOURCE = SmallPages()


class Moment(NamedTuple):
    """What happens around one request: changes before it is answered, how it ends, how long it takes."""

    inserts: int = 0
    deletes: tuple[int, ...] = ()
    end: str = "answer"
    before: int = 0
    after: int = 0


class Killed(BaseException):
    """The worker died."""


class Vendor:
    """The source's list, newest first, and a script of what happens around each request.

    :ivar throughout: what has been there since the beginning
    :ivar quiet: whether nothing came or went
    """

    def __init__(self, size, script, told):
        self.ids = list(range(1, size + 1))
        self.next = size
        self.script = iter(script)
        self.told = told
        self.asked = []
        self.faults = 0
        self.quiet = True
        self.throughout = set(self.ids)

    async def read(self, number):
        moment = next(self.script, Moment())
        self.asked.append(number)
        for _ in range(moment.before):
            await asyncio.sleep(0)
        self._change(moment)
        held = self.ids[::-1][(number - 1) * SOURCE.page_size : number * SOURCE.page_size]
        total = len(self.ids)
        last = number * SOURCE.page_size >= total
        page = Page(number, [candidate(id) for id in held], last, (total,) if self.told else ())
        for _ in range(moment.after):
            await asyncio.sleep(0)
        if moment.end == "answer":
            return page
        self.faults += 1
        raise {"fault": ServerTrouble("500"), "limited": Limited("429"), "killed": Killed()}[moment.end]

    def rest(self):
        """What happens while nobody reads."""
        self._change(next(self.script, Moment()))

    def _change(self, moment):
        for at in moment.deletes:
            if self.ids:
                self.throughout.discard(self.ids.pop(at % len(self.ids)))
                self.quiet = False
        for _ in range(moment.inserts):
            self.next += 1
            self.ids.append(self.next)
            self.quiet = False


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    """Every try comes late enough for a look at what landed last."""
    monkeypatch.setattr(everything, "LONGEST_REST", timedelta())


def extract(engine, tenant, run, vendor):
    """One try of an extract task; ``None`` if it did not come through."""
    slice = Slice("recruitsome", tenant, f"recruitsome_{tenant}", "1")
    landing = Landing.open(engine, SOURCE, slice, dag_id="story", run_id=f"{tenant} {run}", map_index=0)
    try:
        verdict = asyncio.run(Extraction(SOURCE, slice, vendor, landing, width=WIDTH).run())
    except (ServerTrouble, Limited, Killed, BaseExceptionGroup):
        return None
    landing.complete(verdict)
    return landing.id, verdict


def refresh(engine, tenant, run, vendor):
    """A refresh, its extract task tried until it comes through; the verdict."""
    while (done := extract(engine, tenant, run, vendor)) is None:
        vendor.rest()
    id, verdict = done
    normalize(engine, SOURCE, id)
    upsert(engine, SOURCE, id)
    tombstone(engine, SOURCE, [id], allow_mass_delete=True)
    return verdict


def known(engine, tenant, gone):
    query = f"select remote_id::int from recruiting.candidates where tenant = '{tenant}'"
    return set(rows(engine, f"{query} and remote_deleted_at is {'not' if gone else ''} null"))


moments = st.builds(
    Moment,
    inserts=st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2]),
    deletes=st.sampled_from([0, 0, 0, 0, 1, 1, 2]).flatmap(lambda n: st.tuples(*[st.integers(0, 60)] * n)),
    end=st.sampled_from([*["answer"] * 12, "fault", "limited", "killed"]),
    before=st.integers(0, 3),
    after=st.integers(0, 3),
)


@pytest.mark.parametrize("told", [True, False], ids=["with totals", "without totals"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(0, 42), script=st.lists(moments, max_size=40))
# One comes as another goes, between two requests in flight: no total tells, and what is counted adds up.
@example(size=16, script=[Moment(), Moment(end="fault", after=1), Moment(inserts=1, deletes=(0,), before=1)])
def test_whatever_happens_nothing_is_lost_and_nothing_alive_is_tombstoned(engine, told, size, script):
    tenant = f"t{next(RUNS)}"
    vendor = Vendor(size, [], told)
    assert refresh(engine, tenant, "before", vendor).complete
    assert known(engine, tenant, gone=False) == vendor.throughout

    vendor.script, vendor.asked = iter(script), []
    verdict = refresh(engine, tenant, "during", vendor)
    pages = max(1, -(-size // SOURCE.page_size))
    assert not known(engine, tenant, gone=True) & set(vendor.ids)
    assert known(engine, tenant, gone=False) >= vendor.throughout
    assert len(vendor.asked) <= PASSES * (pages + 2 + len(script)) + AGAIN * vendor.faults
    if vendor.quiet:
        looks = 1 if told or pages == 1 else 2
        assert verdict.complete
        assert len(vendor.asked) <= looks * pages + AGAIN * vendor.faults

    vendor.script = iter([])
    assert refresh(engine, tenant, "after", vendor).complete
    assert known(engine, tenant, gone=False) == set(vendor.ids)
