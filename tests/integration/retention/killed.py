"""Removes what is due, and is killed (kill -9) as a certain step begins: killed.py URL STEP."""

import asyncio
import os
import signal
import sys

from messagestore import MessageStore, Settings
from messagestore.retention import Retention
from tests.integration.retention.rules import RULES, clock


async def main(url: str, step: int) -> None:
    steps: list[str] = []

    def report(name: str) -> None:
        steps.append(name)
        if len(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = Settings(database_url=url, search_upkeep_seconds=0, partition_upkeep_seconds=0)
    async with MessageStore.open(settings=settings, clock=clock) as store:
        retention = Retention(store.database, url, RULES, clock)
        await retention.run(report=report, advance=lambda count: report(f"removed {count}"))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
