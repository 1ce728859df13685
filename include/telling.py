"""How far a read is, in one sentence: what somebody asks who watches a long extract."""

from math import ceil

from include.budget import Budget

FIRST, SHARE, LAST = 15.0, 0.1, 60.0


def pause(elapsed: float) -> float:
    """How long to say nothing after ``elapsed`` seconds: a short read is over before, a long one is watched less."""
    return min(LAST, max(FIRST, SHARE * elapsed))


def progress(read: int, expected: int | None, pace: float, budget: Budget, left: int | None) -> str:
    """How many pages there are of those expected, how fast they come, and how long that takes.

    :param read: pages that have landed
    :param expected: pages in all, ``None`` if nobody said
    :param pace: pages a second
    :param budget: what the last answer told
    :param left: requests that may be spent of it before the reserve is touched, ``None`` if nobody said
    """
    said = f"{read:,} pages" if expected is None else f"{read:,} of {max(read, expected):,} pages"
    said += f", {pace:.1f} a second"
    if expected is not None:
        more = max(0, expected - read)
        if left is not None and left < more:
            said += f", {left:,} more before the budget has to be waited for"
        elif pace:
            said += f", about {duration(more / pace)} to go"
    return f"{said}; {budget}."


def duration(seconds: float) -> str:
    """A stretch of time in the two units that matter: seconds, minutes, or hours and minutes."""
    if seconds < 100:
        return f"{ceil(seconds)} s"
    hours, minutes = divmod(ceil(seconds / 60), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
