"""``python -m include.sandbox``: both vendors on one port, until SIGTERM, SIGINT or the parent's end."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime

from include.sandbox.readings import Readings
from include.sandbox.scale import Scale
from include.sandbox.server import KEYS, LIMITS, serve, state_of
from include.sandbox.state import Keys, State, VendorName
from include.sandbox.world import World

_PARENT_SECONDS = 0.5


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m include.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    for name in ("seed", "contacts", "candidates", "projects", "users", "days"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Scale(), name))
    for name in ("odd", "both", "nameless"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Scale(), name), help="a share")
    parser.add_argument("--until", type=_moment, default=_midnight(), help="ISO 8601; UTC without an offset")
    parser.add_argument("--latency", type=float, default=0, help="milliseconds before every answer")
    parser.add_argument("--trouble", type=json.loads, default=[], help="a JSON list of rules")
    parser.add_argument("--readings", type=json.loads, default={}, help="a JSON object of readings")
    for vendor, (limit, window) in LIMITS.items():
        parser.add_argument(f"--{vendor}-limit", type=int, default=limit, help="requests a window")
        parser.add_argument(f"--{vendor}-window", type=float, default=window, help="seconds")
        parser.add_argument(f"--{vendor}-key", action="append", default=[], help="KEY, or KEY=scope,scope; repeatable")
    parser.add_argument("--limit", type=int, help="the same as --leonar-limit")
    parser.add_argument("--with-parent", action="store_true", help="end when the parent process ends")
    return parser.parse_args(argv)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _keys(vendor: VendorName, given: list[str]) -> Keys:
    """The keys given, of all scopes where none are named; the default ones if none are given."""
    everything = frozenset[str]().union(*KEYS[vendor].values())
    keys: Keys = {}
    for text in given:
        key, named, scopes = text.partition("=")
        keys[key] = frozenset(filter(None, scopes.split(","))) if named else everything
    return keys or KEYS[vendor]


def _state(given: argparse.Namespace) -> State:
    scale = Scale(**{field.name: getattr(given, field.name) for field in fields(Scale)})
    latency = [{"effect": "latency", "value": given.latency / 1000}] if given.latency else []
    return state_of(
        World(scale),
        readings=Readings().but(given.readings),
        rules=[*given.trouble, *latency],
        limits={
            "leonar": (given.limit or given.leonar_limit, given.leonar_window),
            "recruitsome": (given.recruitsome_limit, given.recruitsome_window),
        },
        keys={vendor: _keys(vendor, getattr(given, f"{vendor}_key")) for vendor in KEYS},
    )


async def _run(state: State, host: str, port: int, parent: int | None) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    runner, url = await serve(state, host, port)
    sys.stdout.write(f"listening on {url}\n")
    sys.stdout.flush()
    while not stop.is_set() and parent in (None, os.getppid()):
        try:
            await asyncio.wait_for(stop.wait(), _PARENT_SECONDS)
        except TimeoutError:
            continue
    await runner.cleanup()


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until told to stop."""
    parent = os.getppid()
    given = _arguments(argv)
    asyncio.run(_run(_state(given), given.host, given.port, parent if given.with_parent else None))


if __name__ == "__main__":
    main()
