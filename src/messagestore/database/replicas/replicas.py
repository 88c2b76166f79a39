"""Replicas: answers from a replica that has what the read must see, and else from the primary."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from itertools import count
from typing import Any, TypeVar
from zlib import crc32

import asyncpg

from messagestore.database.database import Database
from messagestore.database.replicas.own_writes import OwnWrites
from messagestore.database.replicas.primary import LOOK_SECONDS, Primary
from messagestore.database.replicas.replica import Replica
from messagestore.errors import DatabaseError, RecordRefused

T = TypeVar("T")


class Replicas:
    """Reads of a store that has replicas; one that does not answer costs no read.

    A topic is asked of the same replica as long as that is in use: each has its part in memory.
    """

    def __init__(
        self,
        database: Database,
        primary: Primary,
        replicas: Sequence[Replica],
        own_writes: OwnWrites,
        *,
        deadline: float,
    ) -> None:
        """Take them all; after `deadline` seconds a read is not tried once more."""
        self.replicas = replicas
        self.own_writes = own_writes
        self.primary_reads = 0
        self._database = database
        self._primary = primary
        self.deadline = deadline
        self._turns = count()

    async def fetch(self, sql: str, /, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement about everything."""
        return await self.about(None).fetch(sql, *arguments)

    async def fetch_row(self, sql: str, /, *arguments: Any) -> asyncpg.Record | None:
        """Do the same for its first row."""
        return await self.about(None).fetch_row(sql, *arguments)

    def about(self, topic: Hashable | None, /) -> "Question":
        """Return a question about a topic, or (None) about everything."""
        return Question(self, topic)

    def wrote(self, *topics: Hashable | None) -> None:
        """Note what the caller wrote."""
        self.own_writes.note(*topics)

    async def choose(self, topic: Hashable | None, without: set[Replica]) -> Replica | None:
        """Return a replica for a question; None: it is one for the primary."""
        usable = [one for one in self._in_turn(topic) if one.in_use and one not in without]
        if not usable:
            return None
        first, *others = usable
        # Both servers at once: what was written a moment ago costs a read one round trip more.
        asking = None if self.own_writes.is_placed(topic) else first.ask()
        needed = await self.own_writes.needed(topic)
        if needed is None:
            return None
        if await first.has_replayed(needed, asking):
            return first
        for other in others:
            if other.replayed >= needed or (self._primary.out and await other.has_replayed(needed)):
                return other
        return None

    async def ask_primary(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """Read from the primary."""
        self.primary_reads += 1
        return await work(self._database)

    async def keep_looking(self) -> None:
        """Look at all servers again and again, until cancelled."""
        # First, as nothing is known of a replica's lag before.
        await self._primary.look()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._primary.keep_looking())
            group.create_task(self._keep_forgetting())
            for replica in self.replicas:
                group.create_task(replica.keep_looking())

    async def _keep_forgetting(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            # Of those that are left out, too: one comes back with what it has.
            self.own_writes.forget(min(replica.replayed for replica in self.replicas))

    def _in_turn(self, topic: Hashable | None) -> list[Replica]:
        number = next(self._turns) if topic is None else crc32(str(topic).encode())
        first = number % len(self.replicas)
        return [*self.replicas[first:], *self.replicas[:first]]


class Question:
    """A question: its statements go to one replica, or to the primary."""

    def __init__(self, replicas: Replicas, topic: Hashable | None) -> None:
        self._replicas = replicas
        self._topic = topic
        self._answering: Replica | None = None
        self._failed: set[Replica] = set()
        self._at_primary = False

    async def fetch(self, sql: str, /, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement and return its rows."""
        return await self._ask(lambda database: database.fetch(sql, *arguments))

    async def fetch_row(self, sql: str, /, *arguments: Any) -> asyncpg.Record | None:
        """Run one statement and return its first row, if any."""
        return await self._ask(lambda database: database.fetch_row(sql, *arguments))

    async def _ask(self, work: Callable[[Database], Awaitable[T]]) -> T:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._replicas.deadline
        while (replica := await self._choose()) is not None:
            try:
                answer = await replica.run(work)
            except RecordRefused:  # the question's fault
                raise
            except DatabaseError:
                if clock() >= deadline:
                    raise
                self._failed.add(replica)
            else:
                self._answering = replica
                return answer
        self._at_primary = True
        return await self._replicas.ask_primary(work)

    async def _choose(self) -> Replica | None:
        """Return the replica that the next statement goes to; None: to the primary.

        When one has answered and does not any more, only the primary surely has as much.
        """
        if self._at_primary:
            return None
        if self._answering is not None:
            usable = self._answering.in_use and self._answering not in self._failed
            return self._answering if usable else None
        return await self._replicas.choose(self._topic, self._failed)
