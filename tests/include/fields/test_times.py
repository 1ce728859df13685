from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from include.fields import Dated, date, moment


@given(value=st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True) | st.datetimes().map(str))
def test_the_day_of_a_date_is_a_date(value):
    clean, _ = date(value)
    if clean is not None:
        assert date(clean.day) == (Dated(clean.day, "day"), None)
        assert clean.day.startswith(value[: len("2021-03-01")])


@given(value=st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))
def test_a_moment_is_the_same_moment(value):
    clean, reason = moment(value.isoformat())
    assert reason is None
    assert datetime.fromisoformat(clean) == value.astimezone(UTC)
