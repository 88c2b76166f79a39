"""The stopwatch of reads: what a client waits for, what the driver takes, what the server works.

One client, everything in memory that has been asked once. The three take turns, question by
question, so that a machine that slows down slows all three:

library  the method, from call to answer
driver   the statements that it ran, prepared, straight through asyncpg, rows not decoded further
server   the time that EXPLAIN (ANALYZE, TIMING OFF) gives for their execution, without planning
"""

import time
from collections.abc import Sequence
from typing import Any

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from messagestore.bench.executions import Execution
from messagestore.bench.latencies import Latencies
from messagestore.bench.questions import Question
from messagestore.store import MessageStore

ROUNDS = 300
WARM = 8
"""Rounds before those that count: asyncpg and PostgreSQL settle on a plan in the first six."""

MOST_SECONDS = 6.0
"""A question gets no more than this, unless told otherwise, and at least twenty rounds."""

LEAST = 20

MOST_OVERHEAD = 1.5
"""What the library may take in all, in times of what the driver takes, at p50."""


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


class Watched:
    """A question that is timed in the three ways, over and over."""

    def __init__(
        self,
        question: Question,
        prepared: Sequence[tuple[PreparedStatement, Sequence[Any]]],
        executed: Sequence[Execution],
    ) -> None:
        self._question = question
        self._prepared = prepared
        self._executed = executed
        self._seconds: dict[str, list[float]] = {"library": [], "driver": [], "server": []}

    @classmethod
    async def of(
        cls, store: MessageStore, driver: asyncpg.Connection, question: Question
    ) -> "Watched":
        """Ask it once, to prepare the statements that it ran."""
        ran = await Statements(store).of(question)
        prepared = [(await driver.prepare(sql), values) for sql, values in ran]
        return cls(question, prepared, [await Execution.of(driver, *each) for each in ran])

    async def turn(self, *, counts: bool) -> None:
        """Time it once."""
        start = time.perf_counter()
        await self._question.ask()
        answered = time.perf_counter()
        for statement, values in self._prepared:
            await statement.fetch(*values)
        fetched = time.perf_counter()
        executed = sum([await one.seconds() for one in self._executed])
        if counts:
            self._seconds["library"].append(answered - start)
            self._seconds["driver"].append(fetched - answered)
            self._seconds["server"].append(executed)

    def latencies(self) -> dict[str, Latencies]:
        """Return the distributions by way."""
        return {way: Latencies.of(taken) for way, taken in self._seconds.items()}

    def figures(self) -> dict[str, Any]:
        """Return them with what is required of the question, and whether that is met."""
        question, found = self._question, self.latencies()
        way, percentile = question.figure.split()
        overhead = round(found["library"].p50 / found["driver"].p50, 2)
        return {
            "name": question.name,
            **found,
            "overhead": overhead,
            "overhead_required": f"library p50 <= {MOST_OVERHEAD:g} x driver p50",
            "overhead_met": overhead <= MOST_OVERHEAD,
            "required": f"{question.figure} <= {question.bound:g} ms",
            "met": getattr(found[way], percentile) <= question.bound,
        }


async def take_turns(watched: Sequence[Watched], *, most_seconds: float = MOST_SECONDS) -> None:
    """Time each of them once a turn, for no longer than so many seconds for each."""
    started = time.perf_counter()
    for turn in range(WARM + ROUNDS):
        for one in watched:
            await one.turn(counts=turn >= WARM)
        long = time.perf_counter() - started > most_seconds * len(watched)
        if long and turn > WARM + LEAST:
            break
