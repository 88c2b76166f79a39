"""Reader: what answers reads. The primary itself, or its replicas where there are any."""

from collections.abc import Hashable
from typing import Any, Protocol

import asyncpg


class Source(Protocol):
    """What answers statements that only read. They raise DatabaseError."""

    async def fetch(self, sql: str, /, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement that only reads, and return its rows."""
        ...

    async def fetch_row(self, sql: str, /, *arguments: Any) -> asyncpg.Record | None:
        """Run one statement that only reads, and return its first row, if any."""
        ...


class Reader(Source, Protocol):
    """Answers questions, and knows what this process wrote, so that it reads its own writes.

    A topic is what a read is about and a write has touched: a context_id, a message_id, an id; None
    is everything. What decides a write is not read here but from the primary.
    """

    def about(self, topic: Hashable | None, /) -> Source:
        """Return what answers one question, in one or several statements.

        About a topic it sees all that this process wrote, about everything what the caller wrote.
        No statement of it sees less than the one before.
        """
        ...

    def wrote(self, *topics: Hashable) -> None:
        """Note that the caller has written about these, and that it is committed."""
        ...
