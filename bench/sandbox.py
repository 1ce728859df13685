"""The sandbox that both read: what it can tell of the requests that it got, and of what is true."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx

from demo.services import Services

KEYS = {"leonar": "leo_bench", "recruitsome": "recruitsome_bench"}
# Waiting for a rate limit is no measure of a pipeline.
LIMITS = {"leonar-limit": "1000000000", "recruitsome-limit": "1000000000"}
# Where records come from; the other requests ask whom to read.
PAGES = ("/api/v1/sourcing/contacts/search", "/api/v1/candidates")


class Sandbox:
    """
    The control API of a running sandbox.

    :param url: its base URL
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=f"{url}/sandbox", trust_env=False, timeout=120)

    def project(self) -> str:
        """A project of the CRM."""
        return str(next(iter(self._ask("GET", "counts")["projects"])))

    def forget(self) -> None:
        """Count requests from here."""
        self._ask("DELETE", "requests")

    def requests(self) -> Counter[str]:
        """How many requests there were, by path."""
        return Counter(asked["path"] for asked in self._ask("GET", "requests"))

    def fill(self, kind: str, day: datetime, n: int) -> None:
        """Insert ``n`` records, created in the course of a day."""
        for hour in range(24):
            share = n * (hour + 1) // 24 - n * hour // 24
            if share:
                created = (day + timedelta(hours=hour, minutes=20)).isoformat()
                self._ask("POST", "insert", {"kind": kind, "n": share, "created_at": created})

    def live(self) -> dict[str, set[str]]:
        """The keys of the live records of both systems."""
        world = self._ask("GET", "world")
        contacts = [contact for contact in world["contacts"] if contact["live"]]
        return {
            "contacts": {contact["profile_id"] or f"crm:{contact['contact_id']}" for contact in contacts},
            "candidates": {str(candidate["id"]) for candidate in world["candidates"] if candidate["live"]},
        }

    def least(self) -> int:
        """The least requests of a full read: the pages of the CRM, and of every user's repository."""
        counts = self._ask("GET", "counts")
        lists = [(counts["live_contacts"], 25), *((count, 100) for count in counts["users"].values())]
        return sum(max(1, -(-count // size)) for count, size in lists)

    def _ask(self, method: str, verb: str, body: Any = None) -> Any:
        return self._client.request(method, f"/{verb}", json=body).raise_for_status().json()


@contextmanager
def sandbox(services: Services, scale: Mapping[str, Any]) -> Iterator[Sandbox]:
    """A sandbox for as long as the block lasts; ``scale`` is as its options are."""
    url = services.sandbox({"odd": "0", **LIMITS, **scale}, KEYS)
    try:
        yield Sandbox(url)
    finally:
        process = services.running.pop("sandbox")
        process.terminate()
        process.wait()
