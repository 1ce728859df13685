"""The shapes that travel between the parts of an ingestion. Imports nothing of ours."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol

Record = Any
"""One element of a page's list, as parsed from JSON: an object, if the source keeps its word."""

Strategy = Literal["all", "search"]
"""How a slice's pages are found: every page; or, the newest first, by searching for the page where the window ends."""

BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""Where a window starts and ends that is open there."""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of time, ``start <= moment < end``, both aware and in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a window's ends must be aware")
        if self.start >= self.end:
            raise ValueError("a window's start must lie before its end")

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def __str__(self) -> str:
        if self.start == BEGINNING:
            return f"before {_moment(self.end)}"
        return f"since {_moment(self.start)}" if self.end == END else f"{_moment(self.start)} to {_moment(self.end)}"


def _moment(moment: datetime) -> str:
    midnight = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    return moment.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Slice:
    """One owner's records, of one window or of all time: what a mapped task group instance ingests.

    :param source: a key of ``SOURCES``
    :param tenant: the connection id after its prefix
    :param conn_id: the connection to read with
    :param owner: a project id or a user id, the one that the requests name
    :param scope: what the requests yield: every record of the ``tenant``, or the ``owner``'s own
    :param window: created in this window; ``None`` is all time
    :param filters: the endpoint's own filter fields, validated
    :param strategy: how the pages are found
    :param bounds: how the requests say the window, where the source was asked what it means by it; else with guard days
    :param listed: the source lists the owner today, or a person named it; ``False``: it is known from before
    """

    source: str
    tenant: str
    conn_id: str
    owner: str
    scope: Literal["tenant", "owner"] = "owner"
    window: Window | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    strategy: Strategy = "all"
    bounds: Mapping[str, str] = field(default_factory=dict)
    listed: bool = True

    @property
    def refreshes(self) -> bool:
        """Whether it reads again what is known, and not what an interval brought; it takes its place behind those."""
        return self.window is None or bool(self.bounds)

    @property
    def label(self) -> str:
        """The slice's name in the UI and in logs."""
        return f"{self.owner} · {f'created {self.window}' if self.window else 'everything'}"

    def to_json(self) -> dict[str, Any]:
        """The slice as plain JSON, for XCom and the ledger; :meth:`from_json` is its inverse."""
        plain = asdict(self)
        plain["window"] = [self.window.start.isoformat(), self.window.end.isoformat()] if self.window else None
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Slice":
        """The slice that :meth:`to_json` wrote."""
        window = plain["window"] and Window(*map(datetime.fromisoformat, plain["window"]))
        return cls(**{**plain, "window": window})


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request below a connection's base URL."""

    method: Literal["GET", "POST"]
    path: str
    params: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list endpoint.

    :param number: from 1
    :param records: the list as it came, each element one record
    :param last: the answer says that no page follows
    :param totals: every number of matches that the answer reports, best guess first; empty if it reports none
    :param refused: the source has no such page, instead of an empty one
    """

    number: int
    records: Sequence[Record]
    last: bool
    totals: tuple[int, ...] = ()
    refused: bool = False


class Issue(NamedTuple):
    """A field that could not be taken as it came. Never the value: that stays in the landed record."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Normalized:
    """What a record becomes.

    :param remote_id: its identity; ``None``: the record is rejected
    :param row: the columns of the source's table by name, JSON-ready (moments and dates in ISO 8601), and under each
        child table's name the list of its rows, in order, without the keys and ``position``
    :param linked: whether the record belongs to the owner under which it was read; ``None``: the record does not say
    :param issues: what could not be taken as it came
    """

    remote_id: str | None
    row: dict[str, Any]
    linked: bool | None
    issues: tuple[Issue, ...]


class Link(NamedTuple):
    """The table that says which owners hold a record: ``(tenant, record column, owner column)``.

    ``tombstoned``: a link that ends keeps its row and gets ``remote_deleted_at``; else the row goes.
    """

    table: str
    record: str
    owner: str
    tombstoned: bool


class Source(Protocol):
    """What the pipeline has to know of a vendor: pure, without a clock and without I/O."""

    name: str
    title: str
    base_url: str
    owner_noun: str
    owners_param: str
    owner_schema: Mapping[str, Any]
    """What an owner's id looks like, in the words of JSON Schema."""
    filter_names: Collection[str]
    filter_example: str
    """Some filters, as JSON."""
    page_size: int
    created: tuple[str, str] | None
    """The request's fields for the dates after and before which a record was created; ``None``: it has none."""
    spellings: int
    """How many ways there are to say what the vendor's page leaves open."""
    renewed: timedelta | None
    """How often the budget is renewed; ``None``: the vendor does not say."""
    table: str
    children: tuple[str, ...]
    link: Link
    sticky: tuple[str, ...]
    """Text columns that an answer tells for some owners alone: null says nothing, and does not overwrite."""
    shape: Mapping[str, Any]
    """A record by the vendor's page: ``text``, ``number`` or ``boolean`` by field; objects and lists with their own."""

    def owners(self, given: Sequence[str]) -> list[str]:
        """The configured owners' ids in their canonical form, each once.

        :raises Misconfigured: one cannot be an id of this source
        """

    def filters(self, given: Any) -> dict[str, Any]:
        """The filters as the endpoint takes them.

        :raises Misconfigured: an unknown filter, or a value that the endpoint's page rules out
        """

    def narrowed(self, filters: Mapping[str, Any]) -> bool:
        """Whether these filters leave records out; a narrowed slice never tombstones."""

    def slices(self, configured: Slice, owners: Sequence[str], discovered: bool) -> list[Slice]:
        """The slices that read ``owners``, of which those that the source lists today come first.

        :param configured: everything of the slices but the owner, its ``owner`` empty
        :param discovered: the owners come from the source and the ledger, not from the connection or the run
        """

    def request(self, slice: Slice, number: int, spelling: int = 0) -> Request:
        """The request for page ``number`` of a slice.

        :param spelling: below ``spellings``: another one is tried where the source does not accept the first
        """

    def page(self, body: Any, number: int) -> Page:
        """The answer to that request.

        :raises UnreadableAnswer: not the shape that the endpoint's page documents
        """

    def owners_request(self, number: int) -> Request:
        """The request for page ``number`` of the owners."""

    def owners_page(self, body: Any, number: int) -> tuple[list[str], bool]:
        """The ids of the owners in that answer, and whether it is the last.

        :raises UnreadableAnswer: not the shape that the endpoint's page documents
        """

    def fault(self, body: Any) -> str | None:
        """The vendor's own words in an error body: its code and message."""

    def created_at(self, record: Record) -> datetime | None:
        """When the record was created, if the record says so."""

    def identity(self, record: Record) -> str | None:
        """The ``remote_id`` of a record, or ``None`` if it has none."""

    def normalize(self, record: Record) -> Normalized:
        """The typed row of a record. Total: any JSON value gives an answer, none raises."""


class PageReader(Protocol):
    """Reads pages of one slice; a hook's session is one."""

    async def read(self, number: int) -> Page:
        """Page ``number``.

        :raises Transient: after the in-task tries are spent
        :raises Limited: the budget is spent
        :raises Permanent: the request itself is at fault
        """
