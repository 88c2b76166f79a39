"""Callers that read without pause."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from messagestore import MessageStore
from tests.builders import new_message
from tests.faults.load import until

_CALLERS = [f"c{number}" for number in range(8)]


class Readers:
    """Each reads a conversation of its own."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store
        self._reads: Counter[str] = Counter()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Read as long as the block lasts; a read that fails makes it fail."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._read(caller)) for caller in _CALLERS]
            yield
            for task in tasks:
                task.cancel()

    async def more(self, count: int = 20) -> None:
        """Wait until each has read so many times more."""
        wanted = {caller: self._reads[caller] + count for caller in _CALLERS}
        await until(lambda: all(self._reads[caller] >= wanted[caller] for caller in wanted))

    async def _read(self, context_id: str) -> None:
        while True:
            found = await self._store.messages.get_conversation_history(context_id)
            assert [message.content for message in found.messages] == ["hello"]
            self._reads[context_id] += 1
            await asyncio.sleep(0)


async def fill(store: MessageStore) -> None:
    """Store what Readers read."""
    await store.messages.create_many([new_message(context_id=caller) for caller in _CALLERS])
