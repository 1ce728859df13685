"""Whom a Leonar search finds.

The endpoint's page names the filters and says no more. Here every list means "any of these", texts match in part and
without regard to case; skills, tags and places match whole; all filters must hold together.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

from include.sandbox.contacts import SEQUENCES, uuid_of
from include.sandbox.leonar_created import created_window
from include.sandbox.readings import Readings
from include.sandbox.shelf import dump
from include.sandbox.work import STAGES
from include.sandbox.world import World

Record = dict[str, Any]
Words = set[str]

_PLACES = ("cities", "states", "countries")


def found(world: World, readings: Readings, body: Record) -> list[int]:
    """The indices of the contacts that a valid search finds, in the order of the reading."""
    filters = {name: body[name] for name in sorted(body) if name not in ("project_id", "page", "page_size")}
    if not filters and readings.order in ("newest", "swapping"):
        return world.contacts.newest()
    return world.contacts.remember(
        ("found", dump(filters), readings), lambda: _ordered(world, readings, _matches(world, readings, filters))
    )


def sequence_ids(world: World) -> list[str]:
    """The ids of all sequences."""
    return [uuid_of(world.scale.seed, "sequence", number) for number in range(SEQUENCES)]


def stage_id(project: str, category: str) -> str:
    """The id of a project's stage of a category."""
    return uuid_of(project, category)


def _matches(world: World, readings: Readings, filters: Record) -> list[int]:
    keys = world.contacts.keys()
    projects = [project.lower() for project in filters.get("project_ids", ())]
    if projects:
        keys = sorted(
            {key for project in projects if project in world.projects for key in world.contacts.keys(project)}
        )
    start, end = created_window(readings, filters.get("created_after"), filters.get("created_before"))
    keys = keys[bisect_left(keys, start, key=_second) : bisect_left(keys, end, key=_second)]
    indices = [key & 0xFFFFFFFF for key in keys]
    hidden = [(test, words) for name, test in _hidden(world).items() if (words := _words(filters.get(name)))]
    if hidden:
        indices = [index for index in indices if all(test(index, words) for test, words in hidden)]
    wanted = {**filters, **filters.get("locations", {})}
    shown = [(test, words) for name, test in _SHOWN.items() if (words := _words(wanted.get(name)))]
    if shown:
        records = ((index, world.contact(index, {})) for index in indices)
        indices = [index for index, record in records if all(test(record, words) for test, words in shown)]
    return indices


def _second(key: int) -> int:
    return key >> 32


def _ordered(world: World, readings: Readings, indices: list[int]) -> list[int]:
    match readings.order:
        case "oldest":
            return indices
        case "name":
            return sorted(
                indices, key=lambda index: [world.profile(index)[part] for part in ("last_name", "first_name")]
            )
        case "shuffled":
            return sorted(indices, key=lambda index: index * 2654435761 % 2**32)
    return indices[::-1]


def _plain(value: Any) -> str:
    return value.casefold().strip() if isinstance(value, str) else ""


def _words(wanted: Any) -> Words:
    return {_plain(word) for word in ([wanted] if isinstance(wanted, str) else wanted or ())} - {""}


def _hidden(world: World) -> dict[str, Callable[[int, Words], bool]]:
    """The filters by what Leonar knows of a contact and does not show."""
    sequences = sequence_ids(world)

    def stays(index: int) -> Iterator[tuple[str, str]]:
        return zip(world.contacts.owners[index], world.facts(index).stages, strict=True)

    return {
        "contact_types": lambda index, words: world.facts(index).contact_type in words,
        "tags": lambda index, words: any(_plain(tag) in words for tag in world.facts(index).tags),
        "sequence_ids": lambda index, words: any(sequences[at] in words for at in world.facts(index).sequences),
        "stage_ids": lambda index, words: any(stage_id(*stay) in words for stay in stays(index)),
        "stage_categories": lambda index, words: any(stage in words for _, stage in stays(index)),
    }


def stage_ids(world: World) -> dict[str, dict[str, str]]:
    """By project and category, the ids of all stages."""
    return {project: {category: stage_id(project, category) for category in STAGES} for project in world.projects}


def _holds(text: Any, words: Words) -> bool:
    plain = _plain(text)
    return any(word in plain for word in words)


def _job(record: Record, field: str) -> str:
    job = record.get("current_job")
    return str(job.get(field)) if isinstance(job, dict) else ""


def _skills(record: Record) -> Words:
    skills = record.get("skills")
    return {_plain(skill) for skill in skills} if isinstance(skills, list) else set()


def _everything(record: Record) -> str:
    texts = (record.get("headline"), record.get("summary"), _job(record, "title"), *sorted(_skills(record)))
    return "\n".join(_plain(text) for text in texts)


def _place(record: Record, at: int) -> str:
    """City, region or country of a location that names all three; of another only the country."""
    parts = [_plain(part) for part in str(record.get("location")).split(",")]
    return parts[at] if len(parts) == len(_PLACES) else parts[-1] if at == len(_PLACES) - 1 else ""


_SHOWN: dict[str, Callable[[Record, Words], bool]] = {
    "job_titles": lambda record, words: _holds(_job(record, "title"), words),
    "companies": lambda record, words: _holds(_job(record, "company_name"), words),
    "keywords": lambda record, words: _holds(_everything(record), words),
    "skills": lambda record, words: bool(words & _skills(record)),
    "first_name": lambda record, words: _holds(record.get("first_name"), words),
    "last_name": lambda record, words: _holds(record.get("last_name"), words),
    "full_name": lambda record, words: _holds(f"{record.get('first_name')} {record.get('last_name')}", words),
    "cities": lambda record, words: _place(record, 0) in words,
    "states": lambda record, words: _place(record, 1) in words,
    "countries": lambda record, words: _place(record, 2) in words,
}
