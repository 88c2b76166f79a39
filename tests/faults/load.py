"""Callers that log without pause, and a count of what the database holds in the end."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from messagestore import MessageStore, Settings
from tests.builders import new_message
from tests.faults.table import Figures


class Load:
    """What a load came to: the ids that were acknowledged, the outcomes, the slowest call."""

    def __init__(self, store: MessageStore, *, rate: float) -> None:
        self._store = store
        self._rate = rate
        self._numbers = itertools.count()
        self.acknowledged: list[str] = []
        self.outcomes: Counter[str] = Counter()
        self.slowest = 0.0

    @asynccontextmanager
    async def running(self, *, callers: int = 64) -> AsyncIterator[None]:
        """Log `rate` messages a second, by so many callers, as long as the block lasts."""
        stopped = asyncio.Event()
        pause = callers / self._rate
        async with asyncio.TaskGroup() as group:
            for caller in range(callers):
                context_id, wait = f"context-{caller}", caller * pause / callers
                group.create_task(self._call(context_id, wait, pause, stopped))
            try:
                yield
            finally:
                stopped.set()

    async def more(self, count: int, *, seconds: float = 20.0) -> None:
        """Wait until so many further calls were acknowledged."""
        wanted = len(self.acknowledged) + count
        await until(lambda: len(self.acknowledged) >= wanted, seconds=seconds)

    async def stored_again(self, *, since: float) -> float:
        """Wait until a further call is stored at once; return the seconds since a time."""
        stored = self.outcomes["stored"]
        await until(lambda: self.outcomes["stored"] > stored)
        return time.monotonic() - since

    async def _call(
        self, context_id: str, wait: float, pause: float, stopped: asyncio.Event
    ) -> None:
        await asyncio.sleep(wait)  # so that calls come evenly, not 64 at a time
        while not stopped.is_set():
            message_id = f"load-{next(self._numbers)}"
            started = time.monotonic()
            result = await self._store.logger.log_incoming(
                new_message(message_id=message_id, context_id=context_id)
            )
            took = time.monotonic() - started
            self.slowest = max(self.slowest, took)
            self.outcomes[result.outcome] += 1
            if result.durable:
                self.acknowledged.append(message_id)
            await asyncio.sleep(max(0.0, pause - took))


def settings_for(url: str, spool_dir: Path) -> Settings:
    """Return settings with a deadline of 1 s, and nothing that runs in the background."""
    return Settings(
        database_url=url,
        search_upkeep_seconds=0,
        spool_dir=spool_dir,
        log_deadline=1.0,
        pool_max_size=10,
    )


async def until(condition: Callable[[], bool], *, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (what others do has no event)
            await asyncio.sleep(0.01)


async def drained(store: MessageStore, *, seconds: float = 10.0) -> float:
    """Wait until nothing is in the spool, nor in those of dead processes; return the seconds."""
    started = time.monotonic()
    async with asyncio.timeout(seconds):
        while True:
            own = (await store.logger.metrics()).spool
            files = len(list(store.settings.spool_folder.glob("*.spool")))
            if files == 0 if own is None else files == 1 and own.depth == 0:
                return time.monotonic() - started
            await asyncio.sleep(0.01)


async def assert_kept(
    url: str, acknowledged: Collection[str], figures: Figures = lambda _measured: None
) -> int:
    """Fail unless all are stored, each once, and keys and counters say the same.

    Returns how many messages are stored: calls that were cut off may have been stored as well.
    """
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT message_id, context_id, id, is_deleted FROM messages")
        keys = await connection.fetch(
            "SELECT message_id, context_id, id FROM message_keys "
            "WHERE id <> '00000000-0000-0000-0000-000000000000'"
        )
        counted = await connection.fetchval("SELECT coalesce(sum(total), 0) FROM conversations")
    finally:
        await connection.close()
    stored = Counter(row["message_id"] for row in rows)
    lost = set(acknowledged) - stored.keys()
    twice = [message_id for message_id, times in stored.items() if times > 1]
    figures(f"{len(acknowledged):,} acknowledged, {len(lost)} lost, {len(twice)} twice")
    assert (len(lost), len(twice)) == (0, 0), (sorted(lost)[:3], twice[:3])
    # Compared here: on Citus the two tables lie by different columns, and are not joined.
    keyed = Counter(tuple(row)[:3] for row in rows)
    assert keyed == Counter(map(tuple, keys)), "message_keys and messages differ"
    assert counted == sum(not row["is_deleted"] for row in rows), "the counters are wrong"
    return len(rows)


async def count_lost(url: str, acknowledged: Collection[str]) -> int:
    """Return how many are not stored."""
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval(
            "SELECT count(*) FROM message_keys WHERE message_id = ANY($1)", list(acknowledged)
        )
    finally:
        await connection.close()
    return len(acknowledged) - int(found)
