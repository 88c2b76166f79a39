"""Does something to the partitions, and is killed (kill -9) as a certain step begins.

python killed.py URL enable|maintain|split STEP

STEP is the step's number, or a part of what is said of it.
"""

import asyncio
import os
import signal
import sys

from messagestore.partitions import enable, maintain, split
from messagestore.partitions.maintenance import Plan
from tests.integration.partitions.layouts import NOW

BATCH = 10


def main(url: str, work: str, step: str) -> None:
    steps: list[str] = []

    def report(name: str) -> None:
        steps.append(name)
        if str(len(steps)) == step or (step in name and not step.isdigit()):
            os.kill(os.getpid(), signal.SIGKILL)

    if work == "enable":
        asyncio.run(enable(url, "month", now=NOW, report=report))
    elif work == "split":
        done = split(
            url, "month", report=report, advance=lambda count: report(f"did {count}"), batch=BATCH
        )
        asyncio.run(done)
    else:
        asyncio.run(maintain(url, Plan("month", 3, NOW), report=report, batch=BATCH))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
