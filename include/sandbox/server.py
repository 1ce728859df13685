"""The sandbox as a server: the application of both vendors and the control API, and a way to run it in a test."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

from include.sandbox import trouble
from include.sandbox.budget import Budget
from include.sandbox.controls import Controls
from include.sandbox.gate import STATE, VENDORS, answer
from include.sandbox.readings import Readings
from include.sandbox.shelf import dump
from include.sandbox.state import Keys, State, VendorName
from include.sandbox.world import World

LIMITS: dict[VendorName, tuple[int, float]] = {"leonar": (2000, 3600), "recruitsome": (5000, 60)}
KEYS: dict[VendorName, Keys] = {
    name: {
        f"{vendor.PREFIX or 'recruitsome_'}sandbox": frozenset(
            route.scope for route in vendor.ROUTES.values() if route.scope
        ),
        f"{vendor.PREFIX or 'recruitsome_'}scopeless": frozenset(),
    }
    for name, vendor in VENDORS.items()
}

_LOOPBACK = ("127.0.0.1", "::1")


def state_of(
    world: World | None = None,
    *,
    readings: Readings | None = None,
    rules: Sequence[Mapping[str, Any]] = (),
    limits: Mapping[VendorName, tuple[int, float]] | None = None,
    keys: Mapping[VendorName, Keys] | None = None,
) -> State:
    """A sandbox's state; what is not given is the default.

    :param rules: as in :mod:`include.sandbox.trouble`
    :param limits: by vendor, so many requests in so many seconds
    :param keys: by vendor, the keys and their scopes
    """
    budgets = {name: Budget(*limit) for name, limit in {**LIMITS, **(limits or {})}.items()}
    all_keys = {**KEYS, **(keys or {})}
    return State(world or World(), budgets, all_keys, readings or Readings(), trouble.parse(rules))


def application(state: State) -> web.Application:
    """Both vendors below ``/api/v1``, the control API below ``/sandbox``."""
    app = web.Application()
    app[STATE] = state
    controls = Controls(state)
    verbs: dict[tuple[str, str], Callable[..., Any]] = {
        ("GET", "requests"): controls.requests,
        ("DELETE", "requests"): controls.forget,
        ("GET", "world"): controls.world,
        ("GET", "counts"): controls.counts,
        ("PUT", "trouble"): controls.trouble,
        ("PUT", "limits"): controls.limits,
        ("PUT", "readings"): controls.readings,
        ("POST", "insert"): controls.insert,
        ("POST", "delete"): controls.delete,
        ("POST", "change"): controls.change,
        ("POST", "leave"): controls.leave,
    }
    for (method, name), verb in verbs.items():
        app.router.add_route(method, f"/sandbox/{name}", _control(verb))
    app.router.add_route("*", "/{path:.*}", answer)
    return app


def _control(verb: Callable[..., Any]) -> Callable[[web.Request], Any]:
    """The verb as a handler: its arguments are the query, or the JSON body."""

    async def handler(request: web.Request) -> web.Response:
        if request.remote not in _LOOPBACK:
            raise web.HTTPForbidden(text="the control API answers on loopback only")
        body = await request.read()
        try:
            given = orjson.loads(body) if body else dict(request.query)
            told = verb(given) if isinstance(given, list) else verb(**given)
        except (ValueError, TypeError, KeyError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.Response(body=dump(told), content_type="application/json")

    return handler


async def serve(state: State, host: str = "127.0.0.1", port: int = 0) -> tuple[web.AppRunner, str]:
    """Listen; answers what to clean up in the end, and the address."""
    runner = web.AppRunner(application(state), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner, f"http://{host}:{runner.addresses[0][1]}"


class Sandbox(Controls):
    """A sandbox in a thread of this process: ``with Sandbox(world) as sandbox: sandbox.url``.

    Takes what :func:`state_of` takes; has every verb of :class:`Controls`.
    """

    url: str

    def __init__(self, world: World | None = None, **rest: Any) -> None:
        super().__init__(state_of(world, **rest))
        self._ready = Event()
        self._thread = Thread(target=asyncio.run, args=(self._run(),), name="sandbox", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        runner, self.url = await serve(self.state)
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()
