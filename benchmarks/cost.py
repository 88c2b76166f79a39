"""Cost: what a message takes on disk, in the write-ahead log, and in the memory of the process."""

import argparse
import asyncio
import resource
from collections.abc import Awaitable
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks.loaded import data_server, loaded
from benchmarks.results import Result, now
from benchmarks.server import new_database
from messagestore import MessageStore, Settings
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.ingest import CALLERS, by_log
from messagestore.bench.machine import Machine
from messagestore.capacity.measurement import sql
from messagestore.cli.restocking import Restocking
from messagestore.database.embedded import EmbeddedServer

LOGGED = 6400
LOADED = 20_000


async def measure(server: EmbeddedServer, rows: int) -> Result:
    """Weigh the data set, then write a little into a database of its own."""
    machine = Machine.now(server.status().version)
    driver = await asyncpg.connect(await loaded(server, Dataset(rows)))
    sizes = {
        row["name"]: round(row["bytes"] / rows, 1)
        for row in await driver.fetch(sql("relation_sizes"))
    }
    await driver.execute("DROP DATABASE IF EXISTS cost")
    wal, peak = await _written(await new_database(server, "cost"), driver)
    await driver.execute("DROP DATABASE cost")
    await driver.close()
    figures = {
        "bytes_per_message": sizes,
        "bytes_per_message_in_all": round(sum(sizes.values()), 1),
        "wal_bytes_per_message": wal,
        "process_peak_bytes": peak,
    }
    return Result(name=f"cost-{rows}", at=now(), machine=machine, rows=rows, figures=figures)


async def _written(url: str, driver: asyncpg.Connection) -> tuple[dict[str, float], int]:
    """Return the bytes of log of a message in two ways, and the most memory of this process."""
    with TemporaryDirectory() as folder:
        settings = Settings(
            database_url=url, spool_dir=Path(folder) / "spool", search_upkeep_seconds=0
        )
        async with MessageStore.open(settings=settings) as store:
            await by_log(store, CALLERS, CALLERS)
            logged = await _logged(driver, by_log(store, LOGGED, CALLERS)) / LOGGED
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            file = Path(folder) / "lines.jsonl"
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


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    arguments = parser.parse_args()
    with data_server() as server:
        result = asyncio.run(measure(server, arguments.rows))
    result.save()
    for name, figure in result.figures.items():
        print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
