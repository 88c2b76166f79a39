"""A connection to PostgreSQL, each of whose statements has a deadline on our side."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any, TypeVar

import asyncpg

from messagestore.database.variants import IS_DISTRIBUTED, NO_VARIANTS
from messagestore.expiry import Expiry

T = TypeVar("T")

LIFETIME_SECONDS = 3600.0
"""How long a connection is lent again: a process of the server grows with what it has seen."""


class Connection:
    """Runs one statement at a time; one that takes too long raises TimeoutError.

    The driver has a timeout of its own, with a timer for each statement; ours are watched together.
    """

    def __init__(
        self,
        driver: "asyncpg.Connection[asyncpg.Record]",
        running: "Expiry[Connection]",
        seconds: float,
    ) -> None:
        self._driver = driver
        self._running = running
        self._seconds = seconds
        self._variants = NO_VARIANTS
        self._opened = monotonic()
        self._late = False

    async def choose(self, variants: Mapping[str, str]) -> None:
        """Run these variants of statements from now on, where the tables are distributed."""
        if variants and await self.fetchval(IS_DISTRIBUTED):
            self._variants = variants

    async def fetch(self, sql: str, /, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement and return its rows."""
        return await self._in_time(self._driver.fetch(self._variants.get(sql, sql), *arguments))

    async def fetchrow(self, sql: str, /, *arguments: Any) -> asyncpg.Record | None:
        """Run one statement and return its first row, if any."""
        return await self._in_time(self._driver.fetchrow(self._variants.get(sql, sql), *arguments))

    async def fetchval(self, sql: str, /, *arguments: Any) -> Any:
        """Run one statement and return the first value of its first row, None without one."""
        return await self._in_time(self._driver.fetchval(sql, *arguments))

    async def execute(self, sql: str, /, *arguments: Any) -> None:
        """Run one statement, whose rows nobody wants."""
        await self._in_time(self._driver.execute(self._variants.get(sql, sql), *arguments))

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Copy rows into a table."""
        # Cancelled rather than cut: the driver would wait for a cut connection to take more.
        async with asyncio.timeout(self._seconds):
            await self._driver.copy_records_to_table(table, columns=columns, records=rows)

    def is_closed(self) -> bool:
        """Whether nothing can be run any more."""
        return self._driver.is_closed()

    def is_fit(self) -> bool:
        """Whether it can be lent once more: open, in no transaction, and not old."""
        driver = self._driver
        return not (
            driver.is_closed()
            or driver.is_in_transaction()
            or monotonic() - self._opened > LIFETIME_SECONDS
        )

    def cut(self) -> None:
        """Close it at once, without a word to the server, which may never answer."""
        self._driver.terminate()

    def cut_late(self) -> None:
        """Close it because its statement has taken too long."""
        self._late = True
        self._driver.terminate()

    async def close(self) -> None:
        """Take leave of the server. Waits for its answer."""
        await self._driver.close()

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> T:
        self._running.put(self)
        try:
            return await work
        except Exception:
            if self._late:
                raise TimeoutError from None
            raise
        finally:
            self._running.take(self)
