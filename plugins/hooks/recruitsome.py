"""The hook of the Recruitsome ATS."""

from include.contract import Request
from include.sources import SOURCES
from plugins.hooks.tested import TestedHook


class RecruitsomeHook(TestedHook):
    """
    Read the candidates and the users of a Recruitsome team.

    :param conn_id: connection of type ``recruitsome``
    """

    source = SOURCES["recruitsome"]
    conn_type = "recruitsome"
    hook_name = "Recruitsome"
    default_conn_name = "recruitsome_default"

    async def greet(self) -> str:
        """What a connection test found: ``GET /health`` answers without side effects."""
        async with self.session(method="GET") as http:
            await self.ask(http, Request("GET", "/health"))
        return f"health ok, {await super().greet()}"
