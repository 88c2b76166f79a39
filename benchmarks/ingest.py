"""Ingest: the log against the driver itself, by 1 to 512 callers, and with the database gone."""

import asyncio
import statistics
from pathlib import Path

import asyncpg

from benchmarks.results import Result, now
from benchmarks.server import new_database, throwaway_server
from messagestore import MessageStore, Settings
from messagestore.bench.ingest import CALLERS, ROUNDS, ROWS, by_callers, by_log, new_message, timed
from messagestore.bench.machine import Machine
from messagestore.database.embedded import EmbeddedServer


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
