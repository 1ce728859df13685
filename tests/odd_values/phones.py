from functools import partial

from include.fields import phone
from tests.odd_values.table import Case, Kind
from tests.odd_values.words import CONTROL, INVISIBLE

NO_PHONE = "not a phone number"


def _of(region: str | None, said: str, *cases: Case) -> Kind:
    return Kind(f"Phones of {region or 'no known country'}", partial(phone, region=region), said, cases)


NOWHERE = _of(
    None,
    "Stored as E.164 beside the number as it came. Where the record has no country code, only a number with a country "
    "code of its own is one. The extension is dropped.",
    Case("+31 6 12345678", "+31612345678"),
    Case("+ 31 (6) 1234-5678", "+31612345678"),
    Case("(+31) 6 12345678", "+31612345678"),
    Case("0031 6 12345678", "+31612345678"),
    Case("(0031) (0)6 12345678", "+31612345678"),
    Case("++31612345678", "+31612345678"),
    Case("tel:+33 (0)6 12 34 56 78", "+33612345678"),
    Case("Tel. +33.6.12.34.56.78", "+33612345678"),
    Case("+49 (0)30 / 23 125 123", "+493023125123"),
    Case("+49 30 23125-123", "+493023125123"),
    Case("+32 470/12.34.56", "+32470123456"),
    Case("+44 (0)20 7946 0123", "+442079460123"),
    Case("+44 7700 900123", "+447700900123"),
    Case("+1 (202) 555-0143", "+12025550143"),
    Case("+1 (202) 555-0143 x5", "+12025550143"),
    Case("tel:+1-202-555-0143;ext=5", "+12025550143"),
    Case("+39 06 123 45678", "+390612345678"),
    Case("＋３１ ６ １２３４５６７８", "+31612345678"),
    Case("+31\xa06\u201112345678", "+31612345678"),
    Case("+31 6 12345678\x00", "+31612345678", CONTROL),
    Case("\u202a+31 6 12345678\u202c", "+31612345678", INVISIBLE),
    Case("06 12345678", None, NO_PHONE),
    Case("31612345678", None, NO_PHONE),
    Case("+999 123456789", None, NO_PHONE),
    Case("+32 0067099078", None, NO_PHONE),
    Case("+", None, NO_PHONE),
    Case(" ", None),
)
NL = _of(
    "NL",
    "A number is taken in every way that it is written at home. Several numbers in one field are refused: nobody says "
    "which. Letters are no digits. A length that no number of the country has is a typing error.",
    Case("06-12345678", "+31612345678"),
    Case("06 12 34 56 78", "+31612345678"),
    Case("06.12.34.56.78", "+31612345678"),
    Case("(06) 12345678", "+31612345678"),
    Case("M: 06-12345678", "+31612345678"),
    Case("'0612345678", "+31612345678"),
    Case("612345678", "+31612345678"),
    Case("31612345678", "+31612345678"),
    Case("00 31 6 12345678", "+31612345678"),
    Case("+31 06 12345678", "+31612345678"),
    Case("(020) 555 01 23", "+31205550123"),
    Case("020 555 0123 ext. 5", "+31205550123"),
    Case("020 555 0123;ext=5", "+31205550123"),
    Case("020 555 0123 #5", "+31205550123"),
    Case("020 555 0123 toestel 5", "+31205550123"),
    Case("14020", "+3114020"),
    Case("0900-1234", "+319001234"),
    Case("+33 6 39 98 12 34", "+33639981234"),
    Case("+31 6 1234567", None, NO_PHONE),
    Case("06-123456789", None, NO_PHONE),
    Case("06 1234567x", None, NO_PHONE),
    Case("31612345678.0", None, NO_PHONE),
    Case("6.12345678E+8", None, NO_PHONE),
    Case("06-12345678 / 020 555 0123", None, NO_PHONE),
    Case("06-12345678 of 020 555 0123", None, NO_PHONE),
    Case("06-12345678, 020 555 0123", None, NO_PHONE),
    Case("0612345678\n0205550123", None, NO_PHONE),
    Case("+31 6 12345678 +31 20 5550123", None, NO_PHONE),
    Case("06-12345678 (werk)", None, NO_PHONE),
    Case("ask his sister", None, NO_PHONE),
    Case("n.v.t.", None, NO_PHONE),
    Case("-", None, NO_PHONE),
    Case("112", None, NO_PHONE),
    Case("12345", None, NO_PHONE),
    Case("0000000000", None, NO_PHONE),
    Case("9" * 5000, None, NO_PHONE),
    Case(31612345678, None, "not a text"),
    Case({"number": "06-12345678"}, None, "not a text"),
)
FR = _of(
    "FR",
    "",
    Case("01 23 45 67 89", "+33123456789"),
    Case("01.23.45.67.89", "+33123456789"),
    Case("01/23/45/67/89", "+33123456789"),
    Case("01-02-03-04-05", "+33102030405"),
    Case("+33 (0)6 39 98 12 34", "+33639981234"),
    Case("0033 6 39 98 12 34", "+33639981234"),
    Case("06 39 98 12 34 poste 12", "+33639981234"),
    Case("06 39 98 12 34 ou 01 23 45 67 89", None, NO_PHONE),
)
DE = _of(
    "DE",
    "Numbers vary in length, so that two could pass for one, and letters or a missing plus for a number of somebody "
    "else.",
    Case("030/23125-123", "+493023125123"),
    Case("(030) 23125123", "+493023125123"),
    Case("030 - 23125123", "+493023125123"),
    Case("089 / 12 34 56", "+4989123456"),
    Case("0170 1234567", "+491701234567"),
    Case("0049 (0)170-1234567", "+491701234567"),
    Case("+49 170/1234567", "+491701234567"),
    Case("49 170 1234567", None, NO_PHONE),
    Case("030 1234 / 030 5678", None, NO_PHONE),
    Case("030-12345 - 030-54321", None, NO_PHONE),
    Case("030 12345 030 54321", None, NO_PHONE),
    Case("089 1234567 / 68", None, NO_PHONE),
    Case("030 23125 App. 12", None, NO_PHONE),
    Case("1701234567.0", None, NO_PHONE),
    Case("23125", None, NO_PHONE),
)
BE = _of(
    "BE",
    "",
    Case("02 555 12 12", "+3225551212"),
    Case("02/555.12.12", "+3225551212"),
    Case("0470/12.34.56", "+32470123456"),
    Case("0470-12 34 56", "+32470123456"),
    Case("0032 (0)470 12 34 56", "+32470123456"),
    Case("0471/12 34 56 / 78", None, NO_PHONE),
)
GB = _of(
    "GB",
    "",
    Case("020 7946 0123", "+442079460123"),
    Case("(020) 7946 0123", "+442079460123"),
    Case("07700-900-123", "+447700900123"),
    Case("44 7700 900123", "+447700900123"),
    Case("020 7946 0123 extension 99", "+442079460123"),
    Case("07700 900123 or 020 7946 0123", None, NO_PHONE),
)
US = _of(
    "US",
    "",
    Case("(202) 555-0143", "+12025550143"),
    Case("202.555.0143", "+12025550143"),
    Case("1-202-555-0143", "+12025550143"),
    Case("(202) 555-0143 x99", "+12025550143"),
    Case("011 31 6 12345678", "+31612345678"),
    Case("0031 6 12345678", "+31612345678"),
    Case("555-0143", None, NO_PHONE),
    Case("1-800-FLOWERS", None, NO_PHONE),
)
KINDS = (NOWHERE, NL, FR, DE, BE, GB, US)
