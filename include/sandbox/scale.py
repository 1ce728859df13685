"""How large a world is, and how strange."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Scale:
    """The parameters of a world.

    :param days: records were created in so many days before ``until``
    :param until: aware
    :param odd: share of odd records
    :param both: share of the smaller system's people who are in the other one, too
    :param nameless: share of records without any identity
    """

    seed: int = 7
    contacts: int = 2000
    candidates: int = 2000
    projects: int = 5
    users: int = 4
    days: int = 30
    until: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    odd: float = 0.02
    both: float = 0.1
    nameless: float = 0.0

    def __post_init__(self) -> None:
        if self.until.utcoffset() is None:
            raise ValueError("until must be aware")
        if min(self.contacts, self.candidates, self.projects, self.users) < 0 or self.days < 1:
            raise ValueError("a world needs a day at least, and no negative number of anything")
