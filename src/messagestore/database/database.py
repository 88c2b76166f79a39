"""The connections to PostgreSQL: a pool that raises our errors and repeats what collided."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, Self, TypeVar

import asyncpg

from messagestore.database.connection import Connection
from messagestore.database.faults import is_conflict, translated
from messagestore.database.hosts import Hosts
from messagestore.database.pool import Pool
from messagestore.database.variants import NO_VARIANTS
from messagestore.errors import DatabaseReadOnly
from messagestore.settings import Settings

T = TypeVar("T")

CONFLICT_ATTEMPTS = 10
"""How often a transaction that lost a deadlock or a serialization conflict is run in all."""


class Database:
    """A pool of connections. Every method raises DatabaseError and its kinds, nothing else.

    It is its own Reader: whoever reads where they write reads their own writes.
    """

    def __init__(self, pool: Pool, variants: Mapping[str, str] = NO_VARIANTS) -> None:
        self._pool = pool
        self.variants = variants

    @classmethod
    async def open(
        cls, url: str, settings: Settings, variants: Mapping[str, str] = NO_VARIANTS
    ) -> Self:
        """Make the pool; nothing connects yet. The variants are for distributed tables."""
        connect = partial(
            Hosts(url).connect,
            timeout=settings.connect_timeout,
            statement_cache_size=settings.statement_cache_size,
            server_settings={"application_name": "messagestore", "timezone": "UTC"},
        )
        pool = Pool(
            connect,
            variants,
            most=settings.pool_max_size,
            command_timeout=settings.command_timeout,
        )
        return cls(pool, variants)

    async def connect(self, count: int) -> None:
        """Open so many connections, which the pool keeps while they are used.

        Raises DatabaseUnavailable when the server cannot be reached, LoginRefused.
        """
        async with AsyncExitStack() as lent:
            for _ in range(count):
                await lent.enter_async_context(self.connection())

    async def close(self, *, grace: float = 10.0) -> None:
        """Close the connections; those still at work after `grace` seconds are cut."""
        try:
            async with asyncio.timeout(grace):
                await self._pool.close()
        except TimeoutError:
            self._pool.cut()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend one connection; each statement on it is its own transaction."""
        with translated():
            async with self._pool.lend() as connection:
                yield connection

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement and return its rows."""
        with translated():
            async with self._pool.lend() as connection:
                return await connection.fetch(sql, *arguments)

    async def fetch_row(self, sql: str, *arguments: Any) -> asyncpg.Record | None:
        """Run one statement and return its first row, if any."""
        with translated():
            async with self._pool.lend() as connection:
                return await connection.fetchrow(sql, *arguments)

    def about(self, _topic: Hashable | None, /) -> Self:
        """Return itself: it sees every write."""
        return self

    def wrote(self, *_topics: Hashable) -> None:
        """Note nothing."""

    async def write(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement, which commits by itself, again when it lost a conflict."""
        return await self._repeat(lambda connection: connection.fetch(sql, *arguments))

    async def transact(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run the work in one transaction (READ COMMITTED), again when it lost a conflict."""
        return await self._repeat(lambda connection: _in_transaction(connection, work))

    async def _repeat(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        with translated():
            for attempt in range(1, CONFLICT_ATTEMPTS + 1):
                try:
                    async with self._pool.lend() as connection:
                        return await work(connection)
                except asyncpg.PostgresError as error:
                    if not is_conflict(error) or attempt == CONFLICT_ATTEMPTS:
                        raise
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (jitter)
        raise AssertionError("unreachable")

    async def require_writable(self) -> None:
        """Ask whether the server takes writes. Raises DatabaseReadOnly when not."""
        async with self.connection() as connection:
            setting = await connection.fetchval("SELECT current_setting('transaction_read_only')")
            if setting == "on":
                raise DatabaseReadOnly("The database is read-only; point the URL at the primary.")


async def _in_transaction(connection: Connection, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Commit what the work did, or roll back when it failed; one that was given up is cut."""
    await connection.execute("BEGIN")
    try:
        result = await work(connection)
    except TimeoutError:
        raise
    except Exception:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")
    return result
