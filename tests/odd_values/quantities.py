from functools import partial

from include.fields import boolean, integer, number
from tests.odd_values.table import Case, Kind

NO_NUMBER = "not a number"
OUTSIDE = "not between 0 and 100"
NO_TRUTH = "neither true nor false"

NUMBER = Kind(
    "Numbers from 0 to 100",
    partial(number, low=0, high=100),
    "A comma may part thousands or decimals, so it is refused.",
    (
        Case(8.2, 8.2),
        Case("8.2", 8.2),
        Case("+08.20", 8.2),
        Case(8.0, 8),
        Case("-0", 0),
        Case("\xa075\n", 75),
        Case("", None),
        Case("8,2", None, NO_NUMBER),
        Case("1e1", None, NO_NUMBER),
        Case(".5", None, NO_NUMBER),
        Case("1_0", None, NO_NUMBER),
        Case("0x10", None, NO_NUMBER),
        Case("７５", None, NO_NUMBER),
        Case("8 years", None, NO_NUMBER),
        Case("8\x00", None, NO_NUMBER),
        Case("NaN", None, NO_NUMBER),
        Case("-Infinity", None, NO_NUMBER),
        Case(float("nan"), None, OUTSIDE),
        Case(float("inf"), None, OUTSIDE),
        Case(-0.1, None, OUTSIDE),
        Case(True, None, NO_NUMBER),
        Case([8.2], None, NO_NUMBER),
    ),
)
INTEGER = Kind(
    "Whole numbers from 0 to 100",
    partial(integer, low=0, high=100),
    "",
    (
        Case(75, 75),
        Case(" 75 ", 75),
        Case(75.0, 75),
        Case("75.0", 75),
        Case("75.5", None, "not a whole number"),
        Case(75.5, None, "not a whole number"),
        Case("75%", None, NO_NUMBER),
        Case("", None),
        Case(101, None, OUTSIDE),
        Case("140", None, OUTSIDE),
        Case(-1, None, OUTSIDE),
        Case(10**400, None, OUTSIDE),
        Case("9" * 5000, None, NO_NUMBER),
        Case(False, None, NO_NUMBER),
        Case({"percent": 75}, None, NO_NUMBER),
    ),
)
BOOLEAN = Kind(
    "True or false",
    boolean,
    "",
    (
        Case(True, True),
        Case(0, False),
        Case(1.0, True),
        Case(" TRUE ", True),
        Case("0", False),
        Case("", None),
        Case("yes", None, NO_TRUTH),
        Case("null", None, NO_TRUTH),
        Case(2, None, NO_TRUTH),
        Case(float("nan"), None, NO_TRUTH),
        Case([], None, NO_TRUTH),
    ),
)
KINDS = (NUMBER, INTEGER, BOOLEAN)
