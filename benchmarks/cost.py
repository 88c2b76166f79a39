"""Cost: what a message takes on disk, in the write-ahead log, and in the memory of the process."""

import resource
from collections.abc import Awaitable
from itertools import islice

import asyncpg

from benchmarks.loaded import data_place, loaded
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.ingest import CALLERS, by_log
from messagestore.capacity.measurement import sql
from messagestore.cli.restocking import Restocking

LOGGED = 6400
LOADED = 20_000


async def measure(place: Place, rows: int) -> Result:
    """Weigh the data set, then write a little into a database of its own."""
    machine = place.machine()
    driver = await asyncpg.connect(await loaded(place, Dataset(rows)))
    sizes = {
        row["name"]: round(row["bytes"] / rows, 1)
        for row in await driver.fetch(sql("relation_sizes"))
    }
    await driver.execute("DROP DATABASE IF EXISTS cost")
    wal, peak = await _written(place, driver)
    await driver.execute("DROP DATABASE cost")
    await driver.close()
    figures = {
        "bytes_per_message": sizes,
        "bytes_per_message_in_all": round(sum(sizes.values()), 1),
        "wal_bytes_per_message": wal,
        "process_peak_bytes": peak,
    }
    return Result(name=f"cost-{rows}", at=now(), machine=machine, rows=rows, figures=figures)


async def _written(place: Place, driver: asyncpg.Connection) -> tuple[dict[str, float], int]:
    """Return the bytes of log of a message in two ways, and the most memory of this process."""
    async with place.store(await place.new_database("cost"), search_upkeep_seconds=0) as store:
        await by_log(store, CALLERS, CALLERS)
        logged = await _logged(driver, by_log(store, LOGGED, CALLERS)) / LOGGED
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        file = place.folder / "lines.jsonl"
        file.write_bytes(b"".join(islice(Dataset(LOADED), LOADED)))
        copied = await _logged(driver, Restocking(store).take(file)) / LOADED
    return {"log": round(logged, 1), "import": round(copied, 1)}, peak


async def _logged(driver: asyncpg.Connection, work: Awaitable[object]) -> int:
    """Return the bytes that the server's log grows by; a checkpoint comes first."""
    await driver.execute("CHECKPOINT")
    before = await driver.fetchval("SELECT pg_current_wal_insert_lsn()::text")
    await work
    return int(
        await driver.fetchval("SELECT pg_current_wal_insert_lsn() - ($1::text)::pg_lsn", before)
    )


if __name__ == "__main__":
    run(measure, within=data_place, rows=200_000)
