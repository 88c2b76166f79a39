"""Feed: the changes of the store, read once for all who listen in this process."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Collection
from contextlib import suppress
from typing import Self

from messagestore.errors import DatabaseError
from messagestore.repository.changes import Change, ChangeRepository, Place

POLL_SECONDS = 0.2
"""How long a change waits at most, beside the transactions that still run."""

MOST_WAITING = 1000
"""Changes that a listener may be behind; one that is slower is cut off, and can resume."""

_STATEMENTS = 100

_log = logging.getLogger("messagestore")


class Listener:
    """One who listens: to some conversations or (none named) to all."""

    def __init__(self, context_ids: Collection[str], begin: Place) -> None:
        self.context_ids = frozenset(context_ids)
        self.begin = begin
        self._waiting: asyncio.Queue[Change | None] = asyncio.Queue()

    def hear(self, change: Change) -> None:
        """Take a change, or the end when too many wait."""
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put_nowait(change)
        elif self._waiting.qsize() == MOST_WAITING:
            self._waiting.put_nowait(None)

    async def next(self) -> Change | None:
        """Return the next change; None when the listener was too slow."""
        return await self._waiting.get()


class Feed:
    """Asks the database while somebody listens, and only then."""

    def __init__(self, changes: ChangeRepository) -> None:
        self._changes = changes
        self._listeners: dict[str | None, set[Listener]] = defaultdict(set)
        self._place = Place(0, 0, 0)
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stop()

    async def _stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None

    async def listen(self, context_ids: Collection[str]) -> Listener:
        """Begin to listen. Raises DatabaseError when the place cannot be found out."""
        async with self._starting:
            if self._reading is None:
                self._place = await self._changes.end()
                self._reading = asyncio.create_task(self._read())
            listener = Listener(context_ids, self._place)
            for context_id in listener.context_ids or (None,):
                self._listeners[context_id].add(listener)
            return listener

    async def leave(self, listener: Listener) -> None:
        """Listen no more; the last one to leave ends the reading."""
        for context_id in listener.context_ids or (None,):
            self._listeners[context_id].discard(listener)
            if not self._listeners[context_id]:
                del self._listeners[context_id]
        async with self._starting:
            if not self._listeners:
                await self._stop()

    async def heard(self, listener: Listener, after: Place | None) -> AsyncGenerator[Change]:
        """Yield what a listener missed since a place, then what comes, until it is too slow."""
        place = after or listener.begin
        while place < listener.begin:
            missed = await self._changes.read(
                place, statements=_STATEMENTS, context_ids=listener.context_ids or None
            )
            for change in missed.changes:
                if change.place <= listener.begin:
                    yield change
            if missed.end == place:
                break
            place = missed.end
        while coming := await listener.next():
            yield coming

    async def _read(self) -> None:
        reported = False
        while True:
            more = False
            try:
                more = await self._tell()
                reported = False
            except DatabaseError as error:
                if not reported:
                    _log.warning("the stream waits: %s", error)
                reported = True
            if not more:
                await asyncio.sleep(POLL_SECONDS)

    async def _tell(self) -> bool:
        """Tell what was written where somebody listens; return whether more may be there."""
        wanted = set(self._listeners)
        known = {one for one in wanted if one is not None} if None not in wanted else None
        read = await self._changes.read(self._place, statements=_STATEMENTS, context_ids=known)
        if self._listeners.keys() - wanted:
            return True  # somebody listens meanwhile, from this place on: read once more
        for change in read.changes:
            for context_id in (change.context_id, None):
                for listener in self._listeners.get(context_id, ()):
                    listener.hear(change)
        self._place = read.end
        return read.more
