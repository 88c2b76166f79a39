"""Logs at a steady rate until it is stopped.

python -m benchmarks.steady_writer URL SPOOL RATE
"""

import asyncio
import sys
import time
from pathlib import Path

from messagestore import MessageStore, Settings
from messagestore.bench.ingest import new_message

TICK = 0.002
"""Seconds between two bursts. With 20 ms these were of a hundred messages and more, and what others
waited for was the burst: the p99 of reads was 3.2 to 4.1 times the quiet one, and 1.2 with 2 ms."""


async def write(url: str, spool: Path, rate: float) -> None:
    """Log so many messages a second, or as many as go in."""
    settings = Settings(database_url=url, spool_dir=spool)
    async with MessageStore.open(settings=settings) as store:
        print("writing", flush=True)
        begun, written = time.monotonic(), 0
        while True:
            due = int((time.monotonic() - begun) * rate) - written
            await asyncio.gather(
                *(store.logger.log_incoming(new_message("steady")) for _ in range(due))
            )
            written += due
            await asyncio.sleep(TICK)


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))
