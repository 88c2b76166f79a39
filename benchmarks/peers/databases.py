"""What is done to the database of a peer between turns, the same for everyone."""

import asyncio
import time

import asyncpg

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
"""Settings that have to be on for a commit to outlast a loss of power."""

_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"


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
    """Wait until the last of a turn has disconnected; then return how long VACUUM takes."""
    connection = await asyncpg.connect(url)
    try:
        while await connection.fetchval(_OTHERS, connection.get_server_pid()):  # noqa: ASYNC110 (another process's state)
            await asyncio.sleep(0.01)
        started = time.perf_counter()
        await connection.execute("VACUUM (ANALYZE)")
        return time.perf_counter() - started
    finally:
        await connection.close()
