"""A candidate of the Recruitsome ATS, as its list shows it."""

from datetime import UTC, datetime
from typing import Any

from include.sandbox import work
from include.sandbox.people import linkedin_by_hand, person, phone, pick, stream


def candidate(
    seed: int, index: int, who_number: int, created: int, until: int, changed: tuple[int, int] | None
) -> dict[str, Any]:
    """Candidate ``index`` (its id is one more): a pure function.

    :param who_number: the number of the person; one of a contact's if the person is in both systems
    :param created: the moment of creation, in Unix seconds
    :param until: the moment in which the world was seeded, in Unix seconds: no update is later
    :param changed: how often it was changed and when the last time, in Unix seconds
    """
    who = person(seed, who_number)
    rng = stream(seed, 6, index)
    mobile = phone(who.country_code, "mobile", rng) if rng.random() < 0.85 else None
    fixed = phone(who.country_code, "fixed", rng) if rng.random() < 0.25 else None
    status = pick(rng, tuple(work.STATUSES))
    address = linkedin_by_hand(who.handle, rng)
    completeness = int(rng.random() * 101) if rng.random() < 0.9 else None
    updated = created + int(rng.random() * max(0, until - created)) * (rng.random() < 0.6)
    photo = rng.random() < 0.5
    # A person known to both systems is known by this address, so it is always there.
    shown = who_number % 2 == 0 or rng.random() < 0.75
    if changed:
        version, updated = changed
        newer = stream(seed, 7, index, version)
        status = pick(newer, [value for value in work.STATUSES if value != status])
        mobile = phone(who.country_code, "mobile", newer)
    return {
        "id": index + 1,
        "slug": f"{who.email.partition('@')[0].replace('.', '-')}",
        "first_name": who.first_name,
        "middle_name": who.middle_name,
        "last_name": who.last_name,
        "full_name": who.full_name,
        "email": who.email,
        "mobile_phone": mobile,
        "fixed_phone": fixed,
        "status": {"value": status, "label": work.STATUSES[status]},
        "locality": who.city,
        "country_code": who.country_code,
        "linkedin_url": address if shown else None,
        "profile_completeness": completeness,
        "avatar": {
            size: f"https://media.example.com/avatars/{index}/{size}.jpg" if photo else None
            for size in ("small", "medium", "large")
        },
        "created_at": moment(created),
        "updated_at": moment(updated),
    }


def moment(seconds: int) -> str:
    """Unix seconds as the vendor writes a moment: ``2024-01-15T09:00:00+00:00``."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
