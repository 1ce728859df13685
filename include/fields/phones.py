"""Phone numbers, by Google's libphonenumber."""

import re
from functools import cache, lru_cache
from typing import Any

from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
    country_code_for_region,
    format_number,
    is_possible_number_for_type_with_reason,
    is_valid_number,
    parse,
    region_code_for_country_code,
)

from include.fields.reader import Taken
from include.fields.words import text

_LONGEST = 100
"""Characters; more is a story, not a number."""
_MOST_DIGITS = 15

# The library turns letters into the digits of their keys ("030 23125 App. 12"), and keeps the ".0" of a spreadsheet.
_WRITTEN = re.compile(
    r"(?!\d+\.0$)[^\d+]*?"  # a label
    r"((?:[(\[+＋][(\[+＋ ]*)?\d[\d ()\[\]./\-\u2010-\u2015\u2212\uff0d]*)"
    r"(?:[,;]? *(?:;?ext=|(?:ext(?:ensi[oó]n|n)?|x|#|poste|toestel|tst)\.?:? *)\d{1,7}#?)?",
    re.IGNORECASE,
)
# Where numbers vary in length, as in Germany, two read as one. The second begins as numbers begin, or is told by its
# last digits: "089 1234567 / 68".
_SECOND = re.compile(r"([-/\u2013]) *(?:\(|0(?:[ .-]*\d){6})|^[^/]*(/) *\d{1,3}$")
_FEWEST_DIGITS = 5


def phone(value: Any, region: str | None) -> Taken[str]:
    """A phone number in display format as E.164, without a label and its extension.

    One number: of several nobody says which. No letters for digits. No number of a length that neither a fixed line nor
    a mobile phone of its country has, unless the library knows it, such as a service number.

    :param region: ISO 3166-1 alpha-2 code of the country that a number without a country code is read in
    """
    written, reason = text(value)
    if written is None:
        return None, reason
    number = _e164(written, region) if len(written) <= _LONGEST else None
    return (number, reason) if number else (None, "not a phone number")


@lru_cache(maxsize=16_384)
def _e164(written: str, region: str | None) -> str | None:
    shape = _WRITTEN.fullmatch(written)
    if not shape:
        return None
    numeral = shape[1].lstrip("([")
    for second in _SECOND.finditer(numeral):
        if sum(map(str.isdigit, numeral[: second.start(second.lastindex or 0)])) >= _FEWEST_DIGITS:
            return None
    clean = _read(numeral, region)
    # Without a region nobody knows its international prefix, and in some it is another one; 00 is that of most.
    if clean is None and numeral.startswith("00"):
        return _read(f"+{numeral[2:]}", None)
    # "49 170 1234567" lacks its plus, or its leading zero.
    if clean is not None and region and numeral.startswith(str(country_code_for_region(region))):
        return clean if _read(f"+{numeral}", None, known=True) in (None, clean) else None
    return clean


def _read(numeral: str, region: str | None, *, known: bool = False) -> str | None:
    """The number as E.164; with ``known`` only if the library knows its range."""
    try:
        number = parse(numeral, region)
        # "Valid" knows the ranges handed out when the library was built: not the newer ones, and not those kept for
        # fiction. A number of a likely length is taken too, unless it is so short that it is more likely a fragment.
        # That is looked at first: it costs a tenth.
        length = is_possible_number_for_type_with_reason(number, PhoneNumberType.FIXED_LINE_OR_MOBILE)
        likely = length == ValidationResult.IS_POSSIBLE and (number.national_number or 0) >= 10**6 and not known
        if not likely and not is_valid_number(number):
            return None
        clean = str(format_number(number, PhoneNumberFormat.E164))
        if len(clean) > len("+") + _MOST_DIGITS:
            return None
        # In a few countries what a number begins with may be dropped the next time it is read. Reading takes long.
        prefix = _national_prefix(number.country_code or 0)
        if prefix and prefix.match(clean, len(f"+{number.country_code}")):
            return clean if format_number(parse(clean), PhoneNumberFormat.E164) == clean else None
        return clean
    except NumberParseException:
        return None


@cache
def _national_prefix(country_code: int) -> re.Pattern[str] | None:
    """What the library drops at the start of a country's numbers."""
    region = region_code_for_country_code(country_code)
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(country_code, region)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(prefix) if prefix else None
