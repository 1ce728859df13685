"""``python -m bench.writers WHAT SOCKET REPORT``: one way to write what a first load landed, or a part of it.

``ours`` normalizes and upserts its extractions into empty tables; ``bare`` loads the same rows, which the tables hold
(see :mod:`bench.bare`); the name of a source normalizes its landed records on one core and writes nothing. Each in a
process of its own: what repeats is cached, and nobody begins with another's cache.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, Text, cast, delete, select

from bench import bare
from bench.meter import read, report
from bench.server import OURS, Server
from include.canonical import digest, text_of, value_of
from include.normalization import normalize
from include.sources import SOURCES
from include.warehouse.engine import connect
from include.warehouse.merge import upsert
from include.warehouse.tables import extractions, records

Work = Callable[[], object]


def ours(engine: Engine) -> Work:
    """Normalize and upsert each extraction of each source's first run."""
    bare.empty(engine)
    first: dict[str, str] = {}
    begun = select(*extractions.c["id", "source", "run_id"]).order_by(extractions.c.id)
    with engine.connect() as conn:
        found = [one for one in conn.execute(begun) if first.setdefault(one.source, one.run_id) == one.run_id]
    with engine.begin() as conn:
        # As in a first load, nobody has read later.
        conn.execute(delete(extractions).where(extractions.c.id.not_in([one.id for one in found])))

    def work() -> None:
        for one in found:
            normalize(engine, SOURCES[one.source], one.id)
            upsert(engine, SOURCES[one.source], one.id)

    return work


def theirs(engine: Engine) -> Work:
    """COPY and merge the rows that are there."""
    rows = bare.rows(engine)
    bare.empty(engine)
    return lambda: bare.load(engine, rows)


def alone(engine: Engine, source: str) -> tuple[Work, int]:
    """Normalize landed records as far as to a text and its hash; how many they are."""
    with engine.connect() as conn:
        bodies = conn.scalars(select(cast(records.c.body, Text)).filter_by(source=source)).all()
    make = SOURCES[source].normalize

    def work() -> None:
        for body in bodies:
            digest(text_of(make(value_of(body)).row))

    return work, len(bodies)


def main(what: str, server: Server, file: Path) -> None:
    """Prepare, then work and report what that took, the CPU seconds of Postgres and the number of records with it."""
    engine = connect(server.url(OURS))
    number = 0
    if what in SOURCES:
        work, number = alone(engine, what)
    else:
        work = {"ours": ours, "bare": theirs}[what](engine)
        server.settle()
    server_cpu, began = server.cpu(), read()
    work()
    report(file, began, server_cpu=server.cpu() - server_cpu, records=number)


if __name__ == "__main__":
    main(sys.argv[1], Server(Path(sys.argv[2])), Path(sys.argv[3]))
