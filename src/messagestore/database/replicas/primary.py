"""Primary: where the primary's log ended, and when."""

import asyncio
from bisect import bisect_right
from collections import deque
from typing import NamedTuple

from messagestore.database.database import Database
from messagestore.database.replicas.queries import sql
from messagestore.errors import DatabaseError

LOOK_SECONDS = 1.0
"""Seconds between two looks at a server."""

PATIENCE = 2.0
"""Seconds that a server has to answer one."""

_REMEMBERED = 1000


class Look(NamedTuple):
    """At a time of the event loop's clock the log ended here, or before."""

    position: int
    at: float


class History(NamedTuple):
    """What a log is part of: at the same position another one has other messages."""

    system: int
    timeline: int


class Primary:
    """Asks the primary how far it is, on a connection that no statement of others is in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looks: deque[Look] = deque(maxlen=_REMEMBERED)
        self.history: History | None = None
        """None as long as it has never answered."""
        self.out = False
        """Whether it did not answer the last look."""

    @property
    def last(self) -> Look | None:
        """The newest look."""
        return self._looks[-1] if self._looks else None

    @property
    def known_seconds(self) -> float:
        """The time between the first look and the last one."""
        return self._looks[-1].at - self._looks[0].at if self._looks else 0.0

    def reached(self, replayed: int) -> float | None:
        """Return the time of the newest look whose position this one has reached, if any."""
        index = bisect_right(self._looks, replayed, key=lambda look: look.position)
        return self._looks[index - 1].at if index else None

    async def position(self) -> int:
        """Ask where the log ends now. Raises DatabaseError."""
        [row] = await self._database.fetch(sql("position"))
        return int(row["position"])

    async def look(self) -> None:
        """Note where the log ends now, and what it is part of, if it answers."""
        at = asyncio.get_running_loop().time()
        try:
            [row] = await self._database.fetch(sql("history"))
            position = await self.position()
        except DatabaseError:
            self.out = True  # those who write tell of it
            return
        self.out = False
        history = History(row["system"], row["timeline"])
        if history != self.history:
            self._looks.clear()
            self.history = history
        self._looks.append(Look(position, at))

    async def keep_looking(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()
