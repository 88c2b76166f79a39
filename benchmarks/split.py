"""Split: what writers wait while a partition of three years is cut into its months.

At 200 writes a second, every fourth of which changes a message of these years, the longest wait
stands beside the longest of a time in which nothing else happened. What was acknowledged is looked
for in the end.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

import asyncpg

from benchmarks import history
from benchmarks.months import REQUIRED_MS, Writers
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore import MessageStore, Status
from messagestore.partitions import enable, maintain, split
from messagestore.partitions.maintenance import Plan

_PEACE_SECONDS = 20.0
_NEW = 0.75
"""The share of the writes that store a message."""


class ChangingWriters(Writers):
    """Writers of new messages and of statuses of old ones, which wait while something is done."""

    def __init__(self, store: MessageStore, rows: int) -> None:
        super().__init__(store)
        self._rows = rows
        self.read: set[str] = set()
        self.doing = ""
        self.longest: dict[str, float] = defaultdict(float)

    async def _change(self) -> None:
        since, doing = time.perf_counter(), self.doing
        if random.random() < _NEW:  # noqa: S311 (no secret)
            await super()._change()
        else:
            # The outgoing ones are those with odd numbers, and none of them has been read.
            name = f"old.{random.randrange(1, self._rows, 2)}"  # noqa: S311 (no secret)
            await self._store.service.update_message_status(name, Status.READ)
            self.read.add(name)
        waited = (time.perf_counter() - since) * 1000
        for each in {doing, self.doing}:
            self.longest[each] = max(self.longest[each], waited)


async def measure(place: Place, rows: int) -> Result:
    """Load, enable months, write in peace, write while the past is split."""
    machine = place.machine()
    url, at = await place.new_database("split"), datetime.now(UTC)
    await history.fill(url, rows, until=at)
    await enable(url, "month", now=at)
    await maintain(url, Plan("month", 3, at))
    async with place.store(url) as store:
        writers = ChangingWriters(store, rows)
        async with writers.at_work():
            await asyncio.sleep(_PEACE_SECONDS)
        peace = max(writers.waits)
        writers.longest.clear()

        def report(step: str) -> None:
            writers.doing = step.partition(": ")[2] or "beginning"

        began = time.perf_counter()
        async with writers.at_work():
            done = await split(url, "month", report=report)
        seconds = time.perf_counter() - began
        during = writers.waits
        lost = await _lost(url, writers.read)
    figures = {
        "seconds": round(seconds, 1),
        "partitions": len(done.created),
        "corrected": done.corrected,
        "writes_meanwhile": len(during),
        "longest_wait_ms": round(max(during), 1),
        "longest_wait_in_peace_ms": round(peace, 1),
        "longest_waits_ms": {step: round(ms, 1) for step, ms in writers.longest.items()},
        "statuses_lost": lost,
        "required_ms": REQUIRED_MS,
    }
    return Result(name="split", at=now(), machine=machine, rows=rows, figures=figures)


async def _lost(url: str, names: Iterable[str]) -> int:
    connection = await asyncpg.connect(url)
    kept = await connection.fetchval(
        "SELECT count(*) FROM messages WHERE message_id = ANY ($1::text[]) AND status = 'read'",
        names := [*names],
    )
    await connection.close()
    return len(names) - int(kept)


if __name__ == "__main__":
    run(measure, saved=False, rows=1_000_000)
