"""What both vendors' APIs have in common: JSON pages, tries, and the pace of asking."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import cached_property, partial
from typing import Any, TypeVar

import aiohttp
from airflow.providers.http.hooks.http import AsyncHttpSession, SessionConfig
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from include.answers import parse
from include.budget import Budget
from include.contract import Request, Slice
from include.cutting import believable
from include.errors import IngestError, Limited, LinkTrouble, Permanent, UnreadableAnswer
from include.pace import Attend, Pace
from plugins.hooks.connected import ConnectedHook
from plugins.hooks.faults import AGAIN, counted, fault_of
from plugins.hooks.reader import SliceReader

TIMEOUT = aiohttp.ClientTimeout(total=90, sock_connect=10, sock_read=30)
TRIES = 5
MOST_OWNER_PAGES = 100

T = TypeVar("T")


class ApiHook(ConnectedHook):
    """
    Read a vendor's API: one session, tries, statuses sorted into our errors, the budget watched.

    :param conn_id: the connection; the source's default one if it is not given
    """

    def __init__(self, conn_id: str | None = None) -> None:
        super().__init__(conn_id)
        self.tries = TRIES
        self.counts = Counter[str]()
        """The requests sent, and the faults on the way, as a receipt names them."""

    @cached_property
    def pace(self) -> Pace:
        """The gate that every request passes."""
        return Pace(self.width, self.reserve)

    @property
    def budget(self) -> Budget:
        """What the last answer told of the budget."""
        return self.pace.budget

    async def config(self) -> SessionConfig:
        """The session's base URL and headers; unlike the parent's, extra does not become headers."""
        if self._config is None:
            url, key = self.access
            self._config = SessionConfig(
                base_url=url,
                headers={"Authorization": f"Bearer {key}", "Accept": "application/json"},
                extra_options={
                    "timeout": TIMEOUT,
                    "check_response": False,
                    "allow_redirects": False,
                    "middlewares": (self._once,),
                },
            )
        return self._config

    async def _once(self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        """Send a request: aiohttp would send a GET again when the connection breaks, past the gate and the counts."""
        try:
            return await send(request)
        except (aiohttp.ClientError, OSError) as fault:
            raise self._broken(fault) from None

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
    async def reading(self, slice: Slice, attend: Attend | None = None) -> AsyncGenerator[SliceReader, None]:
        """
        One session in which the pages of a slice can be read.

        :param attend: tells, now and then, how many tasks read with the key; what it raises ends the reading
        """
        self.pace.attend = attend
        async with self.session(method=self.source.request(slice, 1).method) as http:
            yield SliceReader(self.source, slice, partial(self.ask, http))

    async def count(self, slice: Slice) -> int | None:
        """How many records a slice holds, as far as its first page can be believed; ``None``: reading it will tell."""
        try:
            async with self.reading(slice) as reader:
                return believable(await reader.read(1))
        except Permanent:
            return None

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
        tries = AsyncRetrying(
            stop=stop_after_attempt(self.tries),
            wait=wait_random_exponential(multiplier=0.5, max=20),
            retry=retry_if_exception_type(AGAIN),
            reraise=True,
        )
        try:
            return await tries(self._try, http, request, read, self.source.owner_noun in where)
        except IngestError as fault:
            fault.place(connection=self.conn_id, **where)
            if isinstance(fault, Limited) and fault.resume_at is None:
                # The tries are spent, and nobody says until when: the other workers need not find out, too.
                self.pace.stop(fault)
            raise

    async def _try(self, http: AsyncHttpSession, request: Request, read: Callable[[Any], T], owned: bool) -> T:
        async with self.pace.turn() as number:
            self.counts["requests"] += 1
            try:
                status, body = await self._send(http, request, number)
                if status == 200:
                    return self._read(body, read)
                raise fault_of(status, self._said(status, body), until=self.pace.until, owned=owned)
            except IngestError as fault:
                self.counts.update(counted(fault))
                raise

    async def _send(self, http: AsyncHttpSession, request: Request, number: int) -> tuple[int, bytes]:
        try:
            response = await http.run(
                endpoint=request.path,
                data=dict(request.params) if request.params else None,
                json=dict(request.json) if request.json else None,
            )
            self.pace.heard(number, response.status, response.headers)
            return response.status, await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as fault:
            raise self._broken(fault) from None

    def _broken(self, fault: Exception) -> LinkTrouble:
        return LinkTrouble(f"{self.hook_name} did not answer: {type(fault).__name__}")

    def _read(self, body: bytes, read: Callable[[Any], T]) -> T:
        try:
            return read(parse(body))
        except ValueError:
            hint = ", but a web page: is the base URL right" if body.lstrip().startswith(b"<") else ""
            raise UnreadableAnswer(f"{self.hook_name} did not answer with JSON{hint}") from None

    def _said(self, status: int, body: bytes) -> str:
        try:
            said = self.source.fault(parse(body))
        except ValueError:
            said = None
        return f"{self.hook_name} answered {status}" + (f", {said}" if said else "")
