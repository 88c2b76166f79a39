"""The months ahead are made by whatever process runs; most looks find nothing to do."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from messagestore.database.migrator.connecting import opened
from messagestore.errors import MessageStoreError
from messagestore.partitions.layout import read_layout
from messagestore.partitions.maintenance import Maintained, Plan, maintain, needs_work
from messagestore.settings import PartitionInterval, Settings

FIRST_LOOK = 10.0
"""Seconds after the start at most; a command that is over before that looks at nothing."""

PATIENCE_OF_UPKEEP = 60.0
"""Seconds that the turn and the locks are waited for."""

_log = logging.getLogger("messagestore")


def plan_of(settings: Settings, now: datetime) -> Plan:
    """Return what the settings want at a time."""
    interval: PartitionInterval = settings.partition_interval
    return Plan(interval, settings.partitions_ahead, now)


async def look_after(url: str, settings: Settings, now: datetime) -> Maintained:
    """Do what is due. Raises DatabaseUnavailable when it was not to be done now."""
    plan = plan_of(settings, now)
    async with opened(url, settings.connect_timeout) as connection:
        layout = await read_layout(connection)
    if not needs_work(layout, plan):
        return Maintained([])
    # Not for long: a process that has the turn does the same, and the next look comes.
    return await maintain(url, plan, patience=PATIENCE_OF_UPKEEP)


async def keep_maintaining(url: str, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Look every so many seconds until cancelled; a failure is reported once, and tried again."""
    reported: str | None = None
    rest = min(FIRST_LOOK, settings.partition_upkeep_seconds)
    while True:
        await asyncio.sleep(rest)
        rest = settings.partition_upkeep_seconds
        try:
            await look_after(url, settings, clock())
            reported = None
        except MessageStoreError as error:
            if str(error) != reported:
                reported = str(error)
                _log.warning("the partitions could not be looked after: %s", error)
