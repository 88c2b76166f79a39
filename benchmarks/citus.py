"""Every question, asked of a Citus cluster.

python -m benchmarks.citus URL [ROWS]

URL names an empty database of a cluster, on the coordinator, whose workers have been added. The
tables that it prints go into docs/reference/citus.md, with their date and versions, and the ratios
into docs/adr/0022-citus.md too.
"""

import asyncio
import os
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks.loaded import load
from benchmarks.places import print_ratios
from messagestore import MessageStore, Settings
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.ingest import by_log, timed
from messagestore.bench.questions import questions
from messagestore.database.migrator import migrate
from messagestore.distribution import distribute

ROWS = 50_000
ASKED = 30
CALLERS = (1, 64)
LOGGED = {1: 30, 64: 1920}


async def measure(url: str, rows: int) -> None:
    """Distribute the tables, load the data set, and print what each question takes."""
    await migrate(url)
    await distribute(url, report=print)
    data = Dataset(rows)
    await load(url, data)
    driver = await asyncpg.connect(url)
    try:
        with TemporaryDirectory() as folder:
            settings = Settings(database_url=url, spool_dir=Path(folder), search_upkeep_seconds=0)
            async with MessageStore.open(settings=settings) as store:
                await store.settle()
                await _print_questions(store, driver, data)
                await _print_writes(store)
        await print_ratios(driver)
        await _print_versions(driver, rows)
    finally:
        await driver.close()


async def _print_questions(store: MessageStore, driver: asyncpg.Connection, data: Dataset) -> None:
    print("| question | p50, ms |\n|---|---|")
    for question in await questions(store, driver, data):
        taken = [await timed(question.ask()) for _ in range(ASKED + 5)][5:]
        print(f"| {question.name} | {1000 * statistics.median(taken):.1f} |", flush=True)


async def _print_writes(store: MessageStore) -> None:
    for callers in CALLERS:
        rows = LOGGED[callers]
        await by_log(store, callers, callers)
        rate = rows / await timed(by_log(store, rows, callers))
        print(f"| log, {callers} callers, messages/s | {rate:.0f} |", flush=True)


async def _print_versions(driver: asyncpg.Connection, rows: int) -> None:
    postgresql = await driver.fetchval("SHOW server_version")
    citus = await driver.fetchval("SELECT extversion FROM pg_extension WHERE extname = 'citus'")
    nodes = await driver.fetchval("SELECT count(*) FROM pg_dist_node WHERE shouldhaveshards")
    print(
        f"{datetime.now(UTC):%Y-%m-%d}: Citus {citus}, PostgreSQL {postgresql}, {nodes} workers, "
        f"{rows:,} messages, {os.cpu_count()} processors, load {os.getloadavg()[1]:.1f}"
    )


if __name__ == "__main__":
    asyncio.run(measure(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else ROWS))  # noqa: PLR2004
