"""openai-agents: `SQLAlchemySession` over asyncpg, as its page on SQLAlchemy sessions has it.

An application's engine is shared by its sessions, and each conversation has a session, kept here
from one message to the next. It takes a limit, and then asks the database for so many.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.extensions.memory import SQLAlchemySession
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.peers.serving import serve
from benchmarks.peers.sqlalchemy_engine import new_engine


class OpenaiAgents:
    """Writes and reads through the sessions of an engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._sessions: dict[str, SQLAlchemySession] = {}

    def _session(self, conversation: str) -> SQLAlchemySession:
        session = self._sessions.get(conversation)
        if session is None:
            session = SQLAlchemySession(conversation, engine=self._engine)
            self._sessions[conversation] = session
        return session

    async def insert(self, conversation: str, text: str) -> None:
        """Add a user's item."""
        await self._session(conversation).add_items([{"role": "user", "content": text}])

    async def last(self, conversation: str, count: int) -> list[str]:
        """Ask with a limit."""
        items = await self._session(conversation).get_items(limit=count)
        return [item["content"] for item in items]


@asynccontextmanager
async def opened(url: str, callers: int) -> AsyncIterator[OpenaiAgents]:
    """Make its tables, which any session does that is told to."""
    engine = new_engine(url, callers)
    try:
        await SQLAlchemySession("", engine=engine, create_tables=True).get_items(limit=1)
        yield OpenaiAgents(engine)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    serve(opened, "openai-agents", "sqlalchemy", "asyncpg")
