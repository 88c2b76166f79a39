"""BuilderBot: the statements that its Postgres adapter sends, sent by asyncpg.

The adapter (@builderbot/database-postgres, of Node) takes one connection when it starts, and sends
everything through it, one statement after the other: here a lock keeps that order. asyncpg
prepares a statement once, which node-postgres does not, so these figures are rather too good.

Of a conversation the adapter asks for the last message only; here the same question has a larger
limit. Its tables have primary keys and no other index.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from benchmarks.peers.serving import serve

TABLES = Path(__file__).with_suffix(".sql")

SAVE = "SELECT save_or_update_history_and_contact($1, $2, $3, $4, $5, $6)"
LAST = "SELECT * FROM history WHERE phone = $1 ORDER BY created_at DESC LIMIT $2"


class Builderbot:
    """Writes and reads over one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._free = asyncio.Lock()

    async def insert(self, conversation: str, text: str) -> None:
        """Save an entry of the history."""
        async with self._free:
            await self._connection.execute(
                SAVE, "ans_1", "hello", text, "ans_2", conversation, '{"capture": false}'
            )

    async def last(self, conversation: str, count: int) -> list[str]:
        """Ask for the last entries."""
        async with self._free:
            rows = await self._connection.fetch(LAST, conversation, count)
        return [row["answer"] for row in reversed(rows)]


@asynccontextmanager
async def opened(url: str, callers: int) -> AsyncIterator[Builderbot]:  # noqa: ARG001 (all share one)
    """Connect, and make its tables and its function."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(TABLES.read_text(encoding="utf-8"))
        yield Builderbot(connection)
    finally:
        await connection.close()


if __name__ == "__main__":
    serve(opened, "asyncpg")
