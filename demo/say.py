"""What a person reads while a demo runs."""

import sys
from contextlib import suppress


def say(line: str = "") -> None:
    """Say it at once; a reader who has left, as of ``./run demo | head``, is no reason to leave anything undone."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
