"""llama-index: `PostgresChatStore`, over asyncpg.

It keeps a conversation as one array in one row: a message more is a new version of the row, and
the end of a conversation is the end of the array, which is loaded whole.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from llama_index.core.llms import ChatMessage
from llama_index.storage.chat_store.postgres import PostgresChatStore
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from benchmarks.peers.serving import serve
from benchmarks.peers.sqlalchemy_engine import new_engine

TABLE = "chatstore"


class LlamaIndex:
    """Writes and reads through its asynchronous methods."""

    def __init__(self, store: PostgresChatStore) -> None:
        self._store = store

    async def insert(self, conversation: str, text: str) -> None:
        """Add a user's message."""
        message = ChatMessage(role="user", content=text)
        await self._store.async_add_message(conversation, message)

    async def last(self, conversation: str, count: int) -> list[str]:
        """Load the conversation, and take its end."""
        messages = await self._store.aget_messages(conversation)
        return [message.content for message in messages[-count:]]


@asynccontextmanager
async def opened(url: str, callers: int) -> AsyncIterator[LlamaIndex]:
    """Make its tables, over the synchronous engine that it wants for that."""
    tables = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1), poolclass=NullPool)
    engine = new_engine(url, callers)
    try:
        store = PostgresChatStore(sessionmaker(tables), async_sessionmaker(engine), TABLE)
        yield LlamaIndex(store)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    serve(opened, "llama-index-storage-chat-store-postgres", "llama-index-core", "asyncpg")
