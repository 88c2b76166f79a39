"""Reader: what answers reads. The primary itself, or its replicas where there are any."""

from collections.abc import Hashable
from typing import Any, Protocol

import asyncpg


class Reader(Protocol):
    """Answers questions, and knows what this process wrote, so that it reads its own writes.

    A topic is what a read is about and a write has touched: a context_id, a message_id, an id.
    What decides a write is not read here but from the primary.
    """

    async def fetch(self, sql: str, /, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement that only reads, and return its rows."""
        ...

    async def fetch_row(self, sql: str, /, *arguments: Any) -> asyncpg.Record | None:
        """Run one statement that only reads, and return its first row, if any."""
        ...

    def about(self, topic: Hashable | None, /) -> "Reader":
        """Return what answers one question about a topic, or (None) about everything.

        About a topic it sees all that this process wrote, about everything what the caller wrote.
        Its statements never see less than those before them.
        """
        ...

    def wrote(self, *topics: Hashable) -> None:
        """Note that the caller has written about these, and that it is committed."""
        ...
