"""``python -m bench.increments SIZE SOCKET REPORT``: increments of 1,000 contacts into a warehouse of so many.

The warehouse is a :mod:`bench.crowd` of the sandbox's contacts; the increments are landed, normalized and upserted as
the tasks do it. The first of them warms up and is not reported.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bench.crowd import multiply, some, tables
from bench.meter import read, report
from bench.reads import reading
from bench.server import GROWN, Server
from include.checkpoint import Verdict
from include.contract import Page, Slice
from include.normalization import normalize
from include.sandbox.scale import Scale
from include.sandbox.world import World
from include.sources import SOURCES
from include.warehouse.engine import connect
from include.warehouse.landing import Landing
from include.warehouse.merge import upsert
from include.warehouse.migrate import migrate
from include.warehouse.staging import clear
from include.warehouse.tables import staged

KNOWN, NEW, CHANGED = 200, 500, 300
DAYS = 3
SOURCE = SOURCES["leonar"]
PAGES_A_COMMIT = 8


class Warehouse:
    """A warehouse of many contacts: ``KNOWN`` of the sandbox's, and copies of them.

    :param size: how many contacts
    """

    def __init__(self, engine: Engine, size: int) -> None:
        self.engine = engine
        self.world = World(Scale(contacts=KNOWN + (DAYS + 1) * (NEW + CHANGED), candidates=0, odd=0))
        migrate(engine)
        self.known = [self._contact(index) for index in range(KNOWN)]
        self._ingest("known", self.known)
        with engine.begin() as conn:
            multiply(conn, SOURCE, size // KNOWN)
            self.copies = some(conn, SOURCE, (DAYS + 1) * CHANGED)

    def increment(self, server: Server, day: int) -> dict[str, float]:
        """Ingest new contacts, some of the copies with other values, and the known as they were: what it cost.

        :raises SystemExit: the rows are not those
        """
        first = KNOWN + day * (NEW + CHANGED)
        new = [self._contact(index) for index in range(first, first + NEW)]
        copies = self.copies[day * CHANGED : (day + 1) * CHANGED]
        changed = [{**self._contact(first + NEW + nth), "profile_id": copy} for nth, copy in enumerate(copies)]
        with reading(self.engine) as reads:
            cpu, began = server.cpu(), time.monotonic()
            counts = self._ingest(f"day {day}", [*new, *changed, *self.known])
            wall, cpu = time.monotonic() - began, server.cpu() - cpu
        found = tuple(counts[name] for name in ("inserted", "updated", "unchanged"))
        if found != (NEW, CHANGED, KNOWN):
            raise SystemExit(f"an increment inserted, updated and left unchanged {found}")
        # What is staged is the increment and nothing else.
        growing = [reads[table.fullname] for table in tables(SOURCE) if table is not staged]
        scanned = max(one.scanned for one in growing)
        fetched, blocks = sum(one.fetched for one in growing), sum(one.blocks for one in growing)
        return {"wall": wall, "server_cpu": cpu, "scanned": scanned, "fetched": fetched, "blocks": blocks}

    def _contact(self, index: int) -> dict[str, Any]:
        relative = {"already_in_project": True, "existing_contact_id": self.world.contact_id(index)}
        contact = self.world.contact(index, relative)
        return {**contact, "profile_id": contact["profile_id"] or f"linked-{index}"}

    def _ingest(self, run_id: str, records: Sequence[Any]) -> dict[str, int]:
        owner, size = next(iter(self.world.projects)), SOURCE.page_size
        slice = Slice(SOURCE.name, "default", f"{SOURCE.name}_default", owner, scope="tenant")
        landing = Landing.open(self.engine, SOURCE, slice, dag_id="bench", run_id=run_id, map_index=0)
        pages = [Page(at // size + 1, records[at : at + size], False) for at in range(0, len(records), size)]
        for at in range(0, len(pages), PAGES_A_COMMIT):
            landing.land(1, pages[at : at + PAGES_A_COMMIT])
        landing.complete(Verdict(True, None))
        normalize(self.engine, SOURCE, landing.id)
        counts = upsert(self.engine, SOURCE, landing.id)
        clear(self.engine, [landing.id])
        return counts


def main(size: int, server: Server, file: Path) -> None:
    """Make the warehouse and report what each increment cost; the work that is reported beside is all of it."""
    began = read()
    server.create(GROWN)
    try:
        warehouse = Warehouse(connect(server.url(GROWN)), size)
        server.settle(GROWN)
        days = [warehouse.increment(server, day) for day in range(DAYS + 1)]
        report(file, began, increments=days[1:])
    finally:
        server.drop(GROWN)


if __name__ == "__main__":
    main(int(sys.argv[1]), Server(Path(sys.argv[2])), Path(sys.argv[3]))
