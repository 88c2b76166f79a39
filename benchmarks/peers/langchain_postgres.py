"""langchain-postgres: `PostgresChatMessageHistory`, over a pool of psycopg's.

It takes a connection, and an object of it costs nothing, so each call makes one for the
connection that the pool gives. It has no question for the end of a conversation but the whole.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from langchain_core.messages import HumanMessage
from langchain_postgres import PostgresChatMessageHistory
from psycopg_pool import AsyncConnectionPool

from benchmarks.peers.serving import serve

TABLE = "chat_history"


class LangchainPostgres:
    """Writes and reads through its asynchronous methods."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def insert(self, conversation: str, text: str) -> None:
        """Add a human's message."""
        async with self._pool.connection() as connection:
            history = PostgresChatMessageHistory(TABLE, conversation, async_connection=connection)
            await history.aadd_messages([HumanMessage(content=text)])

    async def last(self, conversation: str, count: int) -> list[str]:
        """Load the conversation, and take its end."""
        async with self._pool.connection() as connection:
            history = PostgresChatMessageHistory(TABLE, conversation, async_connection=connection)
            messages = await history.aget_messages()
        return [message.content for message in messages[-count:]]


@asynccontextmanager
async def opened(url: str, callers: int) -> AsyncIterator[LangchainPostgres]:
    """Open a pool with a connection for each caller."""
    async with AsyncConnectionPool(url, min_size=callers, max_size=callers, open=False) as pool:
        async with pool.connection() as connection:
            await PostgresChatMessageHistory.acreate_tables(connection, TABLE)
        await pool.wait()
        yield LangchainPostgres(pool)


if __name__ == "__main__":
    serve(opened, "langchain-postgres", "langchain-core", "psycopg")
