"""Reads: what a client waits for, what the driver alone takes, and what the server works.

One client, everything in memory that has been asked once. The three take turns, question by
question, so that a machine that slows down slows all three:

library  the method, from call to answer
driver   the statements that it ran, prepared, straight through asyncpg, rows not decoded further
server   the time that EXPLAIN (ANALYZE, TIMING OFF) gives for their execution, without planning
"""

import argparse
import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg

from benchmarks.dataset.dataset import Dataset
from benchmarks.executions import Execution
from benchmarks.latencies import Latencies
from benchmarks.loaded import data_server, loaded
from benchmarks.questions import Question, questions
from benchmarks.results import Machine, Result, now
from messagestore import MessageStore, Settings
from messagestore.cli.progress import metered
from messagestore.database.embedded import EmbeddedServer

ROUNDS = 300
WARM = 8
"""Rounds before those that count: asyncpg and PostgreSQL settle on a plan in the first six."""

MOST_SECONDS = 6.0
"""A question gets no more than this, and at least twenty rounds."""

LEAST = 20


class Statements:
    """The statements that a method runs, noted while it does."""

    def __init__(self, store: MessageStore) -> None:
        self._database = store.database
        self.seen: list[tuple[str, tuple[Any, ...]]] = []

    async def of(self, question: Question) -> list[tuple[str, tuple[Any, ...]]]:
        """Ask once, and return what was run for it."""
        database, self.seen = self._database, []
        fetch, fetch_row = database.fetch, database.fetch_row

        async def noting_fetch(sql: str, *values: Any) -> list[asyncpg.Record]:
            self.seen.append((sql, values))
            return await fetch(sql, *values)

        async def noting_fetch_row(sql: str, *values: Any) -> asyncpg.Record | None:
            self.seen.append((sql, values))
            return await fetch_row(sql, *values)

        vars(database).update(fetch=noting_fetch, fetch_row=noting_fetch_row)
        try:
            await question.ask()
        finally:
            del vars(database)["fetch"], vars(database)["fetch_row"]
        return self.seen


class Stopwatch:
    """Times a question in the three ways."""

    def __init__(self, store: MessageStore, driver: asyncpg.Connection) -> None:
        self._statements = Statements(store)
        self._driver = driver

    async def time(self, question: Question) -> dict[str, Any]:
        """Ask in turns; return the distributions."""
        ran = await self._statements.of(question)
        prepared = [(await self._driver.prepare(sql), values) for sql, values in ran]
        executed = [await Execution.of(self._driver, *each) for each in ran]
        seconds: dict[str, list[float]] = {"library": [], "driver": [], "server": []}
        started = time.perf_counter()
        for turn in range(WARM + ROUNDS):
            start = time.perf_counter()
            await question.ask()
            answered = time.perf_counter()
            for statement, values in prepared:
                await statement.fetch(*values)
            fetched = time.perf_counter()
            if turn < WARM:
                continue
            seconds["library"].append(answered - start)
            seconds["driver"].append(fetched - answered)
            seconds["server"].append(sum([await one.seconds() for one in executed]))
            if fetched - started > MOST_SECONDS and turn > WARM + LEAST:
                break
        return self._figures(question, seconds)

    @staticmethod
    def _figures(question: Question, seconds: dict[str, list[float]]) -> dict[str, Any]:
        found = {way: Latencies.of(taken) for way, taken in seconds.items()}
        way, percentile = question.figure.split()
        return {
            "name": question.name,
            **found,
            "overhead": round(found["library"].p50 / found["driver"].p50, 2),
            "required": f"{question.figure} <= {question.bound:g} ms",
            "met": getattr(found[way], percentile) <= question.bound,
        }


async def measure(server: EmbeddedServer, rows: int) -> Result:
    """Load what is missing, and time every question."""
    data = Dataset(rows)
    url = await loaded(server, data)
    machine = Machine.now(server.status().version)
    driver = await asyncpg.connect(url)
    with TemporaryDirectory() as folder:
        settings = Settings(database_url=url, spool_dir=Path(folder), search_upkeep_seconds=0)
        async with MessageStore.open(settings=settings) as store:
            stopwatch = Stopwatch(store, driver)
            asked = await questions(store, driver, data)
            with metered("Reading", unit="questions", total=len(asked)) as meter:
                found = []
                for question in asked:
                    found.append(await stopwatch.time(question))
                    meter.advance(1)
    await driver.close()
    figures = {"reads": found}
    return Result(name=f"reads-{rows}", at=now(), machine=machine, rows=rows, figures=figures)


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    arguments = parser.parse_args()
    with data_server() as server:
        result = asyncio.run(measure(server, arguments.rows))
    result.save()
    for read in result.figures["reads"]:
        library, driver, executed = (read[way].p50 for way in ("library", "driver", "server"))
        print(
            f"{read['name']:38} library {library:7.2f}  driver {driver:7.2f}  "
            f"server {executed:7.2f} ms  {'' if read['met'] else 'NOT ' + read['required']}"
        )


if __name__ == "__main__":
    main()
