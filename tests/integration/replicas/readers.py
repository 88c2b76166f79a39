"""Callers that read without pause."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from messagestore import MessageStore
from tests.builders import new_message
from tests.faults.load import until

READERS = 8


class Readers:
    """Each reads a conversation of its own."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store
        self.reads = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Read as long as the block lasts; a read that fails makes it fail."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._read(f"c{number}")) for number in range(READERS)]
            yield
            for task in tasks:
                task.cancel()

    async def more(self, count: int = 100) -> None:
        """Wait for so many further reads."""
        wanted = self.reads + count
        await until(lambda: self.reads >= wanted)

    async def _read(self, context_id: str) -> None:
        while True:
            found = await self._store.messages.get_conversation_history(context_id)
            assert [message.content for message in found.messages] == ["hello"]
            self.reads += 1
            await asyncio.sleep(0)


async def fill(store: MessageStore) -> None:
    """Store what Readers read."""
    await store.messages.create_many(
        [new_message(context_id=f"c{number}") for number in range(READERS)]
    )
