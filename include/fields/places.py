"""Places, by the ISO 3166 lists of pycountry: said where the lists are sure, ``None`` where one would have to guess."""

import re
from collections import defaultdict
from functools import cache, lru_cache
from gettext import NullTranslations, translation
from typing import Any, NamedTuple
from unicodedata import combining, normalize

import pycountry

from include.fields.reader import Taken
from include.fields.words import LONGEST_IDENTIFIER, text

_LANGUAGES = ("en_GB", "nl", "fr", "de", "es", "it", "pt")
_ALIASES = {
    "GB": ("uk", "u.k.", "great britain", "grossbritannien", "grande bretagne", "groot brittannie", "gran bretagna"),
    "US": ("us", "u.s.", "usa", "u.s.a.", "united states of america"),
    "AE": ("uae", "u.a.e."),
    "NL": ("holland",),
    "HK": ("hong kong sar",),
    "MO": ("macau", "macao sar", "macau sar"),
    "CD": ("dr congo", "democratic republic of the congo"),
    "CI": ("ivory coast",),
    "CV": ("cape verde",),
    "MM": ("burma",),
    "SZ": ("swaziland",),
    "TR": ("turkey",),
    "RU": ("russia",),
    "VA": ("vatican city", "vatican"),
}
_MORE_REGIONS = {
    "NL": ("north holland", "south holland", "north brabant", "friesland"),
    "BE": ("flanders", "flemish region", "vlaanderen", "wallonia", "walloon region", "wallonie"),
    "DE": ("lower saxony", "north rhine westphalia", "rhineland palatinate", "saxony", "saxony anhalt", "thuringia"),
    "FR": ("brittany", "corsica", "normandy"),
    "ES": ("basque country", "catalonia", "galicia"),
    "IT": ("lombardy", "piedmont", "sardinia", "sicily", "tuscany"),
}
"""What people write, and neither list nor translation has."""
_CITY_STATES = {("DE", "berlin"), ("DE", "hamburg"), ("AT", "wien"), ("AT", "vienna"), ("LU", "luxembourg")}
_CITY_COUNTRIES = {"SG", "HK", "MO", "MC", "GI", "KW"}
"""Those with a city of the same name."""
_AREA = re.compile(r"^greater |\b(area|region|région|metropolitan|metroplex|randstad)\b", re.I)
_NOWHERE = {
    *("remote", "hybrid", "anywhere", "worldwide", "home office", "teletravail", "thuiswerk", "n/a", ""),
    *("europe", "europa", "eu", "european union", "european economic area", "emea", "apac", "benelux", "dach"),
}
_SEVERAL = re.compile(r"[;|\n]")
_ASIDE = re.compile(r"\([^()]*\)")


class Place(NamedTuple):
    """What a location says; the country by the name that ISO knows it by, with its alpha-2 code."""

    city: str | None = None
    region: str | None = None
    country: str | None = None
    country_code: str | None = None


def country(value: Any) -> Taken[str]:
    """An ISO 3166-1 alpha-2 code, upper case."""
    written, reason = text(value)
    if written is None:
        return None, reason
    # Upper case makes two letters of one: "ß" is not South Sudan.
    code = written.upper() if written.isascii() else ""
    return (code, reason) if code in _codes() else (None, "not an ISO 3166-1 alpha-2 code")


def place(value: Any) -> Taken[Place]:
    """The parts of a location like ``Paris, Île-de-France, France``; what it does not say for sure is ``None``.

    - The last part is the country, if it is a country's name in one of a few languages. "Remote" and "Europe" are no
      part, and of several places none is told.
    - Before a country: three parts are city, region, country. Of two, the first is a region if it says so ("Greater
      Hamburg Area") or if ISO 3166-2 lists it ("Bavaria", and "New York": the city lies in the state), else a city,
      but not by a country's name ("France, France").
    - Without a country: city and region, if ISO 3166-2 lists the second of two. A lone part is no more than a country
      or what calls itself an area: nobody says whether "Paris" is a city, and "Remote" is nowhere.
    """
    written, reason = text(value)
    if written is None:
        return None, reason
    return _place(written) if len(written) <= LONGEST_IDENTIFIER else Place(), reason


@lru_cache(maxsize=65_536)
def _place(written: str) -> Place:
    if _SEVERAL.search(written):
        return Place()
    parts = [part for part in (part.strip() for part in _ASIDE.sub("", written).split(",")) if part]
    parts = [part for part in parts if _key(part) not in _NOWHERE]
    narrower, code = _of_country(parts)
    if code is None:
        return _without_country(parts)
    named = Place(country=_codes()[code], country_code=code)
    if len(narrower) > 1:
        city = None if _AREA.search(narrower[0]) else narrower.pop(0)
        return named._replace(city=city, region=", ".join(narrower))
    for only in narrower:
        key = _key(only)
        if code in _regions().get(key, ()) or _AREA.search(only):
            return named._replace(city=only if (code, key) in _CITY_STATES else None, region=only)
        if key not in _countries() or (code in _CITY_COUNTRIES and _countries()[key] == code):
            return named._replace(city=only)
    return named


def _of_country(parts: list[str]) -> tuple[list[str], str | None]:
    """What comes before the country, and its code."""
    # ISO's own names may hold a comma: "Palestine, State of".
    for words in (2, 1):
        code = _countries().get(_key(", ".join(parts[-words:])))
        # "Atlanta, Georgia" and "Tbilisi, Georgia": only after a region is it the country.
        if code is not None and (code != "GE" or len(parts) > 2):
            return parts[:-words], code
    return parts, None


def _without_country(parts: list[str]) -> Place:
    match parts:
        case [only] if _AREA.search(only):
            return Place(region=only)
        case [city, region] if _key(region) in _regions() and _key(region) not in _countries():
            # "Germany, Berlin" is told the wrong way round, "Lebanon, Pennsylvania" is not; "Korea, South" is neither.
            code = _countries().get(_key(city), "")
            if code is None:
                return Place()
            return _place(f"{region}, {city}") if code in _regions()[_key(region)] else Place(city=city, region=region)
        case _:
            return Place()


def _key(name: str) -> str:
    """The name without case, accents and article, for comparing."""
    plain = "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))
    return plain.replace("’", "'").replace("-", " ").strip().removeprefix("the ")


@cache
def _codes() -> dict[str, str]:
    """The common name of every country by its alpha-2 code."""
    return {one.alpha_2: getattr(one, "common_name", one.name) for one in pycountry.countries}


@cache
def _countries() -> dict[str, str | None]:
    """The alpha-2 code of every country by every name, English before translated; ``None`` if several have the name."""
    english: dict[str, set[str]] = defaultdict(set)
    translated: dict[str, set[str]] = defaultdict(set)
    tongues = _tongues("iso3166-1")
    for one in pycountry.countries:
        names = [one.name, *(getattr(one, more) for more in ("common_name", "official_name") if hasattr(one, more))]
        names += [_ASIDE.sub("", name) for name in names if "(" in name]
        for name in (*names, *(name.split(",")[0] for name in names), *_ALIASES.get(one.alpha_2, ())):
            english[_key(name)].add(one.alpha_2)
        for tongue in tongues:
            for name in names:
                translated[_key(tongue.gettext(name))].add(one.alpha_2)
    return {name: codes.pop() if len(codes) == 1 else None for name, codes in (translated | english).items()}


@cache
def _regions() -> dict[str, set[str]]:
    """The countries that have a first-level subdivision of a name, by every name in every language."""
    regions: dict[str, set[str]] = defaultdict(set)
    tongues = _tongues("iso3166-2")
    for one in pycountry.subdivisions:
        if one.parent_code is None:
            for name in {one.name, *(tongue.gettext(one.name) for tongue in tongues)}:
                regions[_key(name)].add(one.country_code)
    for code, names in _MORE_REGIONS.items():
        for name in names:
            regions[name].add(code)
    return dict(regions)


def _tongues(standard: str) -> list[NullTranslations]:
    return [translation(standard, pycountry.LOCALES_DIR, languages=[one], fallback=True) for one in _LANGUAGES]
