"""What both vendors' APIs have in common: a base URL, a bearer key, JSON pages, and the ways to fail."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any, ClassVar, TypeVar

import aiohttp
from airflow.providers.http.hooks.http import AsyncHttpSession, HttpAsyncHook, SessionConfig
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from include.address import base_url
from include.answers import parse
from include.budget import Budget
from include.contract import Page, Request, Slice, Source
from include.errors import (
    Forbidden,
    IngestError,
    Limited,
    LinkTrouble,
    Misconfigured,
    Missing,
    Refused,
    ServerTrouble,
    Transient,
    Unauthorized,
    UnreadableAnswer,
)

TIMEOUT = aiohttp.ClientTimeout(total=90, sock_connect=10, sock_read=30)
TRIES = 5
MOST_OWNER_PAGES = 100
UNTOLD_WAIT = timedelta(minutes=1)
UNDEFINED = "Add it under Admin > Connections, or as AIRFLOW_CONN_ and its id in capitals, then clear this task."

T = TypeVar("T")


class ApiHook(HttpAsyncHook):
    """
    Read a vendor's API: one session, a bearer key, time-outs, statuses sorted into our errors, the budget watched.

    :param conn_id: connection with the base URL in its host and the API key in its password; the source's default one
        if it is not given
    """

    source: ClassVar[Source]
    conn_name_attr = "conn_id"

    def __init__(self, conn_id: str | None = None) -> None:
        self.conn_id = conn_id or self.default_conn_name
        super().__init__(http_conn_id=self.conn_id, retry_limit=1)
        self.budget = Budget()
        self.requests = 0

    @cached_property
    def connection(self) -> Connection:
        """The connection, asked for once: each asking is a round trip to the task's supervisor."""
        try:
            return self.get_connection(self.conn_id)
        except AirflowNotFoundException:
            raise self.misconfigured("the connection is not defined", UNDEFINED) from None

    @property
    def extra(self) -> dict[str, Any]:
        """The connection's extra."""
        return self.connection.extra_dejson

    @cached_property
    def reserve(self) -> float:
        """The share of the budget that is kept for the key's other users, ``budget_reserve`` in the extra."""
        return self._number("budget_reserve", 0.1, 0, 0.95)

    @property
    def width(self) -> int:
        """Requests in flight at most, ``max_concurrency`` in the extra."""
        return int(self._number("max_concurrency", 8, 1, 64))

    def _number(self, name: str, default: float, least: float, most: float) -> float:
        value = self.extra.get(name)
        if value in (None, ""):
            return default
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if not least <= number <= most:
            raise self.misconfigured(f"{name} in the extra is not a number from {least:g} to {most:g}")
        return number

    def misconfigured(self, what: str, advice: str = "Mend the connection, then clear this task.") -> Misconfigured:
        """The error for a fault in this hook's connection."""
        return Misconfigured(what, where={"connection": self.conn_id}, advice=advice)

    async def config(self) -> SessionConfig:
        """The session's base URL and headers; unlike the parent's, extra does not become headers."""
        if self._config is None:
            conn = self.connection
            if not conn.password:
                raise self.misconfigured("the connection has no API key", "Put the API key in its password.")
            mask_secret(conn.password)
            if not (conn.password.isascii() and conn.password.isprintable()):
                raise self.misconfigured("the API key holds characters that no key has", "Copy the key anew.")
            self._config = SessionConfig(
                base_url=self._base_url(conn),
                headers={"Authorization": f"Bearer {conn.password.strip()}", "Accept": "application/json"},
                extra_options={"timeout": TIMEOUT, "check_response": False, "allow_redirects": False},
            )
        return self._config

    def _base_url(self, conn: Connection) -> str:
        try:
            return base_url(conn.host, conn.port, conn.schema)
        except ValueError as fault:
            raise self.misconfigured(str(fault), f"Put the base URL, like {self.source.base_url}, in host.") from None

    async def owners(self) -> list[str]:
        """Every project or user that the source lists."""
        found: set[str] = set()
        async with self.session(method="GET") as http:
            for number in range(1, MOST_OWNER_PAGES + 1):
                request, read = self.source.owners_request(number), partial(self.source.owners_page, number=number)
                owners, last = await self.ask(http, request, read, page=number)
                # A list that tells what it has told before goes in circles.
                last = last or found.issuperset(owners)
                found.update(owners)
                if last:
                    break
        return sorted(found)

    @asynccontextmanager
    async def reading(self, slice: Slice) -> AsyncGenerator["SliceReader", None]:
        """One session in which the pages of a slice can be read."""
        async with self.session(method=self.source.request(slice, 1).method) as http:
            yield SliceReader(self, http, slice)

    async def ask(
        self, http: AsyncHttpSession, request: Request, read: Callable[[Any], T] = lambda body: body, **where: object
    ) -> T:
        """
        Send a request, try again what is worth it, and read the answer's JSON.

        :param http: the session to send it in
        :param request: what to send
        :param read: makes the result of the JSON; an ``UnreadableAnswer`` of its is tried again like any other
        :param where: owner and page, for messages
        :raises Transient: the tries are spent
        :raises Limited: what is left of the budget is the reserve, or the source answered 429
        :raises Permanent: the request is at fault
        """
        place = {"connection": self.conn_id, **where}
        tries = AsyncRetrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.5, max=20),
            retry=retry_if_exception_type((Transient, _LimitedWithoutEnd)),
            reraise=True,
        )
        return await tries(self._try, http, request, read, place)

    async def _try(
        self, http: AsyncHttpSession, request: Request, read: Callable[[Any], T], where: dict[str, object]
    ) -> T:
        if self.budget.spent(self.reserve, _now()):
            resume_at = self.budget.resets_at or _now() + UNTOLD_WAIT
            raise Limited(f"the budget is down to its reserve: {self.budget}", resume_at=resume_at, where=where)
        self.requests += 1
        try:
            response = await http.run(
                endpoint=request.path,
                data=dict(request.params) if request.params else None,
                json=dict(request.json) if request.json else None,
            )
            body = await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as fault:
            raise LinkTrouble(f"{self.hook_name} did not answer: {type(fault).__name__}", where=where) from None
        # A parallel answer may be older than one already seen: the lower count of the same window is the truth.
        self.budget = self.budget.after(Budget.of(response.headers, _now()))
        if response.status != 200:
            raise self._fault(response.status, body, where)
        try:
            return read(parse(body))
        except UnreadableAnswer as fault:
            raise UnreadableAnswer(fault.what, where=where) from None
        except ValueError:
            hint = ", but a web page: is the base URL right" if body.lstrip().startswith(b"<") else ""
            raise UnreadableAnswer(f"{self.hook_name} did not answer with JSON{hint}", where=where) from None

    def _fault(self, status: int, body: bytes, where: dict[str, object]) -> IngestError:
        try:
            said = self.source.fault(parse(body))
        except ValueError:
            said = None
        what = f"{self.hook_name} answered {status}" + (f", {said}" if said else "")
        if status == 429:
            resume_at = self.budget.resets_at
            if resume_at and resume_at > _now():
                return Limited(what, resume_at=resume_at, where=where)
            # Nobody says until when, or a moment that is over: what was told of the budget must not stop the backoff.
            self.budget = Budget()
            return _LimitedWithoutEnd(what, where=where)
        if status >= 500 or status == 408:
            return ServerTrouble(what, where=where)
        if status < 400 or (status == 404 and self.source.owner_noun not in where):
            kind = Missing if status == 404 else Refused
            return kind(what, where=where, advice="Check the base URL in the connection's host.")
        kinds = {401: Unauthorized, 402: Forbidden, 403: Forbidden, 404: Missing}
        return kinds.get(status, Refused)(what, where=where)

    def test_connection(self) -> tuple[bool, str]:
        """Answer the Test button of the connection form: what was found, or what to mend."""
        try:
            return True, asyncio.run(self.greet())
        except IngestError as fault:
            return False, str(fault)

    async def greet(self) -> str:
        """What a connection test found, in one sentence."""
        owners = await self.owners()
        noun = self.source.owner_noun if len(owners) == 1 else f"{self.source.owner_noun}s"
        return f"{len(owners)} {noun}, {self.budget}"


class SliceReader:
    """
    Reads the pages of one slice in one session.

    :param hook: whose session it is
    :param http: the session
    :param slice: what to read
    """

    def __init__(self, hook: ApiHook, http: AsyncHttpSession, slice: Slice) -> None:
        self.hook = hook
        self.http = http
        self.slice = slice

    async def read(self, number: int) -> Page:
        """Page ``number`` of the slice."""
        source = self.hook.source
        where: dict[str, object] = {source.owner_noun: self.slice.owner, "page": number}
        request, read_page = source.request(self.slice, number), partial(source.page, number=number)
        return await self.hook.ask(self.http, request, read_page, **where)


class _LimitedWithoutEnd(Limited):
    """429 without a word of when: worth trying again with backoff first."""


def _now() -> datetime:
    return datetime.now(UTC)
