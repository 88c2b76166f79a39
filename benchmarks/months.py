"""Months: what writers wait while a large table gets months, and a full catch-all is emptied.

At 200 writes a second, the longest wait while `partitions enable` begins with months, and while
`partitions maintain` empties a catch-all that nobody has looked after, stands beside the longest of
as long a time in which nothing else happened: on a busy machine that one is not small either.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg

from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore import Direction, MessageStore, NewMessage
from messagestore.database.migrator.connecting import opened
from messagestore.partitions import enable, maintain, read_layout
from messagestore.partitions.maintenance import Plan

WRITES_A_SECOND = 200
REQUIRED_MS = 100
_numbers = itertools.count()

# Of the indexes only those of times, people and conversations matter here: texts are left out.
_LOAD = """
INSERT INTO messages (
    id, message_id, context_id, context_type, direction, sender, recipient, status, created_at
)
SELECT
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008'
        || lpad(to_hex(number), 15, '0'))::uuid,
    $3 || number, 'c.' || number % 5000, 'private', 'incoming', 'c.' || number % 5000, 'bot',
    'read', at
FROM generate_series($1::bigint, $2::bigint) AS number
CROSS JOIN LATERAL (SELECT $4::timestamptz + number * $5::interval) AS drawn (at)
"""
_STEP = 250_000

_PAST = datetime(2024, 1, 1, tzinfo=UTC), timedelta(seconds=5)

CATCH_ALL = 100_000


class Writers:
    """Writes at a steady rate, and remembers how long each write took."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store
        self.waits: list[float] = []

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Write for as long as the block lasts."""
        self.waits = []
        writing = asyncio.create_task(self._write())
        try:
            yield
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def _write(self) -> None:
        async with asyncio.TaskGroup() as group:
            began = time.perf_counter()
            for number in itertools.count():
                await asyncio.sleep(began + number / WRITES_A_SECOND - time.perf_counter())
                group.create_task(self._one())

    async def _one(self) -> None:
        since = time.perf_counter()
        await self._change()
        self.waits.append((time.perf_counter() - since) * 1000)

    async def _change(self) -> None:
        number = next(_numbers)
        message = NewMessage(
            message_id=f"new.{number}",
            context_id=f"c.{number % 500}",
            direction=Direction.INCOMING,
            sender="someone",
            recipient="bot",
            content="hello",
        )
        await self._store.messages.create(message)


async def measure(place: Place, rows: int) -> Result:
    """Load, write in peace, write while months begin."""
    machine = place.machine()
    url = await place.new_database("months")
    connection = await asyncpg.connect(url)
    for first in range(1, rows + 1, _STEP):
        last = min(first + _STEP - 1, rows)
        await connection.execute(_LOAD, first, last, "old.", *_PAST)
    await connection.execute("VACUUM (ANALYZE) messages")
    await connection.close()
    async with place.store(url) as store:
        writers = Writers(store)
        async with writers.at_work():
            seconds = await _timed(_begin(url))
        during = writers.waits
        async with writers.at_work():
            await asyncio.sleep(max(seconds, 5))
        peace = max(writers.waits)
        at = datetime.now(UTC) + timedelta(days=200)
        await _fill_catch_all(url)
        async with writers.at_work():
            emptying = await _timed(maintain(url, Plan("month", 3, at)))
        catch_all = {
            "messages": CATCH_ALL,
            "seconds": round(emptying, 2),
            "longest_wait_ms": round(max(writers.waits), 1),
        }
    figures = {
        "seconds": round(seconds, 2),
        "writes_meanwhile": len(during),
        "longest_wait_ms": round(max(during), 1),
        "longest_wait_in_peace_ms": round(peace, 1),
        "catch_all": catch_all,
        "required_ms": REQUIRED_MS,
    }
    return Result(name="months", at=now(), machine=machine, rows=rows, figures=figures)


async def _begin(url: str) -> None:
    at = datetime.now(UTC)
    await asyncio.sleep(1)
    await enable(url, "month", now=at)
    await maintain(url, Plan("month", 3, at))
    await asyncio.sleep(1)


async def _fill_catch_all(url: str) -> None:
    """Store messages of three months for which nobody has made partitions."""
    connection = await asyncpg.connect(url)
    async with opened(url, 10) as reading:
        begin = (await read_layout(reading)).last.lower
    await connection.execute(_LOAD, 1, CATCH_ALL, "later.", begin, timedelta(seconds=75))
    await connection.close()


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


if __name__ == "__main__":
    run(measure, saved=False, rows=1_000_000)
