"""Replicas: what routing costs a read, who answers, and reads a second with 0, 1 and 2 of them.

All servers and the readers share this machine's processors, so that more replicas cannot answer
more here: what they take from the primary is told by its share of the answers. The ways that are
compared take turns in one run.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any

from pydantic import SecretStr

from benchmarks.loaded import load
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore import MessageStore
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.ingest import new_message
from messagestore.database.embedded.replicas import add_replica, replicas_of
from messagestore.database.replicas import Replicas

ROWS = 20_000
DATABASE = "replicas"
ROUNDS = 1500
READERS = 16
SECONDS = 5.0

Ask = Callable[[], Awaitable[object]]


@asynccontextmanager
async def opened(place: Place, url: str, replica_urls: list[str]) -> AsyncIterator[MessageStore]:
    """Open a store whose replicas, if it has any, are in use."""
    async with place.store(
        url,
        replica_urls=tuple(map(SecretStr, replica_urls)),
        search_upkeep_seconds=0,
        partition_upkeep_seconds=0,
    ) as store:
        if isinstance(store.reader, Replicas):
            while not all(replica.in_use for replica in store.reader.replicas):  # noqa: ASYNC110
                await asyncio.sleep(0.1)  # (what servers do has no event)
        yield store


async def in_turns(ways: dict[str, Ask]) -> dict[str, float]:
    """Return the median of each way, in milliseconds."""
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(ROUNDS):
        for way, ask in ways.items():
            started = time.perf_counter()
            await ask()
            if turn >= ROUNDS // 10:
                taken[way].append(1000 * (time.perf_counter() - started))
    return {way: round(statistics.median(found), 3) for way, found in taken.items()}


async def routing(store: MessageStore, direct: MessageStore, data: Dataset) -> dict[str, Any]:
    """Compare a read of a replica through the router with one that names that server itself."""
    small = data.context(-1)
    found = await in_turns(
        {
            "routed": lambda: store.messages.get_conversation_history(small, limit=10),
            "direct": lambda: direct.messages.get_conversation_history(small, limit=10),
        }
    )
    return {f"{way}_ms": taken for way, taken in found.items()} | {
        "overhead": round(found["routed"] / found["direct"], 3)
    }


async def own_writes(store: MessageStore, plain: MessageStore) -> dict[str, Any]:
    """Write and read at once, as a bot does, with a replica and without."""
    reader = store.reader
    assert isinstance(reader, Replicas)  # noqa: S101 (it was opened with one)
    seconds: dict[str, list[float]] = {"with_replica": [], "without": []}
    before = reader.primary_reads
    for _ in range(ROUNDS // 3):
        for way, one in (("with_replica", store), ("without", plain)):
            message = new_message("own")
            await one.messages.create(message)
            started = time.perf_counter()
            page = await one.messages.get_conversation_history(message.context_id, limit=10)
            seconds[way].append(1000 * (time.perf_counter() - started))
            if message.message_id not in {found.message_id for found in page.messages}:
                raise SystemExit("A caller did not read its own write.")
    medians = {way: round(statistics.median(taken), 3) for way, taken in seconds.items()}
    return {f"{way}_ms": taken for way, taken in medians.items()} | {
        "ratio": round(medians["with_replica"] / medians["without"], 2),
        "answered_by_primary": round((reader.primary_reads - before) / (ROUNDS // 3), 3),
    }


async def throughput(store: MessageStore, data: Dataset) -> dict[str, Any]:
    """Read by several callers, without a pause."""
    reader, reads = store.reader, 0
    before = reader.primary_reads if isinstance(reader, Replicas) else 0
    until = time.perf_counter() + SECONDS

    async def read(number: int) -> None:
        nonlocal reads
        for turn in count(number):
            if time.perf_counter() >= until:
                return
            await store.messages.get_conversation_history(data.context(turn % 50), limit=10)
            reads += 1

    await asyncio.gather(*map(read, range(READERS)))
    by_primary = reader.primary_reads - before if isinstance(reader, Replicas) else reads
    return {
        "reads_per_second": round(reads / SECONDS),
        "answered_by_primary": round(by_primary / reads, 3),
    }


async def measure(place: Place) -> Result:
    """Load, make two replicas, and compare."""
    machine = place.machine()
    url, data = await place.new_database(DATABASE), Dataset(ROWS)
    await load(url, data)
    for _ in range(2):
        await asyncio.to_thread(add_replica, place.server)
    urls = [one.url(DATABASE) for one in replicas_of(place.server).values()]
    figures: dict[str, Any] = {}
    async with AsyncExitStack() as stack:
        direct = await stack.enter_async_context(opened(place, urls[0], []))
        stores = [
            await stack.enter_async_context(opened(place, url, urls[:number]))
            for number in range(3)
        ]
        figures["routing"] = await routing(stores[1], direct, data)
        figures["own_writes"] = await own_writes(stores[1], stores[0])
        figures["replicas"] = {
            str(number): await throughput(store, data) for number, store in enumerate(stores)
        }
    return Result(name="replicas", at=now(), machine=machine, rows=ROWS, figures=figures)


if __name__ == "__main__":
    run(measure, saved=False)
