"""The Test button of a connection without a port, which Airflow 3.3.2 answers with *Bad Request*.

Its UI sends port 0 for none, and its API takes that for another place than the stored one. Mended after 3.3.2
(https://github.com/apache/airflow/pull/73298): with that in the lock, this module goes.
"""

import json
from typing import Any

from include.sources import SOURCES

TEST = ("POST", "/api/v2/connections/test")


class PortlessTest:
    """ASGI middleware: the test of a connection of ours with port 0 is one without a port.

    :param app: what it stands in front of
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hand the request on."""
        if (scope.get("method"), scope.get("path", "")[-len(TEST[1]) :]) == TEST:
            body, more = b"", True
            while more:
                message = await receive()
                body, more = body + message.get("body", b""), message.get("more_body", False)
            receive = _once({"type": "http.request", "body": without_port(body)}, receive)
        await self.app(scope, receive, send)


def without_port(body: bytes) -> bytes:
    """The body of a test without its port, if that is 0 and the connection one of ours; else as it came."""
    try:
        given = json.loads(body)
    except ValueError:
        return body
    if not isinstance(given, dict) or given.get("conn_type") not in SOURCES or given.get("port") != 0:
        return body
    del given["port"]
    return json.dumps(given).encode()


def _once(message: dict[str, Any], then: Any) -> Any:
    """What is received: a message, and after it what else comes."""
    messages = [message]

    async def receive() -> Any:
        return messages.pop() if messages else await then()

    return receive
