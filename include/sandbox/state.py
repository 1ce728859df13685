"""What stands behind both doubles while they run, and the words that they and the gate share."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Literal, NamedTuple, Protocol

from include.sandbox.budget import Budget
from include.sandbox.readings import Readings
from include.sandbox.trouble import Rule
from include.sandbox.world import World

VendorName = Literal["leonar", "recruitsome"]
Keys = dict[str, frozenset[str]]


@dataclass(slots=True)
class Asked:
    """One request, as far as the doubles look at it; an entry of the log.

    :param number: from 1, in the order of arrival
    :param origin: scheme, host and port that the client used
    :param body: the parsed JSON body, ``None`` where there is none or it is not JSON
    :param status: of the answer; ``None`` until there is one, and where the connection was reset
    :param due: the rules that acted on it, by effect
    """

    number: int
    vendor: VendorName
    method: str
    path: str
    query: dict[str, str]
    body: Any
    origin: str
    owner: str | None
    page: int | None
    status: int | None = None
    due: dict[str, Rule] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The entry as the control API shows it."""
        return {
            "number": self.number,
            "vendor": self.vendor,
            "method": self.method,
            "path": self.path,
            "page": self.page,
            "owner": self.owner,
            "query": self.query,
            "body": self.body,
            "status": self.status,
            "trouble": list(self.due),
        }


class Fault(Exception):
    """The double refuses a request.

    :param details: by field, what is wrong with it
    :param code: the vendor's code, where the status does not say it
    """

    def __init__(
        self, status: int, message: str, *, details: Mapping[str, list[str]] | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details or {}
        self.code = code


@dataclass(slots=True)
class State:
    """A running sandbox. Whoever reads or changes it holds ``lock``: tests do so from another thread."""

    world: World
    budgets: dict[VendorName, Budget]
    keys: dict[VendorName, Keys]
    readings: Readings = field(default_factory=Readings)
    rules: list[Rule] = field(default_factory=list)
    log: list[Asked] = field(default_factory=list)
    lock: AbstractContextManager[object] = field(default_factory=RLock)


Handler = Callable[[State, Asked], bytes]


class Route(NamedTuple):
    """What answers a path, and the scope that it wants."""

    scope: str | None
    handler: Handler


class Vendor(Protocol):
    """A vendor's double: a module with these names."""

    @property
    def ROUTES(self) -> Mapping[tuple[str, str], Route]:  # noqa: N802
        """By method and path, what answers."""
        ...

    @property
    def OWNER(self) -> str:  # noqa: N802
        """The parameter that names the owner."""
        ...

    @property
    def PREFIX(self) -> str:  # noqa: N802
        """What every key begins with."""
        ...

    def fault(self, fault: Fault, /) -> bytes:
        """The vendor's error body."""
        ...

    def unauthorized(self) -> Fault:
        """401: no key, or an unknown one."""
        ...

    def insufficient_scope(self, scope: str, /) -> Fault:
        """403: the key does not have the scope."""
        ...

    def headers(
        self, state: State, limit: int, remaining: int, reset: float, wait: float, limited: bool, /
    ) -> dict[str, str]:
        """The rate-limit headers.

        :param reset: when the window ends, in Unix time; ``wait``: in so many seconds
        :param limited: whether they are a 429's
        """
        ...
