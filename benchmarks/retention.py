"""Retention: how long it takes to let months go, and what writers wait meanwhile.

Three years of messages in months. First everything older than two years goes: twelve months are
dropped whole. Then the groups of another year go, message by message.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from benchmarks import history
from benchmarks.months import REQUIRED_MS, Writers
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore import MessageStore
from messagestore.message import ContextType
from messagestore.partitions import enable, maintain, split
from messagestore.partitions.maintenance import Plan
from messagestore.retention import Retention, Rules

_PEACE_SECONDS = 20.0
_TWO_YEARS, _ONE_YEAR = 730, 365


async def measure(place: Place, rows: int) -> Result:
    """Load, write in peace, write while messages go."""
    machine = place.machine()
    url, at = await place.new_database("retention"), datetime.now(UTC)
    await history.fill(url, rows, until=at)
    await enable(url, "month", now=at)
    await split(url, "month")
    await maintain(url, Plan("month", 3, at))
    whole = Rules(_TWO_YEARS, {}, {})
    groups = Rules(_TWO_YEARS, {ContextType.GROUP: _ONE_YEAR}, {})
    async with place.store(url) as store:
        writers = Writers(store)
        async with writers.at_work():
            await asyncio.sleep(_PEACE_SECONDS)
        peace = max(writers.waits)
        figures = {
            "months_dropped": await _run(store, url, whole, writers, at),
            "groups_removed": await _run(store, url, groups, writers, at),
            "longest_wait_in_peace_ms": round(peace, 1),
            "required_ms": REQUIRED_MS,
        }
    return Result(name="retention", at=now(), machine=machine, rows=rows, figures=figures)


async def _run(
    store: MessageStore, url: str, rules: Rules, writers: Writers, at: datetime
) -> dict[str, Any]:
    retention = Retention(store.database, url, rules, lambda: at)
    since = time.perf_counter()
    async with writers.at_work():
        done = await retention.run()
    seconds = time.perf_counter() - since
    return {
        "partitions": len(done.dropped),
        "messages": done.removed,
        "seconds": round(seconds, 1),
        "messages_per_second": round(done.removed / seconds),
        "longest_wait_ms": round(max(writers.waits), 1),
    }


if __name__ == "__main__":
    run(measure, saved=False, rows=1_000_000)
