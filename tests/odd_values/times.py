from include.fields import Dated, date, moment
from tests.odd_values.table import Case, Kind
from tests.odd_values.words import CONTROL

NO_DATE = "not a date"
NO_SUCH_DATE = "no such date"
NO_MOMENT = "not a moment"

DATE = Kind(
    "Dates",
    date,
    "The day with its precision. Days and months are never swapped or guessed. Whether a start comes before its end is "
    "not a field's business: both are kept as they came.",
    (
        Case("2021", Dated("2021-01-01", "year")),
        Case(2021, Dated("2021-01-01", "year")),
        Case("2021-03", Dated("2021-03-01", "month")),
        Case(" 2021-03-09 ", Dated("2021-03-09", "day")),
        Case("2020-02-29", Dated("2020-02-29", "day")),
        Case("2021-03-09T23:59:59-05:00", Dated("2021-03-09", "day")),
        Case("2021-03-09 00:00:00", Dated("2021-03-09", "day")),
        Case("2021-03-09\x00", Dated("2021-03-09", "day"), CONTROL),
        Case("1899-12-30", Dated("1899-12-30", "day")),
        Case("0001-01-01", Dated("0001-01-01", "day")),
        Case("9999", Dated("9999-01-01", "year")),
        Case("", None),
        Case("2021-02-30", None, NO_SUCH_DATE),
        Case("2021-02-29", None, NO_SUCH_DATE),
        Case("2021-13", None, NO_SUCH_DATE),
        Case("2021-00", None, NO_SUCH_DATE),
        Case("2021-03-00", None, NO_SUCH_DATE),
        Case("0000", None, NO_SUCH_DATE),
        Case("0000-00-00", None, NO_SUCH_DATE),
        Case("2021-02-30T10:00:00Z", None, NO_DATE),
        Case("2021-03-09 or so", None, NO_DATE),
        Case("10000-01-01", None, NO_DATE),
        Case("09-03-2021", None, NO_DATE),
        Case("03/09/2021", None, NO_DATE),
        Case("2021/03/09", None, NO_DATE),
        Case("20210309", None, NO_DATE),
        Case("44264", None, NO_DATE),
        Case("2021.0", None, NO_DATE),
        Case("Mar 2021", None, NO_DATE),
        Case("present", None, NO_DATE),
        Case("２０２１", None, NO_DATE),
        Case(44264, None, NO_DATE),
        Case(20210309, None, NO_DATE),
        Case(10**5000, None, NO_DATE),
        Case(2021.5, None, NO_DATE),
        Case(True, None, NO_DATE),
        Case({"year": 2021}, None, NO_DATE),
    ),
)
MOMENT = Kind(
    "Moments",
    moment,
    "Stored in UTC; a moment without an offset is meant in UTC.",
    (
        Case("2024-01-15T10:00:00+01:00", "2024-01-15T09:00:00+00:00"),
        Case("2024-01-15T09:00:00.25Z", "2024-01-15T09:00:00.250000+00:00"),
        Case("2024-01-15T09:00:00.123456789Z", "2024-01-15T09:00:00.123456+00:00"),
        Case("2024-01-15 09:00:00", "2024-01-15T09:00:00+00:00"),
        Case("2024-01-15", "2024-01-15T00:00:00+00:00"),
        Case("", None),
        Case("2024-01", None, NO_MOMENT),
        Case("0000-00-00 00:00:00", None, NO_MOMENT),
        Case("0001-01-01T00:00:00+14:00", None, NO_MOMENT),
        Case("9999-12-31T23:59:59-05:00", None, NO_MOMENT),
        Case("2021-02-30T25:00:00+00:00", None, NO_MOMENT),
        Case("2024-01-15T23:59:60Z", None, NO_MOMENT),
        Case("15-01-2024 09:00", None, NO_MOMENT),
        Case("Mon, 15 Jan 2024 09:00:00 GMT", None, NO_MOMENT),
        Case("1705309200", None, NO_MOMENT),
        Case(1705309200, None, NO_MOMENT),
        Case(float("nan"), None, NO_MOMENT),
    ),
)
KINDS = (DATE, MOMENT)
