"""Retention: how long it takes to let months go, and what writers wait meanwhile.

Three years of messages in months. First everything older than two years goes: twelve months are
dropped whole. Then the groups of another year go, message by message.
"""

import argparse
import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import history
from benchmarks.months import REQUIRED_MS, Writers
from benchmarks.results import Result, now
from benchmarks.server import new_database, throwaway_server
from messagestore import MessageStore, Settings
from messagestore.bench.machine import Machine
from messagestore.database.embedded import EmbeddedServer
from messagestore.message import ContextType
from messagestore.partitions import enable, maintain, split
from messagestore.partitions.maintenance import Plan
from messagestore.retention import Retention, Rules

_PEACE_SECONDS = 20.0
_TWO_YEARS, _ONE_YEAR = 730, 365


async def measure(server: EmbeddedServer, folder: Path, rows: int) -> Result:
    """Load, write in peace, write while messages go."""
    machine = Machine.now(server.status().version)
    url, at = await new_database(server, "retention"), datetime.now(UTC)
    await history.fill(url, rows, until=at)
    await enable(url, "month", now=at)
    await split(url, "month")
    await maintain(url, Plan("month", 3, at))
    whole = Rules(_TWO_YEARS, {}, {})
    groups = Rules(_TWO_YEARS, {ContextType.GROUP: _ONE_YEAR}, {})
    settings = Settings(database_url=url, spool_dir=folder / "spool")
    async with MessageStore.open(settings=settings) as store:
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


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--save", action="store_true", help="write results/retention.json")
    arguments = parser.parse_args()
    with throwaway_server() as (server, folder):
        result = asyncio.run(measure(server, folder, arguments.rows))
    for name, figure in result.figures.items():
        print(f"{name}: {figure}")
    if arguments.save:
        result.save()


if __name__ == "__main__":
    main()
