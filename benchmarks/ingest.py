"""Ingest: the log against the driver itself, in ratios measured in one run (`make bench`).

The control writes the same rows with the same statement, 500 at a time on one connection. The two
take turns, so that a machine that slows down slows both; quoted is the median of the ratios.
"""

import asyncio
import itertools
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from messagestore import Direction, MessageStore, NewMessage, Settings
from messagestore.database.embedded import EmbeddedServer
from messagestore.database.migrator import migrate
from messagestore.message import Message
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_columns
from messagestore.store import utc_now

ROUNDS = 5
ROWS = 5000
CALLERS = 64
LONE = 200
BATCH = 500
_numbers = itertools.count()


def new_message() -> NewMessage:
    """Make a message of a new id, in one of 500 conversations."""
    number = next(_numbers)
    person = f"person-{number % 500}"
    return NewMessage(
        message_id=f"bench.{number}",
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


async def by_log(store: MessageStore, rows: int, callers: int) -> None:
    """Log so many messages by so many concurrent callers."""

    async def caller(share: int) -> None:
        for _ in range(share):
            await store.logger.log_incoming(new_message())

    await asyncio.gather(*(caller(rows // callers) for _ in range(callers)))


async def by_driver(connection: "asyncpg.Connection[asyncpg.Record]", rows: int, size: int) -> None:
    """Insert so many messages in statements of that size, straight through the driver."""
    for _ in range(rows // size):
        batch = [Message.from_new(new_message(), now=utc_now()) for _ in range(size)]
        await connection.fetch(sql("insert_messages"), *to_columns(batch))


async def ratios(
    ours: Callable[[], Awaitable[None]], control: Callable[[], Awaitable[None]]
) -> tuple[float, float]:
    """Return the median seconds of ours, and the median of control's divided by ours."""
    pairs = [(await timed(ours()), await timed(control())) for _ in range(ROUNDS + 1)][1:]
    seconds = statistics.median(mine for mine, _ in pairs)
    return seconds, statistics.median(other / mine for mine, other in pairs)


async def measure(url: str, folder: Path) -> None:
    """Measure and print."""
    settings = Settings(database_url=url, spool_dir=folder / "spool")
    connection = await asyncpg.connect(url)
    async with MessageStore.open(settings=settings) as store:
        rows = ROWS // CALLERS * CALLERS
        seconds, ratio = await ratios(
            lambda: by_log(store, rows, CALLERS), lambda: by_driver(connection, rows, BATCH)
        )
        print(f"64 callers: {rows / seconds:,.0f} messages/s, {ratio:.2f} of the driver's rate")
        seconds, ratio = await ratios(
            lambda: by_log(store, LONE, 1), lambda: by_driver(connection, LONE, 1)
        )
        print(f"a lone call: {1000 * seconds / LONE:.2f} ms, {1 / ratio:.2f} x a bare statement")
        await connection.close()
        await store.database.close()
        await store.logger.log_incoming(new_message())
        down = [rows / await timed(by_log(store, rows, CALLERS)) for _ in range(ROUNDS)]
        print(f"database down, 64 callers: {statistics.median(down):,.0f} spooled messages/s")


def main() -> None:
    """Measure on an embedded server of its own, with its durable settings."""
    folder = Path(tempfile.mkdtemp(prefix="messagestore-bench-"))
    folder.chmod(0o755)
    try:
        with EmbeddedServer(folder / "data") as server:
            asyncio.run(migrate(server.url()))
            asyncio.run(measure(server.url(), folder))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
