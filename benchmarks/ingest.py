"""Ingest: the log against the driver itself, in ratios measured in one run (`make bench`).

The control writes the same rows with the same statement, 500 at a time on one connection. The two
take turns, so that a machine that slows down slows both; quoted is the median of the ratios.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from benchmarks.results import Machine, Result, now
from benchmarks.server import new_database, throwaway_server
from messagestore import Direction, MessageStore, NewMessage, Settings
from messagestore.database.embedded import EmbeddedServer
from messagestore.message import Message
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_columns
from messagestore.store import utc_now

ROUNDS = 5
REQUIRED = 0.6
ROWS = 5000
CALLERS = 64
LONE = 200
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


async def by_log(store: MessageStore, rows: int, callers: int) -> None:
    """Log so many messages by so many concurrent callers."""

    async def caller(share: int) -> None:
        for _ in range(share):
            await store.logger.log_incoming(new_message())

    await asyncio.gather(*(caller(rows // callers) for _ in range(callers)))


async def by_driver(connection: asyncpg.Connection, rows: int, size: int) -> None:
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


async def by_callers(
    store: MessageStore, connection: asyncpg.Connection, callers: int
) -> dict[str, object]:
    """Compare so many callers with the driver: a lone one with statements of one row."""
    rows = LONE if callers == 1 else max(ROWS // callers, ROUNDS) * callers
    size = 1 if callers == 1 else BATCH
    rows = rows // size * size or rows
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


async def measure(server: EmbeddedServer, folder: Path) -> Result:
    """Measure by callers, then with the database gone."""
    url = await new_database(server, "ingest")
    machine = Machine.now(server.status().version)
    settings = Settings(database_url=url, spool_dir=folder / "spool")
    connection = await asyncpg.connect(url)
    async with MessageStore.open(settings=settings) as store:
        found = [await by_callers(store, connection, callers) for callers in (1, 8, 64, 512)]
        rows = await connection.fetchval("SELECT sum(total)::bigint FROM conversations")
        await connection.close()
        await store.database.close()
        await store.logger.log_incoming(new_message())
        down = [ROWS / await timed(by_log(store, ROWS, CALLERS)) for _ in range(ROUNDS)]
    figures = {"callers": found, "spooled": round(statistics.median(down))}
    return Result(name="ingest", at=now(), machine=machine, rows=rows, figures=figures)


def main() -> None:
    """Measure on an embedded server of its own, with its durable settings."""
    with throwaway_server() as (server, folder):
        result = asyncio.run(measure(server, folder))
    result.save()
    for one in result.figures["callers"]:
        print(
            f"{one['callers']} callers: {one['log']:,} messages/s, "
            f"{one['ratio']:.2f} of the driver's rate"
        )
    print(f"database down, {CALLERS} callers: {result.figures['spooled']:,} spooled messages/s")


if __name__ == "__main__":
    main()
