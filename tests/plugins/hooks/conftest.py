"""Hooks against the sandbox over HTTP."""

import json

import pytest

from include.sandbox.scale import Scale
from include.sandbox.server import Sandbox
from include.sandbox.world import World
from plugins.hooks import api, hook_of

KEYS = {"leonar": "leo_sandbox", "recruitsome": "recruitsome_sandbox"}


@pytest.fixture(scope="module")
def server():
    with Sandbox(World(Scale(contacts=60, candidates=230, projects=2, users=2, odd=0))) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server):
    server.trouble([])
    server.readings(rate_headers="laravel")
    server.limits("leonar", 2000, 3600)
    server.limits("recruitsome", 5000, 60)
    server.forget()
    return server


@pytest.fixture
def hook(sandbox, monkeypatch):
    def hook(source, *, key=None, host=None, **extra):
        conn = {"conn_type": source, "host": host or sandbox.url, "password": key or KEYS[source], "extra": extra}
        monkeypatch.setenv(f"AIRFLOW_CONN_{source.upper()}_DEFAULT", json.dumps(conn))
        monkeypatch.setattr(api, "TRIES", 2)
        return hook_of(source, f"{source}_default")

    return hook
