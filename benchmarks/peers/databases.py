"""What is done to the database of a peer between turns, the same for everyone."""

import asyncio
import time

import asyncpg

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
"""Settings that have to be on for a commit to outlast a loss of power."""

_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"

# Its own tables: those of the system's catalogue would take more than they.
_TABLES = """
    SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
"""


class NotDurableError(Exception):
    """A commit would not outlast a loss of power, so that figures would not compare."""


async def require_durable(url: str) -> None:
    """Raise unless commits are durable for whoever connects to that database."""
    connection = await asyncpg.connect(url)
    try:
        for name in DURABLE:
            if (found := await connection.fetchval(f"SHOW {name}")) != "on":
                raise NotDurableError(f"{name} is {found}")
    finally:
        await connection.close()


async def vacuum(url: str) -> float:
    """Do what autovacuum would do some time later, and return how many seconds VACUUM takes.

    Waits until the last of a turn has disconnected, and refreshes the statistics, too.
    """
    connection = await asyncpg.connect(url)
    try:
        while await connection.fetchval(_OTHERS, connection.get_server_pid()):  # noqa: ASYNC110 (another process's state)
            await asyncio.sleep(0.01)
        tables = await connection.fetchval(_TABLES)
        started = time.perf_counter()
        await connection.execute(f"VACUUM {tables}")
        taken = time.perf_counter() - started
        await connection.execute(f"ANALYZE {tables}")
        return taken
    finally:
        await connection.close()
