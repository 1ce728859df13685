import pytest

from include.budget import Budget
from include.telling import duration, pause, progress

TOLD = Budget(2_000, 1_873)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((412, 1_600, 7.9, 1_673), "412 of 1,600 pages, 7.9 a second, about 3 min to go"),
        ((412, 1_600, 7.9, 100), "412 of 1,600 pages, 7.9 a second, 100 more before the budget has to be waited for"),
        ((412, 1_600, 7.9, None), "412 of 1,600 pages, 7.9 a second, about 3 min to go"),
        ((412, None, 7.9, 1_673), "412 pages, 7.9 a second"),
        ((5, 16, 0.0, 1_673), "5 of 16 pages, 0.0 a second"),
        ((17, 16, 1.0, 1_673), "17 of 17 pages, 1.0 a second, about 0 s to go"),
    ],
    ids=["enough", "short", "budget not told", "total not told", "stalled", "more than were told"],
)
def test_a_read_says_how_far_it_is_and_what_it_waits_for(given, said):
    read, expected, pace, left = given
    assert progress(read, expected, pace, TOLD, left) == f"{said}; 1,873 of 2,000 requests left."


def test_a_short_read_says_nothing_and_a_long_one_ever_more_rarely():
    said, now = [], 0.0
    while now < 3_600:
        now += pause(now)
        said.append(now)
    assert said[0] == 15
    assert said[-1] - said[-2] == 60
    assert 60 < len(said) < 90


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (99, "99 s"), (100, "2 min"), (3_540, "59 min"), (3_600, "1 h 00 min")]
)
def test_a_stretch_of_time_is_told_as_people_tell_it(seconds, said):
    assert duration(seconds) == said
