"""A sandbox of the tests' own, and the two vendors' endpoints as calls."""

from collections.abc import Iterator

import httpx
import pytest

from include.sandbox.scale import Scale
from include.sandbox.server import Sandbox
from include.sandbox.world import World


class Client:
    """Both vendors as a client with the default keys sees them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(base_url=sandbox.url, timeout=5)
        self.project = next(iter(sandbox.state.world.projects), None)

    def search(self, key="leo_sandbox", **body) -> httpx.Response:
        body = {"project_id": self.project} | body
        return self.http.post("/api/v1/sourcing/contacts/search", headers=bearer(key), json=body)

    def profiles(self, **body) -> list[dict]:
        """The profiles of all pages."""
        found, page = [], 1
        while page:
            data = self.search(**{"page_size": 25} | body | {"page": page}).raise_for_status().json()["data"]
            found += data["profiles"]
            page = data["next_page"]
        return found

    def get(self, path, key="recruitsome_sandbox", **query) -> httpx.Response:
        return self.http.get(f"/api/v1/{path}", headers=bearer(key), params=query)

    def candidates(self, user_id=1, **query) -> list[dict]:
        """The candidates of all pages."""
        found, page = [], 1
        while True:
            answer = self.get("candidates", user_id=user_id, **{"per_page": 100} | query | {"page": page})
            found += answer.raise_for_status().json()["data"]
            if not answer.json()["links"]["next"]:
                return found
            page += 1


def bearer(key: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(World(Scale(contacts=130, candidates=260, odd=0.1))) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    client = Client(sandbox)
    yield client
    client.http.close()
