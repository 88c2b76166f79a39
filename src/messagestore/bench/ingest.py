"""Ingest: the log against the driver itself, in ratios measured in one run.

The control writes the same rows with the same statement, 500 at a time on one connection. The two
take turns, so that a machine that slows down slows both; quoted is the median of the ratios.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable

import asyncpg

from messagestore.message import Direction, Message, NewMessage
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_document
from messagestore.store import MessageStore, utc_now

ROUNDS = 5
REQUIRED = 0.6
ROWS = 5000
CALLERS = 64
BATCH = 500
_numbers = itertools.count()


def new_message(kind: str = "bench") -> NewMessage:
    """Make a message of a new id of that kind, in one of 500 conversations."""
    number = next(_numbers)
    person = f"person-{number % 500}"
    return NewMessage(
        message_id=f"{kind}.{number}",
        context_id=person,
        direction=Direction.INCOMING,
        sender=person,
        recipient="bot",
        content=f"message number {number}, which says about as much as people say in a chat",
        metadata={"provider": "bench", "number": number},
    )


async def timed(work: Awaitable[object]) -> float:
    """Return how many seconds the work took."""
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def by_log(
    store: MessageStore,
    rows: int,
    callers: int,
    source: Callable[[], NewMessage] = new_message,
) -> None:
    """Log so many messages of a source by so many concurrent callers."""

    async def caller(share: int) -> None:
        for _ in range(share):
            await store.logger.log_incoming(source())

    await asyncio.gather(*(caller(rows // callers) for _ in range(callers)))


async def by_driver(connection: asyncpg.Connection, rows: int, size: int) -> None:
    """Insert so many messages in statements of that size, straight through the driver."""
    for _ in range(rows // size):
        batch = [Message.from_new(new_message(), now=utc_now()) for _ in range(size)]
        await connection.fetch(sql("insert_messages"), to_document(batch))


async def ratios(
    ours: Callable[[], Awaitable[None]], control: Callable[[], Awaitable[None]]
) -> tuple[float, float]:
    """Return the median seconds of ours, and the median of control's divided by ours."""
    pairs = [(await timed(ours()), await timed(control())) for _ in range(ROUNDS + 1)][1:]
    seconds = statistics.median(mine for mine, _ in pairs)
    return seconds, statistics.median(other / mine for mine, other in pairs)


async def by_callers(
    store: MessageStore, connection: asyncpg.Connection, callers: int, *, most: int = ROWS
) -> dict[str, object]:
    """Compare so many callers with the driver: a lone one with statements of one row.

    In each round `most` messages are written, and a 25th of that by a lone caller.
    """
    rows = most // 25 if callers == 1 else max(most // callers, ROUNDS) * callers
    size = 1 if callers == 1 else min(BATCH, rows)
    rows -= rows % size
    seconds, ratio = await ratios(
        lambda: by_log(store, rows, callers), lambda: by_driver(connection, rows, size)
    )
    return {
        "callers": callers,
        "log": round(rows / seconds),
        "driver": round(rows / seconds / ratio),
        "ratio": round(ratio, 2),
        "required": REQUIRED if callers == CALLERS else None,
    }
