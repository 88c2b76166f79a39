"""Planning: what statements of every day cost over 36 months, their planning included.

Each is prepared once on a connection, as the store does it, and PostgreSQL decides when to plan it
anew. The same runs over one partition in turns, on the same rows.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks import history
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore.identifiers import LAST_ID
from messagestore.partitions import enable, maintain, split
from messagestore.partitions.maintenance import Plan
from messagestore.repository.keys import days_of
from messagestore.repository.page import END_OF_TIME
from messagestore.repository.queries import sql

REQUIRED_MS = 1.5
ROUNDS = 5
CALLS = 100

Key = tuple[str, datetime, UUID]
Values = Callable[[Key, int], tuple[Any, ...]]

_READ = datetime(2030, 1, 1, tzinfo=UTC)


def _status(key: Key, number: int) -> tuple[Any, ...]:
    context_id, at, identifier = key
    # Earlier with each call, so that each changes something.
    read = _READ - timedelta(seconds=number)
    return ([context_id], [at], [identifier], ["read"], [None], [read], [read], *days_of([at]))


STATEMENTS: dict[str, tuple[str, Values]] = {
    "a page of a history": (
        "get_conversation_history",
        lambda key, _: (key[0], END_OF_TIME, LAST_ID, 51),
    ),
    "a message by id": ("get", lambda key, _: (key[2], key[1], False)),
    "a message by its full key": ("get_by_key", lambda key, _: (*key, False)),
    "a status": ("update_statuses", _status),
    "an edit": ("rewrite_message", lambda key, _: (*key, "new", None, None, "{}")),
    "a page of failed ones": (
        "get_failed_messages_anywhere",
        lambda _key, _: (END_OF_TIME, LAST_ID, 51),
    ),
}


async def measure(place: Place, rows: int) -> Result:
    """Load both layouts, and ask both in turns."""
    machine = place.machine()
    at = datetime.now(UTC)
    urls = [await place.new_database(name) for name in ("one_partition", "months")]
    for url in urls:
        await history.fill(url, rows, until=at)
    await enable(urls[1], "month", now=at)
    await split(urls[1], "month")
    await maintain(urls[1], Plan("month", 3, at))
    connections = [await asyncpg.connect(url) for url in urls]
    for connection in connections:
        # What is compared is the server's work, and not how long the disk takes to keep it.
        await connection.execute("SET synchronous_commit = off")
    parts = await connections[1].fetchval(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'messages'::regclass"
    )
    statements = []
    for name, (query, values) in STATEMENTS.items():
        one, months = await _in_turns(connections, sql(query), values)
        statements.append(
            {
                "name": name,
                "one_partition_ms": round(one, 3),
                "months_ms": round(months, 3),
                "met": months < REQUIRED_MS,
            }
        )
    for connection in connections:
        await connection.close()
    figures = {"partitions": parts, "required_ms": REQUIRED_MS, "statements": statements}
    return Result(name="planning", at=now(), machine=machine, rows=rows, figures=figures)


async def _in_turns(
    connections: list["asyncpg.Connection[asyncpg.Record]"], query: str, values: Values
) -> list[float]:
    """Return the p50 of calls on each connection, in milliseconds."""
    prepared = [await connection.prepare(query) for connection in connections]
    keys = [await _keys(connection) for connection in connections]
    times: list[list[float]] = [[] for _ in connections]
    for number in range(ROUNDS * CALLS):
        for place, statement in enumerate(prepared):
            arguments = values(random.choice(keys[place]), number)  # noqa: S311 (no secret)
            since = time.perf_counter()
            await statement.fetch(*arguments)
            if number >= CALLS:
                times[place].append((time.perf_counter() - since) * 1000)
    return [statistics.median(each) for each in times]


async def _keys(connection: "asyncpg.Connection[asyncpg.Record]") -> list[Key]:
    rows = await connection.fetch(
        "SELECT context_id, created_at, id FROM messages ORDER BY random() LIMIT 500"
    )
    return [(row["context_id"], row["created_at"], row["id"]) for row in rows]


def tell(result: Result) -> None:
    """Print a line a statement."""
    for statement in result.figures["statements"]:
        print(statement)


if __name__ == "__main__":
    run(measure, tell=tell, saved=False, rows=1_000_000)
