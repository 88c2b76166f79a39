"""Replica: one that answers reads, as long as it is known to be what it should be."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from messagestore.database.database import Database
from messagestore.database.faults import is_conflict
from messagestore.database.replicas.primary import LOOK_SECONDS, PATIENCE, History, Primary
from messagestore.database.replicas.queries import sql
from messagestore.errors import DatabaseError, DatabaseUnavailable

FRESH_SECONDS = 3 * (LOOK_SECONDS + PATIENCE)
"""Seconds that what is known of a replica counts: it is left out when nobody has looked since."""

_UNKNOWN = "it is not known yet how far behind it is"
_PROMOTED = "it is a replica no longer, but a primary"

T = TypeVar("T")
_log = logging.getLogger("messagestore")


class Replica:
    """A streaming replica. `left_out` says why it is not to be read from; None: it may be."""

    def __init__(
        self, number: int, database: Database, watch: Database, primary: Primary, max_lag: float
    ) -> None:
        """Take one pool for what is read, and a connection of its own to look at the server.

        `number` counts from 1 in the order of the setting; `max_lag` is seconds.
        """
        self.number = number
        self.replayed = 0
        self.left_out: str | None = _UNKNOWN
        self.reads = 0
        self.failures = 0
        self._database = database
        self._watch = watch
        self._primary = primary
        self._max_lag = max_lag
        self._level_at = -math.inf
        self._looked_at = -math.inf
        self._timeline = 0
        self._asking: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Timeout] = set()

    @property
    def in_use(self) -> bool:
        """Whether it may be read from."""
        if self.left_out is not None:
            return False
        return asyncio.get_running_loop().time() - self._looked_at < FRESH_SECONDS

    @property
    def lag_seconds(self) -> float:
        """Seconds since the primary was where this one is now, in steps of the looks at both.

        Infinite when that is not known; while the primary is out, those at its last answer.
        """
        last = self._primary.last
        return math.inf if last is None else max(0.0, last.at - self._level_at)

    @property
    def lag_bytes(self) -> int:
        """Bytes of the primary's log that it has not replayed, as of its last answer."""
        last = self._primary.last
        return 0 if last is None else max(0, last.position - self.replayed)

    async def run(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """Read from it. Raises DatabaseError; after an outage it is left out until the next look.

        What waits for it is given up as soon as it is known that it does not answer.
        """
        self.reads += 1
        try:
            async with asyncio.timeout(None) as patience:
                self._under_way.add(patience)
                try:
                    return await work(self._database)
                finally:
                    self._under_way.discard(patience)
        except TimeoutError:
            self.failures += 1
            raise DatabaseUnavailable("The replica does not answer; try again later.") from None
        except DatabaseUnavailable as error:
            self.failures += 1
            # What it replays may cancel a statement: the replica is as good as before.
            if not is_conflict(error.__cause__):
                self._leave_out(str(error))
            raise

    async def has_replayed(self, position: int, asking: asyncio.Task[None] | None = None) -> bool:
        """Whether what lies before a position of the primary's log can be read here.

        Asks the server when that is not known, unless it was asked just now (`asking`).
        """
        if self.replayed < position:
            await asyncio.shield(asking or self.ask())
        return self.in_use and self.replayed >= position

    def ask(self) -> asyncio.Task[None]:
        """Begin to ask how far it is; whoever does so meanwhile shares the answer."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._note_progress())
        return self._asking

    async def look(self) -> None:
        """Look at the server, and decide whether it may be read from."""
        try:
            [row] = await self._watch.fetch(sql("state"))
        except DatabaseError as error:
            self._timeline = 0
            self._give_up(str(error))
            return
        self._timeline = row["receiving"] or max(self._timeline, row["restarts_from"])
        self._note(row["replayed"])
        self._looked_at = asyncio.get_running_loop().time()
        fault = self._fault(row)
        if fault is not None:
            self._leave_out(fault)
        elif self.left_out is not None:
            self.left_out = None
            _log.info("replica %d is in use", self.number)

    async def keep_looking(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _note_progress(self) -> None:
        try:
            [row] = await self._watch.fetch(sql("replayed"))
        except DatabaseError as error:
            self._give_up(str(error))
            return
        self._note(row["replayed"])
        if not row["in_recovery"]:
            self._leave_out(_PROMOTED)

    def _note(self, replayed: int) -> None:
        self.replayed = replayed
        self._level_at = max(self._level_at, self._primary.reached(replayed) or -math.inf)

    def _fault(self, row: Any) -> str | None:
        """Return why it may not be read from."""
        if not row["in_recovery"]:
            return _PROMOTED
        if not row["has_tables"]:
            return "the database of its URL has no messages"
        # Without one the primary has been out since we are here.
        ours = self._primary.history
        return None if ours is None else self._distance(ours, row["system"])

    def _distance(self, ours: History, system: int) -> str | None:
        """Return in what it is another than the primary, or too far behind."""
        if system != ours.system:
            return "it is a replica of another server"
        if self._timeline != ours.timeline:
            return "it follows another timeline than the primary"
        if math.isinf(self.lag_seconds) and self._primary.known_seconds <= self._max_lag:
            return _UNKNOWN
        if self.lag_seconds > self._max_lag:
            return f"it is more than {self._max_lag:g} s behind (replica_max_lag_seconds)"
        return None

    def _leave_out(self, reason: str) -> None:
        if reason != self.left_out:
            self.left_out = reason
            _log.warning("replica %d is left out: %s", self.number, reason)

    def _give_up(self, reason: str) -> None:
        """Leave it out, and let those who wait for it go elsewhere."""
        self._leave_out(reason)
        now = asyncio.get_running_loop().time()
        waiting, self._under_way = self._under_way, set()
        for patience in waiting:
            patience.reschedule(now)
