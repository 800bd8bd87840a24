"""Files that come into the inbox start supervision at once, which otherwise looks by the hour (docs/decisions/089).

A trigger in the triggerer looks at names, sizes and times alone: it opens no file and asks no database. One look serves all
campaigns of an installation. What it tells supervision is that something came, which then looks for itself. Its import path is
stored in Airflow's database, so it never moves.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from datetime import date
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from gaoxin.clock import local_day, wall_now
from gaoxin.settings import Settings

LOOKS = 5.0  # seconds between two looks; a file that is the same at both is complete
PAUSE = 20.0  # seconds between two starts: what comes in one go is taken in one


class ArrivalsTrigger(BaseEventTrigger):
    """Of one campaign, between its first and last day (ISO), both included: one that is over asks for nothing."""

    def __init__(self, campaign: str, first: str, last: str) -> None:
        super().__init__()
        self.campaign, self.first, self.last = campaign, first, last

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{__name__}.ArrivalsTrigger", {"campaign": self.campaign, "first": self.first, "last": self.last}

    def shared_stream_key(self) -> Hashable:
        return "gaoxin.inbox"

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncIterator[int]:
        from gaoxin.campaign.inbox import Inbox  # not for the parser

        inbox, seen, told = Settings().inbox, dict[str, tuple[int, int]](), dict[str, tuple[int, int]]()
        while True:
            found = await asyncio.to_thread(Inbox(inbox).lying)  # a share may hang
            settled = {name: mark for name, mark in found.items() if seen.get(name) == mark}
            new = sum(told.get(name) != mark for name, mark in settled.items())
            seen, told = found, {name: mark for name, mark in (told | settled).items() if name in found}
            if new:
                yield new
            await asyncio.sleep(PAUSE if new else LOOKS)

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Any]) -> AsyncIterator[TriggerEvent]:
        async for new in shared_stream:
            if date.fromisoformat(self.first) <= local_day(wall_now()) <= date.fromisoformat(self.last):
                yield TriggerEvent({"files": new})

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Where looks are not shared."""
        async for event in self.filter_shared_stream(self.open_shared_stream(self.serialize()[1])):
            yield event
