"""What a test or an operator may do to a running sandbox, and what it tells them: the truth to compare with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from include.sandbox import trouble
from include.sandbox.candidates import moment
from include.sandbox.leonar_filters import sequence_ids, stage_ids
from include.sandbox.state import State, VendorName
from include.sandbox.world import Kind, World

Truth = dict[str, Any]


class Controls:
    """The verbs on a :class:`State`, in plain JSON values. The control API and a test call the same ones."""

    def __init__(self, state: State) -> None:
        self.state = state

    def requests(self, vendor: VendorName | None = None, path: str | None = None) -> list[Truth]:
        """The log: every request since the last :meth:`forget`, of a vendor, to paths that end so."""
        with self.state.lock:
            return [
                asked.to_json()
                for asked in self.state.log
                if vendor in (None, asked.vendor) and asked.path.endswith(path or "")
            ]

    def forget(self) -> None:
        """Empty the log; numbers begin at 1 again."""
        with self.state.lock:
            self.state.log.clear()

    def world(self) -> Truth:
        """The truth: every record ever made, with its owners, its creation and whether it lives."""
        with self.state.lock:
            world = self.state.world
            return self.counts() | {
                "contacts": _contacts(world),
                "candidates": _candidates(world),
                "sequence_ids": sequence_ids(world),
                "stage_ids": stage_ids(world),
            }

    def counts(self) -> Truth:
        """How many records live, in all and of each owner."""
        with self.state.lock:
            world = self.state.world
            return {
                "live_contacts": len(world.contacts.keys()),
                "live_candidates": len(world.candidates.keys()),
                "projects": {project: len(world.contacts.keys(project)) for project in world.projects},
                "users": {str(user): len(world.candidates.keys(user)) for user in world.users},
                "left": sorted(world.left),
            }

    def trouble(self, rules: Sequence[Mapping[str, Any]]) -> list[Truth]:
        """These rules from now on, and no others; see :mod:`include.sandbox.trouble`."""
        parsed = trouble.parse(rules)
        with self.state.lock:
            self.state.rules[:] = parsed
        return [dict(rule) for rule in rules]

    def limits(self, vendor: VendorName, limit: int, window: float, used: int = 0) -> Truth:
        """Another rate limit, in a new window of which every known key has already ``used`` so much."""
        with self.state.lock:
            self.state.budgets[vendor].set(limit, window, used, tuple(self.state.keys[vendor]))
        return {"vendor": vendor, "limit": limit, "window": window, "used": used}

    def readings(self, **other: Any) -> Truth:
        """Another reading of the contract's unknowns; answers all of them."""
        with self.state.lock:
            self.state.readings = self.state.readings.but(other)
            return self.state.readings.to_json()

    def insert(
        self, kind: Kind, n: int = 1, owners: Sequence[Any] | None = None, created_at: str | None = None
    ) -> list[Truth]:
        """``n`` new records; their truths.

        :param created_at: ISO 8601 with a time zone; without it they are the newest of all
        """
        with self.state.lock:
            created = None if created_at is None else int(datetime.fromisoformat(created_at).timestamp())
            return self._truths(kind, self.state.world.insert(kind, n, owners, created))

    def delete(self, kind: Kind, n: int = 1, indices: Sequence[int] | None = None, owner: Any = None) -> list[Truth]:
        """Softly delete these records, or ``n`` others; with ``owner`` only from that one's lists."""
        with self.state.lock:
            return self._truths(kind, self.state.world.delete(kind, n, indices, owner))

    def change(
        self, kind: Kind, n: int = 1, indices: Sequence[int] | None = None, fields: Mapping[str, Any] | None = None
    ) -> list[Truth]:
        """Change these records, or ``n`` others; with ``fields`` they show exactly those values from now on."""
        with self.state.lock:
            return self._truths(kind, self.state.world.change(kind, n, indices, dict(fields or {})))

    def leave(self, user_id: int) -> Truth:
        """A user leaves the team."""
        with self.state.lock:
            self.state.world.leave(user_id)
            return self.counts()

    def _truths(self, kind: Kind, indices: Sequence[int]) -> list[Truth]:
        world = self.state.world
        return _contacts(world, indices) if kind == "contacts" else _candidates(world, indices)


def _contacts(world: World, indices: Sequence[int] | None = None) -> list[Truth]:
    twins = {contact: candidate for candidate, contact in world.both.items()}
    return [
        {
            **_entry(world, "contacts", index),
            "profile_id": world.profile(index)["profile_id"],
            "contact_id": world.contact_id(index),
            "projects": list(world.contacts.owners[index]),
            "candidate": twins.get(index),
        }
        for index in (range(len(world.contacts.created)) if indices is None else indices)
    ]


def _candidates(world: World, indices: Sequence[int] | None = None) -> list[Truth]:
    return [
        {
            **_entry(world, "candidates", index),
            "id": None if index in world.nameless["candidates"] else index + 1,
            "users": list(world.candidates.owners[index]),
            "contact": world.both.get(index),
        }
        for index in (range(len(world.candidates.created)) if indices is None else indices)
    ]


def _entry(world: World, kind: Kind, index: int) -> Truth:
    shelf = world.shelf(kind)
    return {
        "index": index,
        "created_at": moment(shelf.created[index]),
        "live": shelf.live(index),
        "changed": shelf.changed.get(index, (0, 0))[0],
        "odd": world.odd[kind].get(index),
    }
