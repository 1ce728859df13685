"""What measuring needs: processes with a lifeline, a Postgres server on a socket."""

import os
from pathlib import Path

import pytest

from bench.server import Server
from demo.guard import Lifeline
from demo.services import Services


@pytest.fixture
def services(tmp_path):
    reading, writing = os.pipe()
    with Services(Lifeline(reading), tmp_path / "logs") as services:
        yield services
    os.close(reading)
    os.close(writing)


@pytest.fixture
def server(postgres):
    if not str(postgres.url.query.get("host", "")).startswith("/"):
        pytest.skip("a bench has its own Postgres, on a socket")
    server = Server(Path(postgres.url.query["host"]))
    server.create()
    yield server
    server.drop()
