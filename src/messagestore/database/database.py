"""The connections to PostgreSQL: a pool that raises our errors and repeats what collided."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import asyncpg

from messagestore.database.faults import is_conflict, translated
from messagestore.settings import Settings

if TYPE_CHECKING:  # at run time these classes take no parameter
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Connection = asyncpg.pool.PoolConnectionProxy
T = TypeVar("T")

CONFLICT_ATTEMPTS = 10
"""How often a transaction that lost a deadlock or a serialization conflict is run in all."""


class Database:
    """A pool of connections. Every method raises DatabaseError and its kinds, nothing else."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str, settings: Settings) -> Self:
        """Connect. Raises DatabaseUnavailable when the server cannot be reached."""
        with translated():
            pool = await asyncpg.create_pool(
                url,
                min_size=min(settings.pool_min_size, settings.pool_max_size),
                max_size=settings.pool_max_size,
                timeout=settings.connect_timeout,
                command_timeout=settings.command_timeout,
                statement_cache_size=settings.statement_cache_size,
                server_settings={"application_name": "messagestore", "timezone": "UTC"},
            )
        return cls(pool)

    async def close(self, *, grace: float = 10.0) -> None:
        """Close the connections; those still at work after `grace` seconds are cut."""
        try:
            async with asyncio.timeout(grace):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend one connection; each statement on it is its own transaction."""
        with translated():
            async with self._pool.acquire() as connection:
                yield connection

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement and return its rows."""
        with translated():
            return await self._pool.fetch(sql, *arguments)

    async def fetch_row(self, sql: str, *arguments: Any) -> asyncpg.Record | None:
        """Run one statement and return its first row, if any."""
        with translated():
            return await self._pool.fetchrow(sql, *arguments)

    async def transact(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run the work in one transaction (READ COMMITTED), again when it lost a conflict."""
        with translated():
            for attempt in range(1, CONFLICT_ATTEMPTS + 1):
                try:
                    async with self._pool.acquire() as connection, connection.transaction():
                        return await work(connection)
                except asyncpg.PostgresError as error:
                    if not is_conflict(error) or attempt == CONFLICT_ATTEMPTS:
                        raise
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (jitter)
        raise AssertionError("unreachable")
