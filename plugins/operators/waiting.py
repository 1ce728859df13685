"""Waiting outside of a worker until requests may be sent again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent


class WaitingTrigger(BaseTrigger):
    """
    Wait until a moment, and say so in the task's log once; Airflow's own says each second that it sleeps.

    :param moment: aware
    :param reason: a clause
    """

    def __init__(self, moment: datetime, reason: str) -> None:
        super().__init__()
        self.moment = moment
        self.reason = reason

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Say how to make this trigger anew in the triggerer."""
        return f"{__name__}.{type(self).__name__}", {"moment": self.moment, "reason": self.reason}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Sleep."""
        until = f"{self.moment:%Y-%m-%d %H:%M:%S} UTC"
        self.log.info("Waiting until %s, without a worker slot: %s.", until, self.reason)
        # Too early, if a clock was set meanwhile: the task then finds out, and waits again.
        await asyncio.sleep((self.moment - datetime.now(UTC)).total_seconds())
        yield TriggerEvent(None)
