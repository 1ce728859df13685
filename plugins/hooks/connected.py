"""What a connection to a vendor's API says: where it is, with which key, and how hard it may be asked."""

from collections.abc import Callable
from functools import cached_property, partial
from hashlib import sha256
from typing import Any, ClassVar, TypeVar

from airflow.providers.http.hooks.http import HttpAsyncHook
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from include.address import base_url
from include.contract import Source
from include.errors import Misconfigured
from include.planning import listed

T = TypeVar("T")

UNDEFINED = "Add it under Admin > Connections, or as AIRFLOW_CONN_ and its id in capitals, then clear this task."


class ConnectedHook(HttpAsyncHook):
    """
    Read a source's connection, and say what is wrong with it.

    :param conn_id: connection with the base URL in its host and the API key in its password; the source's default one
        if it is not given
    """

    source: ClassVar[Source]
    conn_name_attr = "conn_id"

    def __init__(self, conn_id: str | None = None) -> None:
        self.conn_id = conn_id or self.default_conn_name
        super().__init__(http_conn_id=self.conn_id, retry_limit=1)

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

    @property
    def filters(self) -> dict[str, Any]:
        """Filters of every run, ``filters`` in the extra."""
        return self._by(self.source.filters, self.extra.get("filters"))

    @property
    def given(self) -> list[str]:
        """The owners to read, ``project_ids`` or ``user_ids`` in the extra; none: those that are found."""
        name = self.source.owners_param
        return self._by(self.source.owners, self._by(partial(listed, name), self.extra.get(name)))

    def _by(self, rule: Callable[[Any], T], value: Any) -> T:
        try:
            return rule(value)
        except Misconfigured as fault:
            raise self.misconfigured(fault.what, fault.advice) from None

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

    @cached_property
    def access(self) -> tuple[str, str]:
        """The base URL and the API key."""
        conn = self.connection
        if not conn.password:
            raise self.misconfigured("the connection has no API key", "Put the API key in its password.")
        mask_secret(conn.password)
        if not (conn.password.isascii() and conn.password.isprintable()):
            raise self.misconfigured("the API key holds characters that no key has", "Copy the key anew.")
        try:
            return base_url(conn.host, conn.port, conn.schema), conn.password.strip()
        except ValueError as fault:
            raise self.misconfigured(str(fault), f"Put the base URL, like {self.source.base_url}, in host.") from None

    @property
    def account(self) -> bytes:
        """A hash of the base URL and the API key: what has the same one shares one budget."""
        return sha256("\n".join(self.access).encode()).digest()
