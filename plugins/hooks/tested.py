"""The Test button of the connection form: what it found, or what is wrong and which field mends it."""

import asyncio
import re
from collections.abc import Sequence

from include.contract import Slice
from include.errors import (
    Forbidden,
    IngestError,
    Limited,
    LinkTrouble,
    ServerTrouble,
    Unauthorized,
    UnreadableAnswer,
)
from plugins.hooks.api import ApiHook

TRIES = 2
"""Somebody waits for the answer."""
NAMED = 5
"""So many ids that are not there are named."""

FIELDS = ("access", "reserve", "width", "filters", "given")
"""What of a connection says itself what is wrong with it."""

ADDRESS = "Check the field Base URL, and that Airflow's machine may reach it."
MENDS: dict[type[IngestError], str] = {
    Unauthorized: "Put a valid key of this Base URL into the field API key.",
    Forbidden: "Give the key the scope or the plan that the message names, or put another into the field API key.",
    LinkTrouble: ADDRESS,
    UnreadableAnswer: ADDRESS,
    ServerTrouble: "The vendor is in trouble: try again later.",
    Limited: "The key is accepted, and nothing has to be mended: runs wait for the budget.",
}
"""What to do in the form; an error of another kind says it itself."""


class TestedHook(ApiHook):
    """
    Answer the Test button of a connection.

    :param conn_id: the connection; the source's default one if it is not given
    """

    def test_connection(self) -> tuple[bool, str]:
        """Whether runs can read with the connection; what was found, or what to mend, in a sentence or two."""
        self.tries = TRIES
        try:
            for field in FIELDS:
                getattr(self, field)
            return True, asyncio.run(self.greet())
        except IngestError as fault:
            return False, mend(fault)

    async def greet(self) -> str:
        """What a connection test found, in one sentence.

        :raises Misconfigured: the source lists no owner, or not all that the connection names
        :raises IngestError: the source does not answer as it should
        """
        given = self.given
        try:
            found = await self.owners()
        except Forbidden:
            if not given:
                raise
            # A key may be allowed to read under an owner, and not to list them.
            await self._read_one(given[0])
            return f"{self.source.owner_noun} {given[0]} can be read, {self.budget}"
        self._check(given, found)
        of = f", {len(given)} of them in {self.source.owners_param}" if given else ""
        return f"{self._owners(len(found))}{of}, {self.budget}"

    def _owners(self, count: int) -> str:
        return f"{count} {self.source.owner_noun}{'' if count == 1 else 's'}"

    async def _read_one(self, owner: str) -> None:
        async with self.reading(Slice(self.source.name, "", self.conn_id, owner)) as reader:
            await reader.read(1)

    def _check(self, given: Sequence[str], found: Sequence[str]) -> None:
        name, noun = self.source.owners_param, self.source.owner_noun
        if not found:
            raise self.misconfigured(
                f"the key is accepted and sees no {noun}", f"Is it of the right workspace? Else name {noun}s in {name}."
            )
        listed = {owner.lower() for owner in found}
        absent = [owner for owner in given if owner not in listed]
        if absent:
            more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
            raise self.misconfigured(
                f"{name} names {', '.join(absent[:NAMED])}{more}, not among the {self._owners(len(found))} that "
                f"{self.source.title} lists for this key",
                f"Mend {name}; one that has left, and is still to be read, may stay.",
            )


def mend(fault: IngestError) -> str:
    """The sentences for a fault. The connection is not named: while it is tested it has a made-up id."""
    places = [f"{noun} {value}" for noun, value in fault.where.items() if noun not in ("connection", "page")]
    where = f" ({', '.join(places)})" if places else ""
    until = f" until {fault.resume_at:%H:%M:%S} UTC" if isinstance(fault, Limited) and fault.resume_at else ""
    advice = next((advice for kind, advice in MENDS.items() if isinstance(fault, kind)), fault.advice)
    # A form has no task.
    return f"{fault.what}{until}{where}. {re.sub(', then (clear this task|trigger again)', '', advice)}".strip()
