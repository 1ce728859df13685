"""The search for what nobody may read outside the warehouse: what tells who somebody is, in whatever spelling."""

import re
from collections.abc import Iterable
from random import Random
from urllib.parse import unquote

from sqlalchemy import Engine, inspect, text

PEOPLE = {
    "contacts": ("first_name || ' ' || last_name", "linkedin_id", "linkedin_url", "profile_id"),
    "candidates": (
        "first_name || ' ' || last_name",
        "full_name",
        "email",
        "mobile_phone",
        "mobile_phone_e164",
        "fixed_phone",
        "fixed_phone_e164",
        "linkedin_id",
        "linkedin_url",
    ),
}
ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")


def people(engine: Engine, *tables: str, count: int = 10, seed: int = 5) -> set[str]:
    """What tells who ``count`` people of some tables, or of both, are: names, e-mails, phones, LinkedIn ids."""
    words = {word for table in tables or PEOPLE for one in _sample(engine, table, count, seed) for word in one if word}
    # An odd phone is "-", which anything may hold.
    return {word for word in words if len(word) > 2}


def _sample(engine: Engine, table: str, count: int, seed: int) -> list[tuple[str | None, ...]]:
    query = f"select {', '.join(PEOPLE[table])} from recruiting.{table} order by tenant, remote_id"
    with engine.connect() as conn:
        return Random(seed).sample([tuple(row) for row in conn.execute(text(query))], count)


def plain(said: str) -> str:
    """A text without the escapes of JSON and of URLs, in lower case."""
    return unquote(ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), said)).casefold()


def told(said: str, secrets: Iterable[str]) -> list[str]:
    """Where a text tells one of the secrets: some signs before and after each."""
    said = plain(said)
    places = {secret: said.find(plain(secret)) for secret in secrets}
    return [f"{secret}: …{said[max(at - 150, 0) : at + 150]}…" for secret, at in places.items() if at >= 0]


def everything(engine: Engine, *tables: str) -> str:
    """All rows of some tables; of all tables of the database's own schema if none is named."""
    names = tables or inspect(engine).get_table_names()
    with engine.connect() as conn:
        return "\n".join(str(tuple(row)) for name in names for row in conn.execute(text(f"select * from {name}")))
