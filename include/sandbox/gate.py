"""The way of a request through the sandbox: log, key, budget, scope, trouble, the vendor's answer, trouble."""

import asyncio
import re
import socket
import struct
import time
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web

from include.sandbox import leonar, recruitsome
from include.sandbox.state import Asked, Fault, State, Vendor, VendorName
from include.sandbox.trouble import Rule
from include.sandbox.world import Kind

STATE = web.AppKey("state", State)
VENDORS: dict[VendorName, Vendor] = {"leonar": leonar, "recruitsome": recruitsome}
KINDS: dict[VendorName, Kind] = {"leonar": "contacts", "recruitsome": "candidates"}

_GATEWAY = b"<html>\r\n<head><title>%d %s</title></head>\r\n<body><center><h1>%d %s</h1></center></body>\r\n</html>\r\n"
_PAGE = re.compile(r"\d{1,300}", re.ASCII)
_RESET = struct.pack("ii", 1, 0)


async def answer(request: web.Request) -> web.StreamResponse:
    """Answer one request to a vendor."""
    state = request.app[STATE]
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    key = key.strip() if scheme.lower() == "bearer" else ""
    body = _parsed(await request.read())
    with state.lock:
        asked = _asked(state, request, key, body)
    vendor = VENDORS[asked.vendor]
    headers: dict[str, str] = {}
    status, content_type = 200, "application/json"
    try:
        with state.lock:
            _admit(state, vendor, asked, key, headers)
            asked.due = {
                rule.effect: rule for rule in state.rules if rule.due(asked.vendor, asked.path, asked.owner, asked.page)
            }
        if "latency" in asked.due:
            await asyncio.sleep(asked.due["latency"].value)
        if "reset" in asked.due:
            return _reset(request)
        with state.lock:
            _change_world(state, asked)
            if "status" in asked.due:
                raise _ordered(state, vendor, asked.due["status"], headers)
            text = vendor.ROUTES[asked.method, asked.path].handler(state, asked)
    except Fault as fault:
        status, text = fault.status, vendor.fault(fault)
        if "status" in asked.due and status in (502, 504):
            phrase = HTTPStatus(status).phrase.encode()
            text, content_type = _GATEWAY % (status, phrase, status, phrase), "text/html"
    asked.status = status
    if "malformed" in asked.due:
        text = text[: len(text) // 2]
    headers["Content-Type"] = content_type
    if "truncate" in asked.due or "stall" in asked.due:
        return await _in_two_halves(request, web.StreamResponse(status=status, headers=headers), text, asked.due)
    return web.Response(body=text, status=status, headers=headers)


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _asked(state: State, request: web.Request, key: str, body: Any) -> Asked:
    name: VendorName = "leonar" if key.startswith(leonar.PREFIX) else "recruitsome"
    for candidate, vendor in VENDORS.items():
        if any(path == request.path for _, path in vendor.ROUTES):
            name = candidate
    query = dict(request.query)
    params = body if isinstance(body, dict) else query
    owner, page = params.get(VENDORS[name].OWNER), params.get("page", 1)
    asked = Asked(
        number=state.log[-1].number + 1 if state.log else 1,
        vendor=name,
        method=request.method,
        path=request.path,
        query=query,
        body=body,
        origin=f"{request.scheme}://{request.host}",
        owner=None if owner is None else str(owner),
        page=int(page) if _PAGE.fullmatch(str(page)) else None,
    )
    state.log.append(asked)
    return asked


def _admit(state: State, vendor: Vendor, asked: Asked, key: str, headers: dict[str, str]) -> None:
    """Check the key, spend one request of its budget, check the path and the key's scope.

    :raises Fault: 401, 429, 404, 405 or 403
    """
    route = vendor.ROUTES.get((asked.method, asked.path))
    if route and route.scope is None and state.readings.health == "open":
        return
    scopes = state.keys[asked.vendor].get(key)
    if scopes is None:
        raise vendor.unauthorized()
    spent = state.budgets[asked.vendor].spend(key)
    headers |= vendor.headers(state, spent.limit, spent.remaining, spent.reset, spent.wait, spent.refused)
    if spent.refused:
        raise Fault(429, "Too Many Requests")
    if route is None:
        allowed = [method for method, path in vendor.ROUTES if path == asked.path]
        if not allowed:
            raise Fault(404, "Not Found")
        headers["Allow"] = ", ".join(allowed)
        raise Fault(405, "Method Not Allowed")
    if route.scope and route.scope not in scopes:
        raise vendor.insufficient_scope(route.scope)


def _change_world(state: State, asked: Asked) -> None:
    world, kind = state.world, KINDS[asked.vendor]
    for effect, verb in (("insert", world.insert), ("delete", world.delete), ("change", world.change)):
        if effect in asked.due:
            verb(kind, asked.due[effect].value)


def _ordered(state: State, vendor: Vendor, rule: Rule, headers: dict[str, str]) -> Fault:
    """The error that a rule orders; its headers are added to ``headers``."""
    if rule.value == 429:
        limit = state.budgets["leonar" if vendor is leonar else "recruitsome"].limit
        headers |= vendor.headers(state, limit, 0, time.time() + rule.retry_after, rule.retry_after, True)
    if rule.value == 503:
        headers["Retry-After"] = str(rule.retry_after)
    return Fault(rule.value, HTTPStatus(rule.value).phrase)


def _reset(request: web.Request) -> web.StreamResponse:
    transport = request.transport
    if transport is not None:
        # A lingering time of zero makes the kernel send RST instead of FIN.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
    return web.Response()


async def _in_two_halves(
    request: web.Request, response: web.StreamResponse, text: bytes, due: dict[str, Rule]
) -> web.StreamResponse:
    half = len(text) // 2
    response.content_length = len(text)
    await response.prepare(request)
    await response.write(text[:half])
    if "truncate" in due:
        if request.transport is not None:
            request.transport.close()
        return response
    await asyncio.sleep(due["stall"].value)
    await response.write(text[half:])
    return response
