"""A seeded world of people in two systems: the same parameters give the same world, to the byte."""

from collections.abc import Iterable
from random import Random
from typing import Any, Literal

from include.sandbox import contacts, odd, work
from include.sandbox.candidates import candidate, moment
from include.sandbox.people import person, pick, stream
from include.sandbox.scale import Scale
from include.sandbox.shelf import Shelf, dump

Kind = Literal["contacts", "candidates"]

ODD_KINDS: dict[Kind, odd.Kinds] = {"contacts": odd.CONTACT, "candidates": odd.CANDIDATE}

_TIES_SHARE = 0.05
_USERS_FROM = 1 << 31


class World:
    """Both systems' records, what they are to each other, and the verbs that change them.

    :ivar projects: Leonar's projects by id
    :ivar users: Recruitsome's users by id
    :ivar left: the users whom the team no longer lists
    :ivar both: candidate index -> contact index, where they are one person
    """

    def __init__(self, scale: Scale | None = None) -> None:
        self.scale = scale = scale or Scale()
        self.until = int(scale.until.timestamp())
        self._clock = self.until
        self._rng = rng = stream(scale.seed, 0)
        self.projects = {project["id"]: project for project in map(self._project, range(scale.projects))}
        self.users = {user["id"]: user for user in map(self._user, range(scale.users))}
        self.left: set[int] = set()
        self.contacts = self._shelf(scale.contacts, tuple(self.projects), (0, 1, 1, 2, 3))
        self.candidates = self._shelf(scale.candidates, tuple(self.users), (1, 1, 1, 2, 3))
        twins = round(scale.both * min(scale.contacts, scale.candidates))
        shuffled: dict[Kind, list[int]] = {
            "contacts": _shuffled(rng, scale.contacts),
            "candidates": _shuffled(rng, scale.candidates),
        }
        self.both = dict(zip(shuffled["candidates"][:twins], shuffled["contacts"][:twins], strict=True))
        self._twins = set(self.both.values())
        self.odd: dict[Kind, dict[int, str]] = {}
        self.nameless: dict[Kind, set[int]] = {}
        for kind, kinds in ODD_KINDS.items():
            mine = shuffled[kind]
            odd_until = twins + round(scale.odd * len(mine))
            self.odd[kind] = {index: odd.odd_kind(kinds, scale.seed, index) for index in mine[twins:odd_until]}
            self.nameless[kind] = set(mine[odd_until : odd_until + round(scale.nameless * len(mine))])

    def shelf(self, kind: Kind) -> Shelf:
        """The records of one system."""
        return self.contacts if kind == "contacts" else self.candidates

    def contact_id(self, index: int) -> str | None:
        """Leonar's own id of a contact, ``None`` where it has no identity at all."""
        return None if index in self.nameless["contacts"] else contacts.uuid_of(self.scale.seed, "contact", index)

    def linked(self, index: int) -> bool:
        """Whether a contact has a LinkedIn profile; whoever is in both systems has."""
        if index in self.nameless["contacts"]:
            return False
        return index in self._twins or not contacts.crm_only(self.scale.seed, index)

    def profile(self, index: int) -> dict[str, Any]:
        """A contact as Leonar shows it under any project: neither odd nor changed by hand."""
        times, _ = self.contacts.changed.get(index, (0, 0))
        return contacts.profile(self.scale.seed, index, times, self.linked(index), self.scale.until.year)

    def contact(self, index: int, relative: dict[str, Any]) -> dict[str, Any]:
        """A contact as Leonar shows it, with the fields that are ``relative`` to a project."""
        record = self.profile(index) | relative
        if index in self.odd["contacts"]:
            odd.CONTACT[self.odd["contacts"][index]](record)
        return record | self.contacts.fields.get(index, {})

    def facts(self, index: int) -> contacts.Facts:
        """What Leonar's filters see of a contact and its answers do not show."""
        return contacts.facts_of(self.scale.seed, index, self.contacts.owners[index])

    def candidate(self, index: int) -> dict[str, Any]:
        """A candidate as Recruitsome shows it."""
        who = 2 * self.both[index] if index in self.both else 2 * index + 1
        created, changed = self.candidates.created[index], self.candidates.changed.get(index)
        record = candidate(self.scale.seed, index, who, created, self.until, changed)
        if index in self.nameless["candidates"]:
            record["id"] = None
        if index in self.odd["candidates"]:
            odd.CANDIDATE[self.odd["candidates"][index]](record)
        return record | self.candidates.fields.get(index, {})

    def candidate_text(self, index: int) -> bytes:
        """The same as JSON text."""
        return self.candidates.text(index, lambda at: dump(self.candidate(at)))

    def insert(
        self, kind: Kind, n: int = 1, owners: Iterable[Any] | None = None, created: int | None = None
    ) -> list[int]:
        """``n`` new records, the newest of all unless ``created`` (Unix seconds) says otherwise; their indices."""
        known = tuple(self.projects) if kind == "contacts" else tuple(self.users)
        given = None if owners is None else tuple(owners)
        if given is not None and not set(given) <= set(known):
            raise ValueError(f"unknown owners in {given}")
        return [
            self.shelf(kind).insert(
                self._tick() if created is None else created,
                _draw(self._rng, known, (1, 1, 2)) if given is None else given,
            )
            for _ in range(n)
        ]

    def delete(self, kind: Kind, n: int = 1, indices: Iterable[int] | None = None, owner: Any = None) -> list[int]:
        """These records, or ``n`` others, are gone: softly and everywhere, or with ``owner`` from that one's lists."""
        chosen = self._choose(kind, n, indices, owner)
        for index in chosen:
            if owner is None:
                self.shelf(kind).delete(index)
            else:
                self.shelf(kind).unlink(index, owner)
        return chosen

    def change(
        self, kind: Kind, n: int = 1, indices: Iterable[int] | None = None, fields: dict[str, Any] | None = None
    ) -> list[int]:
        """These records, or ``n`` others, show other values from now on; with ``fields`` exactly those."""
        chosen = self._choose(kind, n, indices, None)
        for index in chosen:
            self.shelf(kind).change(index, self._tick(), fields or {})
        return chosen

    def leave(self, user_id: int) -> None:
        """A user leaves: the team lists the user no more; the repository is another matter."""
        if user_id not in self.users:
            raise ValueError(f"unknown user {user_id}")
        self.left.add(user_id)

    def _choose(self, kind: Kind, n: int, indices: Iterable[int] | None, owner: Any) -> list[int]:
        shelf = self.shelf(kind)
        if indices is not None:
            chosen = list(indices)
            if not all(shelf.live(index) for index in chosen):
                raise ValueError(f"not all of {chosen} are live {kind}")
            return chosen
        live = list(shelf.indices(owner))
        return [live.pop(int(self._rng.random() * len(live))) for _ in range(min(n, len(live)))]

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def _shelf(self, n: int, known: tuple[Any, ...], how_many: tuple[int, ...]) -> Shelf:
        rng, days = self._rng, self.scale.days * 86400
        drawn = sorted(self.until - days + int(rng.random() * days) for _ in range(n))
        created: list[int] = []
        for mine in drawn:
            tied = created and rng.random() < _TIES_SHARE
            created.append(created[-1] if tied else mine)
        return Shelf(created, [_draw(rng, known, how_many) for _ in range(n)], known)

    def _project(self, number: int) -> dict[str, Any]:
        name = f"{pick(stream(self.scale.seed, 9, number), work.COMPANIES)}, vacancy {number + 1}"
        created = moment(self.until - 86400 * (self.scale.days + number))
        return {"id": contacts.uuid_of(self.scale.seed, "project", number), "name": name, "created_at": created}

    def _user(self, number: int) -> dict[str, Any]:
        who = person(self.scale.seed, _USERS_FROM + number)
        return {
            "id": number + 1,
            "given_name": who.first_name,
            "family_name": who.last_name,
            "full_name": who.full_name,
            "email": who.email,
            "job_title": "Recruiter",
        }


def _shuffled(rng: Random, n: int) -> list[int]:
    return sorted(range(n), key=lambda _: rng.random())


def _draw(rng: Random, known: tuple[Any, ...], how_many: tuple[int, ...]) -> tuple[Any, ...]:
    """Distinct owners, their number drawn from ``how_many``, as far as there are so many."""
    count = min(pick(rng, how_many), len(known))
    drawn = {int(rng.random() * len(known)) for _ in range(count)}
    return tuple(known[at] for at in sorted(drawn))
