"""Phone numbers, by Google's libphonenumber."""

from functools import lru_cache
from typing import Any

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)

from include.fields.reader import Taken
from include.fields.words import text


def phone(value: Any, region: str | None) -> Taken[str]:
    """A phone number in display format as E.164, without its extension.

    :param region: ISO 3166-1 alpha-2 code of the country that a number without a country code is read in
    """
    written, reason = text(value)
    if written is None:
        return None, reason
    number = _e164(written, region)
    return (number, reason) if number else (None, "not a phone number")


@lru_cache(maxsize=16_384)
def _e164(written: str, region: str | None) -> str | None:
    try:
        # Without a region nobody knows its international prefix; 00 is that of most.
        number = parse(f"+{written[2:]}" if region is None and written.startswith("00") else written, region)
        # "Valid" knows the ranges handed out when the library was built: not the newer ones, and not those kept for
        # fiction. A number of a possible length is taken too, unless it is so short that it is more likely a fragment.
        # That is looked at first: it costs a tenth.
        likely = is_possible_number(number) and (number.national_number or 0) >= 10**6
        if not likely and not is_valid_number(number):
            return None
        clean = str(format_number(number, PhoneNumberFormat.E164))
        # Leading zeros of a few countries are read as part of the number once, and dropped the next time.
        return clean if format_number(parse(clean), PhoneNumberFormat.E164) == clean else None
    except NumberParseException:
        return None
