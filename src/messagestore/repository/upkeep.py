"""Keeps the tables in order while messages come in: GIN indexes, statistics, what is old.

A GIN index takes new rows into a list that every search reads to its end. With 30,000 rows waiting
a search took 60 to 78 ms instead of 2 (DESIGN, measured); a flush of those takes about a second,
here and not in a writer's insert.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from messagestore.database.database import Database
from messagestore.errors import MessageStoreError
from messagestore.repository.changes import ChangeRepository
from messagestore.repository.messages import Clock
from messagestore.repository.pending import forget_old
from messagestore.repository.queries import sql

ADVISORY_LOCK = 0x6D73_6769_6E  # "msgin"

FORGETTING_SECONDS = 60.0
_PENDING_SECONDS = 600.0

_log = logging.getLogger("messagestore")


async def flush_search_index(database: Database) -> int:
    """Flush now, unless another process is at it; return the number of pages moved."""
    row = await database.fetch_row(sql("flush_search_index"), ADVISORY_LOCK)
    return int(row["pages"]) if row else 0


async def refresh_statistics(database: Database) -> None:
    """Tell the planner what a bulk load has changed; no error for users who may not.

    Without statistics, queries by direction or type of context read and sorted up to 138,000 of
    220,000 rows for a page. Autovacuum gets there by itself, but minutes later, and never analyzes
    the parent of partitions.
    """
    await database.fetch("ANALYZE messages, message_keys, conversations")


async def keep_flushing(database: Database, seconds: float) -> None:
    """Flush every so many seconds until cancelled."""
    await repeat(lambda: flush_search_index(database), seconds, "search upkeep")


async def keep_forgetting(changes: ChangeRepository, clock: Clock, hours: float) -> None:
    """Remove changes that are older, again and again until cancelled."""

    async def forget() -> None:
        while await changes.forget(clock() - timedelta(hours=hours)):
            pass

    await repeat(forget, FORGETTING_SECONDS, "removing old changes")


async def keep_forgetting_pending(database: Database, clock: Clock, days: float) -> None:
    """Remove what has waited longer for its message, again and again until cancelled."""

    async def forget() -> None:
        while await forget_old(database, clock() - timedelta(days=days)):
            pass

    await repeat(forget, _PENDING_SECONDS, "removing what waits in vain")


async def repeat(work: Callable[[], Awaitable[object]], seconds: float, name: str) -> None:
    """Do the work every so many seconds; an outage is reported once, and waited out."""
    reported: str | None = None
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
            reported = None
        except MessageStoreError as error:
            if str(error) != reported:
                reported = str(error)
                _log.warning("%s failed, will try again: %s", name, error)
