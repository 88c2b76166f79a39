"""Ingest: the log against the driver itself, by 1 to 512 callers, and with the database gone."""

import statistics

import asyncpg

from benchmarks.loaded import stored
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore.bench.ingest import CALLERS, ROUNDS, ROWS, by_callers, by_log, new_message, timed


async def measure(place: Place) -> Result:
    """Measure by callers, then with the database gone."""
    url = await place.new_database("ingest")
    machine = place.machine()
    connection = await asyncpg.connect(url)
    async with place.store(url) as store:
        found = [await by_callers(store, connection, callers) for callers in (1, 8, 64, 512)]
        await connection.close()
        rows = await stored(url)
        await store.database.close()
        await store.logger.log_incoming(new_message())
        down = [ROWS / await timed(by_log(store, ROWS, CALLERS)) for _ in range(ROUNDS)]
    figures = {"callers": found, "spooled": round(statistics.median(down))}
    return Result(name="ingest", at=now(), machine=machine, rows=rows, figures=figures)


def tell(result: Result) -> None:
    """Print a line for each number of callers."""
    for one in result.figures["callers"]:
        print(
            f"{one['callers']} callers: {one['log']:,} messages/s, "
            f"{one['ratio']:.2f} of the driver's rate"
        )
    print(f"database down, {CALLERS} callers: {result.figures['spooled']:,} spooled messages/s")


if __name__ == "__main__":
    run(measure, tell=tell)
