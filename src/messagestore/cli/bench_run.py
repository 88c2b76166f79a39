"""The run of `messagestore bench`: load, read, write, in a schema that is gone afterwards."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import msgspec

from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.ingest import CALLERS, ROWS, by_callers, timed
from messagestore.bench.latencies import Latencies
from messagestore.bench.machine import Machine
from messagestore.bench.own_schema import new_name, own_schema
from messagestore.bench.questions import questions
from messagestore.bench.stopwatch import Watched, take_turns
from messagestore.cli import output
from messagestore.cli.progress import metered
from messagestore.cli.restocking import Restocking
from messagestore.database.faults import translated
from messagestore.settings import Settings
from messagestore.store import MessageStore

_PART = 1000
_ROUND_TRIPS = 200
_VACUUM = "VACUUM (ANALYZE) messages, message_keys, conversations"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured."""

    rows: int
    machine: Machine
    """The client's, and the version of the server."""
    round_trip: Latencies
    """Of a statement that does nothing: no read can take less."""
    import_rows_per_second: int
    reads: list[dict[str, Any]]
    ingest: list[dict[str, Any]]


async def run(url: str, settings: Settings, rows: int, *, seconds: float) -> Report:
    """Measure, each question for so many seconds at most; nothing is left of it in any case.

    Raises DatabaseError and its kinds.
    """
    async with own_schema(url, new_name(), tell=output.note) as own:
        with TemporaryDirectory() as folder:
            ours = settings.model_copy(
                update={
                    "database_url": own,
                    "replica_urls": (),
                    "spool_dir": Path(folder) / "spool",
                    "partition_upkeep_seconds": 0,
                }
            )
            async with (
                MessageStore.open(settings=ours, needs_database=True) as store,
                _driver(own) as driver,
            ):
                file = Path(folder) / "messages.jsonl"
                return await _measure(store, driver, Dataset(rows), file, seconds)


@asynccontextmanager
async def _driver(url: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """Connect without the store, as the control does."""
    with translated():
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(url)
        try:
            yield connection
        finally:
            connection.terminate()


async def _measure(
    store: MessageStore,
    driver: "asyncpg.Connection[asyncpg.Record]",
    data: Dataset,
    file: Path,
    most_seconds: float,
) -> Report:
    machine = Machine.now(await driver.fetchval("SHOW server_version"))
    seconds = await _load(store, data, file)
    await store.settle()
    await driver.execute(_VACUUM)
    asked = await questions(store, driver, data)
    round_trips = [await timed(driver.fetchval("SELECT 1")) for _ in range(_ROUND_TRIPS)]
    watched = [await Watched.of(store, driver, question) for question in asked]
    reads = await _read(watched, most_seconds)
    ingest = await _write(store, driver, data.rows // 4)
    return Report(
        rows=data.rows,
        machine=machine.afterwards(),
        round_trip=Latencies.of(round_trips),
        import_rows_per_second=round(data.rows / seconds),
        reads=reads,
        ingest=ingest,
    )


async def _load(store: MessageStore, data: Dataset, file: Path) -> float:
    """Make the messages, and import them; return the seconds that the second took."""
    lines = iter(data)
    with (
        file.open("wb") as target,
        metered("Making", unit="messages", total=data.rows) as meter,
    ):
        while part := list(islice(lines, _PART)):
            target.write(b"".join(part))
            meter.advance(len(part), items=len(part))
            await asyncio.sleep(0)  # an interrupt is heard here
    started = time.perf_counter()
    await Restocking(store).take(file)
    return time.perf_counter() - started


async def _read(watched: Sequence[Watched], most_seconds: float) -> list[dict[str, Any]]:
    found = []
    with metered("Reading", unit="questions", total=len(watched)) as meter:
        for one in watched:
            await take_turns([one], most_seconds=most_seconds)
            found.append(one.figures())
            meter.advance(1)
    return found


async def _write(
    store: MessageStore, driver: "asyncpg.Connection[asyncpg.Record]", most: int
) -> list[dict[str, Any]]:
    found = []
    with metered("Writing", unit="measurements", total=2) as meter:
        for callers in (1, CALLERS):
            found.append(await by_callers(store, driver, callers, most=min(ROWS, most)))
            meter.advance(1)
    return found
