"""Does something to the partitions, and is killed (kill -9) as a certain step begins.

python killed.py URL enable|maintain|disable STEP
"""

import asyncio
import os
import signal
import sys

from messagestore.partitions import enable, maintain
from messagestore.partitions.maintenance import Plan
from tests.integration.partitions.layouts import NOW

BATCH = 10


def main(url: str, work: str, step: int) -> None:
    steps: list[str] = []

    def report(name: str) -> None:
        steps.append(name)
        if len(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    if work == "enable":
        asyncio.run(enable(url, "month", now=NOW, report=report))
    else:
        asyncio.run(maintain(url, Plan("month", 3, NOW), report=report, batch=BATCH))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
