"""One person, the same wherever the world needs them: name, home, phones, e-mail, LinkedIn address."""

from random import Random
from typing import NamedTuple, TypeVar
from unicodedata import combining, normalize
from urllib.parse import quote

from include.sandbox.pools import COUNTRIES, CULTURES

T = TypeVar("T")

_LATIN = str.maketrans({"ł": "l", "Ł": "l", "ß": "ss", "ø": "o", "'": "", ".": "", " ": "-"})
_HOSTS = ("www.linkedin.com", "linkedin.com", "nl.linkedin.com", "fr.linkedin.com", "LinkedIn.com", "WWW.LINKEDIN.COM")
_QUERIES = ("?trk=public_profile", "?originalSubdomain=nl", "?utm_source=share&utm_campaign=in")


class Person(NamedTuple):
    """Who somebody is, in both systems alike. ``handle`` is unique: the part of a LinkedIn address after ``/in/``."""

    number: int
    first_name: str
    middle_name: str | None
    last_name: str
    city: str
    region: str
    country: str
    country_code: str
    handle: str
    email: str

    @property
    def full_name(self) -> str:
        """The name as one would write it on an envelope."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)


def pick(rng: Random, pool: "tuple[T, ...] | list[T]") -> T:
    """One of ``pool``, by ``random()`` alone: the one draw whose sequence Python promises never to change."""
    return pool[int(rng.random() * len(pool))]


def stream(*key: int) -> Random:
    """A generator of its own for every key, so that any record can be made without making those before it."""
    seed = 0
    for part in key:
        seed = seed << 40 | part
    return Random(seed)


def person(seed: int, number: int) -> Person:
    """Person ``number`` of the world ``seed``: a pure function."""
    rng = stream(seed, 1, number)
    culture = pick(rng, CULTURES)
    first, first_latin = _spellings(pick(rng, culture.first))
    last, last_latin = _spellings(pick(rng, culture.last))
    middle = pick(rng, culture.middle) if culture.middle and rng.random() < 0.4 else None
    code = culture.home if rng.random() < 0.7 else pick(rng, tuple(COUNTRIES))
    city, region = pick(rng, COUNTRIES[code].places).split(", ", 1)
    # An odd multiplier is a bijection modulo 2**32: no two persons share a handle.
    tail = f"{number * 2654435761 % 2**32:08x}"
    stem = f"{first}-{last}" if rng.random() < 0.3 else f"{first_latin}-{last_latin}"
    handle = stem.lower().replace(" ", "-").replace("'", "").replace(".", "") + f"-{tail}"
    email = f"{first_latin}.{last_latin}.{tail}@example.{pick(rng, ('com', 'org', 'net'))}"
    return Person(number, first, middle, last, city, region, COUNTRIES[code].name, code, handle, email)


def _spellings(name: str) -> tuple[str, str]:
    written, _, latin = name.partition("|")
    if not latin:
        plain = "".join(sign for sign in normalize("NFKD", written) if not combining(sign))
        latin = plain.translate(_LATIN).lower()
    return written, latin


def linkedin(handle: str) -> str:
    """The address as LinkedIn itself writes it."""
    return f"https://www.linkedin.com/in/{quote(handle)}"


def linkedin_by_hand(handle: str, rng: Random) -> str:
    """The same address as people paste it: scheme, host, case, percent-encoding, query and last slash vary."""
    written = quote(handle) if rng.random() < 0.5 else handle
    if handle.isascii() and rng.random() < 0.3:
        written = handle.upper() if rng.random() < 0.3 else handle.title()
    address = pick(rng, ("https://", "http://", "")) + pick(rng, _HOSTS) + "/in/" + written
    address += "/" if rng.random() < 0.4 else ""
    return address + (pick(rng, _QUERIES) if rng.random() < 0.3 else "")


def phone(country_code: str, kind: str, rng: Random) -> str | None:
    """A phone of the country in display format, ``kind`` ``mobile`` or ``fixed``; ``None`` where we know none."""
    country = COUNTRIES[country_code]
    patterns = country.mobile if kind == "mobile" else country.fixed
    if not patterns:
        return None
    return "".join(str(int(rng.random() * 10)) if sign == "#" else sign for sign in pick(rng, patterns))
