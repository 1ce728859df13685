"""A small source whose records come, change, move and go while they are read."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Lock
from typing import Any

from include.contract import BEGINNING, END, Source, Window
from include.sources import SOURCES
from tests.ingestion import PROJECTS, candidate, contact

CUT, UNTIL = datetime(2024, 6, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
CREATED = {True: "2024-06-15T00:00:00+00:00", False: "2024-01-15T00:00:00+00:00"}
MOVES = ("change", "insert", "delete", "restore", "move")

Reading = dict[str, Any]
"""A slice, but for its source and tenant."""


class Moving:
    """A few dozen records of two owners.

    :ivar lock: who holds it reads a page and lands it, and nothing moves meanwhile
    """

    def __init__(self, source: str, size: int = 40) -> None:
        self.source: Source = SOURCES[source]
        self.owners = PROJECTS if source == "leonar" else ["1", "2"]
        self.lock = Lock()
        self.version = 0
        self.states: dict[str, int] = {}
        self.held: dict[str, set[str]] = {}
        self.gone: set[str] = set()
        for n in range(size):
            self.insert(Random(n))

    def stir(self, rng: Random, times: int = 1) -> None:
        """So many moves, whichever come."""
        for _ in range(times):
            getattr(self, rng.choice(MOVES))(rng)

    def insert(self, rng: Random) -> None:
        """A new record, of one owner or of both."""
        self.version += 1
        id = str(len(self.states))
        self.states[id] = self.version
        self.held[id] = set(rng.sample(self.owners, rng.choice([1, 2])))

    def change(self, rng: Random) -> None:
        """Another state than all before."""
        if live := self.live():
            self.version += 1
            self.states[rng.choice(live)] = self.version

    def delete(self, rng: Random) -> None:
        """Gone from every owner."""
        self.gone.update(rng.sample(self.live(), min(1, len(self.live()))))

    def restore(self, rng: Random) -> None:
        """What was gone is back as it was."""
        if self.gone:
            self.gone.remove(rng.choice(sorted(self.gone)))

    def move(self, rng: Random) -> None:
        """From one owner to the other, or to both."""
        if live := self.live():
            self.held[rng.choice(live)] = set(rng.sample(self.owners, rng.choice([1, 2])))

    def live(self) -> list[str]:
        """The ids of what there is."""
        return [id for id in self.states if id not in self.gone]

    def refresh(self, cut: bool = False) -> list[Reading]:
        """The slices of a refresh: each user; or the whole CRM, at once or ``cut`` in two windows."""
        if self.source.link.tombstoned:
            return [{"owner": owner} for owner in self.owners]
        whole = {"owner": self.owners[0], "scope": "tenant"}
        if not cut:
            return [whole]
        old = {"window": Window(BEGINNING, CUT), "bounds": {"created_before": "2024-06-01"}}
        new = {"window": Window(CUT, END), "bounds": {"created_after": "2024-06-01"}}
        return [whole | old, whole | new]

    def interval(self) -> list[Reading]:
        """The slices of a run of what was created in June."""
        strategy = "search" if self.source.link.tombstoned else "all"
        return [{**slice, "window": Window(CUT, UNTIL), "strategy": strategy} for slice in self.refresh()]

    def ids(self, slice: Reading) -> list[str]:
        """What a slice holds now."""
        window, everything = slice.get("window"), slice.get("scope") == "tenant"
        created = (id for id in self.live() if window is None or datetime.fromisoformat(self._created(id)) in window)
        return [id for id in created if everything or slice["owner"] in self.held[id]]

    def read(self, slice: Reading, ids: Iterable[str] | None = None) -> list[Any]:
        """What a slice holds now, or what it still holds of these."""
        there = self.ids(slice)
        return [self._record(id, slice["owner"]) for id in there if ids is None or id in ids]

    def truth(self) -> Mapping[str, list[Any]]:
        """What each owner's slice of a refresh holds now."""
        return {slice["owner"]: self.read(slice) for slice in self.refresh()}

    def _created(self, id: str) -> str:
        return CREATED[int(id) % 3 == 0]

    def _record(self, id: str, owner: str) -> Any:
        version = self.states[id]
        if not self.source.link.tombstoned:
            skills = [f"Skill {n}" for n in range(version % 4)]
            return contact(id, headline=f"Version {version}", skills=skills, already_in_project=owner in self.held[id])
        # One in four never says when it changed.
        changed = (UNTIL + timedelta(seconds=version)).isoformat() if int(id) % 4 else None
        return candidate(int(id), slug=f"version-{version}", created_at=self._created(id), updated_at=changed)
