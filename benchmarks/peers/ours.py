"""messagestore itself, with its default settings, through the log and the service."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.serving import serve
from messagestore import Direction, MessageStore, NewMessage, Settings
from messagestore.database.migrator import migrate
from messagestore.logger.result import Outcome


class NotStoredError(Exception):
    """A message went elsewhere than into the database, so that the figure would mean nothing."""


class Ours:
    """Logs what comes in, and asks for the last messages."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store

    async def insert(self, conversation: str, text: str) -> None:
        """Log an incoming message under an id that is new."""
        result = await self._store.logger.log_incoming(
            NewMessage(
                message_id=f"bench:{uuid.uuid4()}",
                context_id=conversation,
                direction=Direction.INCOMING,
                sender=conversation,
                recipient="bot",
                content=text,
            )
        )
        if result.outcome is not Outcome.STORED:
            raise NotStoredError(f"A message came to {result.outcome}: {result.error}")

    async def last(self, conversation: str, count: int) -> list[str]:
        """Ask for the last messages."""
        messages = await self._store.service.get_last_messages(conversation, count)
        return [str(message.content) for message in messages]


@asynccontextmanager
async def opened(url: str, callers: int) -> AsyncIterator[Ours]:  # noqa: ARG001 (its pool has 10)
    """Open the store. Its search index is flushed by the VACUUM that everyone gets, and timed."""
    await migrate(url)
    with TemporaryDirectory() as folder:
        settings = Settings(database_url=url, spool_dir=Path(folder), search_upkeep_seconds=0)
        async with MessageStore.open(settings=settings) as store:
            yield Ours(store)


if __name__ == "__main__":
    serve(opened, "messagestore", "asyncpg")
