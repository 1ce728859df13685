"""A contact of the Leonar CRM: the profile that a search shows, and the facts that only its filters see."""

from base64 import urlsafe_b64encode
from hashlib import blake2b
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from include.sandbox import work
from include.sandbox.people import Person, linkedin, person, pick, stream

CRM_ONLY_SHARE = 0.03
SEQUENCES = 12


class Facts(NamedTuple):
    """What Leonar knows of a contact and does not show. ``stages`` holds one stage for each project of the contact."""

    contact_type: str
    tags: tuple[str, ...]
    sequences: tuple[int, ...]
    stages: tuple[str, ...]


def uuid_of(*key: object) -> str:
    """The UUID (version 4 by its looks) that belongs to a key."""
    return str(UUID(bytes=blake2b(repr(key).encode(), digest_size=16).digest(), version=4))


def profile_id_of(seed: int, index: int) -> str:
    """A LinkedIn member id by its looks: 39 signs that begin with ``ACwAA``."""
    return "ACwAA" + urlsafe_b64encode(blake2b(b"%d:%d" % (seed, index), digest_size=26).digest()).decode()[:34]


def crm_only(seed: int, index: int) -> bool:
    """Whether the contact has no LinkedIn profile: it is known by its ``existing_contact_id`` alone."""
    # The golden ratio's multiples spread evenly over 2**32, and cost nothing.
    return (index * 2654435769 + seed) % 2**32 < CRM_ONLY_SHARE * 2**32


def facts_of(seed: int, index: int, projects: tuple[str, ...]) -> Facts:
    """The facts of contact ``index``, who is in ``projects``: a pure function."""
    rng = stream(seed, 2, index)
    return Facts(
        pick(rng, work.CONTACT_TYPES) if rng.random() < 0.3 else "candidate",
        tuple(tag for tag in work.TAGS if rng.random() < 0.1),
        tuple(number for number in range(SEQUENCES) if rng.random() < 0.05),
        tuple(work.STAGES[(int(project[:8], 16) + index) % len(work.STAGES)] for project in projects),
    )


def profile(seed: int, index: int, version: int, linked: bool, year: int) -> dict[str, Any]:
    """The profile of contact ``index`` after ``version`` changes, without what is relative to a request.

    :param linked: whether it has a LinkedIn profile
    :param year: the world's present, from which careers are told backwards
    """
    who = person(seed, 2 * index)
    rng = stream(seed, 3, index)
    titles, known = pick(rng, work.TRADES)
    experiences = _experiences(rng, titles, year)
    skills = [skill for skill in known if rng.random() < 0.6]
    if version:
        newer = stream(seed, 4, index, version)
        experiences[0] = _experience(newer, titles, year, None)
        skills.append(f"Skill {version}")
    current = experiences[0]
    return {
        "profile_id": profile_id_of(seed, index) if linked else None,
        "first_name": who.first_name,
        "last_name": f"{who.middle_name} {who.last_name}" if who.middle_name else who.last_name,
        "headline": f"{current['title']} at {current['company_name']}",
        "picture_url": f"https://media.example.com/dms/image/{index}.jpg" if rng.random() < 0.7 else None,
        "location": _location(who, rng),
        "linkedin_url": linkedin(who.handle) if linked else None,
        "summary": _text(rng, 2, 10) if rng.random() < 0.8 else None,
        "current_job": {"title": current["title"], "company_name": current["company_name"]},
        "experiences": experiences,
        "educations": [_education(rng) for _ in range(int(rng.random() * 3))],
        "skills": skills,
        "total_years_experience": round(year - int(experiences[-1]["start_date"][:4]) + rng.random(), 1),
    }


def _location(who: Person, rng: Random) -> str:
    parts = (who.city, who.region, who.country)
    return ", ".join(parts if rng.random() < 0.9 else parts[-1:])


def _experiences(rng: Random, titles: tuple[str, ...], year: int) -> list[dict[str, Any]]:
    found, end = [], None
    for _ in range(1 + int(rng.random() * 5)):
        found.append(_experience(rng, titles, year, end))
        start = found[-1]["start_date"]
        year, end = int(start[:4]), f"{start[:8]}01"
    return found


def _experience(rng: Random, titles: tuple[str, ...], year: int, end: str | None) -> dict[str, Any]:
    return {
        "title": pick(rng, work.GRADES) + pick(rng, titles),
        "company_name": pick(rng, work.COMPANIES),
        "start_date": f"{year - 1 - int(rng.random() * 4)}-{1 + int(rng.random() * 12):02d}-01",
        "end_date": end,
        "description": _text(rng, 1, 4) if rng.random() < 0.7 else None,
        "is_current": end is None,
    }


def _education(rng: Random) -> dict[str, Any]:
    year = 1990 + int(rng.random() * 30)
    return {
        "educational_establishment": pick(rng, work.SCHOOLS),
        "diploma": pick(rng, work.DIPLOMAS),
        "specialization": pick(rng, work.SUBJECTS) if rng.random() < 0.8 else None,
        "start_date": f"{year}-09-01",
        "end_date": f"{year + 3 + int(rng.random() * 3)}-06-30",
    }


def _text(rng: Random, least: int, most: int) -> str:
    return " ".join(pick(rng, work.SENTENCES) for _ in range(least + int(rng.random() * (most - least))))
