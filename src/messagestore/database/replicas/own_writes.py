"""OwnWrites: what this process has written, until every replica has it.

A commit's place in the log is not known from the commit, and asking for it would cost each write a
round trip. So one question, asked after several commits, answers for all of them: they lie before
it. It is asked soon after a write, and at once when somebody reads what was just written.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from itertools import takewhile

from messagestore.database.caller import Book
from messagestore.errors import DatabaseError

ASKED_AFTER = 0.05
"""Seconds after a write until its position is asked for, where no read did so before."""

ASKED_AGAIN_AFTER = 1.0
"""Seconds until it is asked for again, when the primary did not answer."""


class Write:
    """Writes that were committed by a time; they lie before a position, once that is known."""

    __slots__ = ("at", "position")

    def __init__(self, at: float, position: int | None = None) -> None:
        self.at = at
        self.position = position


class OwnWrites:
    """Says how far a replica must be for a read. A topic of None is everything."""

    def __init__(self, ask: Callable[[], Awaitable[int]], *, keep_seconds: float) -> None:
        """Take what asks the primary where its log ends.

        After `keep_seconds` every replica in use has a write, or it would be left out.
        """
        self._ask = ask
        self._keep = keep_seconds
        self._by_caller: Book[Write] = Book()
        self._adopted: Book[Write] = Book()
        self._topics: dict[Hashable, Write] = {}  # in the order of their writes
        self._unplaced: list[Write] = []
        self._placing = asyncio.Lock()
        self._background: asyncio.Task[None] | None = None

    def note(self, *topics: Hashable) -> None:
        """Note that the caller's write about these topics is committed."""
        now = asyncio.get_running_loop().time()
        if not self._unplaced:
            self._unplaced.append(Write(now))
        write = self._unplaced[-1]
        write.at = now
        for topic in topics:
            self._topics.pop(topic, None)
            self._topics[topic] = write
        self._by_caller.note(write)
        if self._background is None or self._background.done():
            self._background = asyncio.create_task(self._place_in_background())

    def adopt(self, position: int) -> None:
        """Let the caller read what lies before a position, which another process told them."""
        self._adopted.note(Write(asyncio.get_running_loop().time(), position))

    def is_placed(self, topic: Hashable | None) -> bool:
        """Whether what a read must see is known without asking the primary."""
        return all(write.position is not None for write in self._seen_by(topic))

    async def needed(self, topic: Hashable | None) -> int | None:
        """Return the position that a read must see; None when the primary does not tell it."""
        position = 0
        for write in self._seen_by(topic):
            found = await self._position_of(write)
            if found is None:
                return None
            position = max(position, found)
        return position

    async def of_caller(self) -> int | None:
        """Return the position of what the caller wrote; None when nothing, or not known."""
        write = self._by_caller.noted()
        return None if write is None else await self._position_of(write)

    def forget(self, replayed: int) -> None:
        """Forget what all replicas have, and what is old."""
        oldest = asyncio.get_running_loop().time() - self._keep

        def is_past(item: tuple[Hashable, Write]) -> bool:
            _, write = item
            has_it = write.position is not None and write.position <= replayed
            return has_it or write.at < oldest

        for topic, _ in list(takewhile(is_past, self._topics.items())):
            del self._topics[topic]

    async def close(self) -> None:
        """Ask no more."""
        if self._background is not None:
            self._background.cancel()
            with suppress(asyncio.CancelledError):
                await self._background

    def _seen_by(self, topic: Hashable | None) -> list[Write]:
        writes = (
            self._by_caller.noted() if topic is None else self._topics.get(topic),
            self._topics.get(None),
            self._adopted.noted(),
        )
        oldest = asyncio.get_running_loop().time() - self._keep
        return [write for write in writes if write is not None and write.at >= oldest]

    async def _position_of(self, write: Write) -> int | None:
        if write.position is None:
            async with self._placing:
                if write.position is None:
                    with suppress(DatabaseError):
                        await self._place()
        return write.position

    async def _place(self) -> None:
        """Ask, and note the answer for all that were committed before. Raises DatabaseError."""
        asked_for, self._unplaced = self._unplaced, []
        try:
            position = await self._ask()
        except BaseException:
            self._unplaced = asked_for + self._unplaced
            raise
        for write in asked_for:
            write.position = position

    async def _place_in_background(self) -> None:
        while self._unplaced:
            await asyncio.sleep(ASKED_AFTER)
            try:
                async with self._placing:
                    await self._place()
            except DatabaseError:
                await asyncio.sleep(ASKED_AGAIN_AFTER)
