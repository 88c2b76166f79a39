"""A bot of 64 callers that logs so many messages, and prints its high-water mark in between.

The arguments are how many messages to warm up with, and how many to log after that.
"""

import asyncio
import sys
from pathlib import Path

from messagestore import MessageStore, Settings
from tests.builders import new_message

CALLERS = 64


async def _log(store: MessageStore, count: int) -> None:
    numbers = iter(range(count))

    async def call(context_id: str) -> None:
        for _ in numbers:
            result = await store.logger.log_incoming(new_message(context_id=context_id))
            assert result.durable, result

    await asyncio.gather(*(call(f"context-{caller}") for caller in range(CALLERS)))


def _high_water() -> int:
    """Return the most KiB that this process had; getrusage begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


async def main(warm_up: int, count: int) -> None:
    """Print the KiB after the warm-up and at the end, and how many went to the spool."""
    async with MessageStore.open(settings=Settings()) as store:
        await _log(store, warm_up)
        warm = _high_water()
        await _log(store, count)
        print(warm, _high_water(), store.durable.metrics.spooled)  # noqa: T201 (its parent reads it)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
