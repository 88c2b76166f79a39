"""The stopwatch of reads: what a client waits for, what the driver takes, what the server works.

One client, everything in memory that has been asked once. The three take turns, question by
question, so that a machine that slows down slows all three:

library  the method, from call to answer
driver   the statements that it ran, prepared, straight through asyncpg, rows not decoded further
server   the time that EXPLAIN (ANALYZE, TIMING OFF) gives for their execution, without planning
"""

import time
from typing import Any

import asyncpg

from messagestore.bench.executions import Execution
from messagestore.bench.latencies import Latencies
from messagestore.bench.questions import Question
from messagestore.store import MessageStore

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
