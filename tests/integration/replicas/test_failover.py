"""The primary dies, and a replica takes its place."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from messagestore import MessageStore
from messagestore.errors import DatabaseError
from tests.builders import new_message
from tests.conftest import execute
from tests.faults.load import until
from tests.integration.replicas.conftest import MakeStandby, Open, replicas_of
from tests.integration.replicas.readers import Readers, fill
from tests.servers import Server, bindir, running_server

WRITERS = 8
SYNCHRONOUS = (
    "ALTER SYSTEM SET synchronous_standby_names = 'ANY 2 (*)'",
    "SELECT pg_reload_conf()",
)


@pytest.fixture
def primary() -> Iterator[Server]:
    """A primary that the test kills."""
    with running_server(bindir()) as server:
        yield server


async def test_reads_go_on_while_the_primary_is_out(
    open_store: Open, make_standby: MakeStandby, primary: Server
) -> None:
    """What was written before is read by who wrote it, too: its position is known."""
    standby = await asyncio.to_thread(make_standby)
    async with open_store(standby) as store:
        await fill(store)
        own_writes = replicas_of(store).own_writes
        await until(lambda: not own_writes._unplaced)
        await asyncio.to_thread(primary.kill)
        readers = Readers(store)
        async with readers.reading():
            await readers.more()
        assert (await store.service.get_message_stats()).total > 0
        result = await store.logger.log_incoming(new_message(context_id="c0"))
        assert result.outcome == "spooled"
        assert replicas_of(store).replicas[0].failures == 0


async def test_what_no_replica_is_known_to_have_is_not_answered_without_it(
    open_store: Open, make_standby: MakeStandby, primary: Server
) -> None:
    """Fails when Replicas.choose takes a replica although `needed` is None."""
    standby = await asyncio.to_thread(make_standby)
    async with open_store(standby) as store:
        await execute(standby.url(), "SELECT pg_wal_replay_pause()")
        await store.messages.create(new_message())
        await asyncio.to_thread(primary.kill)
        with pytest.raises(DatabaseError):
            await store.messages.get_conversation_history("alice")
        assert not (await store.messages.get_conversation_history("bob")).messages


class Pairs:
    """Callers that write, and let another task read what they wrote."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store
        self.came_to: Counter[str] = Counter()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Do so as long as the block lasts."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._run(f"c{number}")) for number in range(WRITERS)]
            yield
            for task in tasks:
                task.cancel()

    async def more(self, count: int = 200) -> None:
        """Wait for so many further reads that saw what was written."""
        wanted = self.came_to["seen"] + count
        await until(lambda: self.came_to["seen"] >= wanted, seconds=40)

    async def _run(self, context_id: str) -> None:
        while True:
            new = new_message(context_id=context_id)
            try:
                await self._store.messages.create(new)
            except DatabaseError:
                self.came_to["not written"] += 1
                await asyncio.sleep(0.01)
                continue
            self.came_to[await asyncio.create_task(self._look_for(new.message_id, context_id))] += 1

    async def _look_for(self, message_id: str, context_id: str) -> str:
        try:
            page = await self._store.messages.get_conversation_history(context_id, limit=5)
        except DatabaseError:
            return "not answered"
        return "seen" if message_id in {one.message_id for one in page.messages} else "stale"


async def test_nobody_misses_what_they_wrote_when_replicas_are_killed_and_promoted(
    open_store: Open, make_standby: MakeStandby, primary: Server, database: str
) -> None:
    """Replication is synchronous: what it is not may be lost with the primary, by anyone.

    Fails when OwnWrites.needed returns 0.
    """
    heir, other = [await asyncio.to_thread(make_standby) for _ in range(2)]
    place = heir.url(database).partition("?")[0]
    hosts = f"host={primary.folder},{heir.folder}&port=5432,5432"
    url = f"{place}?{hosts}&target_session_attrs=read-write"
    async with open_store(heir, other, database_url=url) as store:
        of_heir, of_other = replicas_of(store).replicas
        pairs = Pairs(store)
        async with pairs.running():
            await pairs.more()
            await asyncio.to_thread(other.kill)
            await until(lambda: not of_other.in_use)
            await pairs.more()
            await asyncio.to_thread(other.start)
            await until(lambda: of_other.in_use)
            await execute(primary.url(), *SYNCHRONOUS)
            await pairs.more()
            await asyncio.to_thread(primary.kill)
            await asyncio.to_thread(heir.promote)
            await pairs.more()
            await until(lambda: not of_heir.in_use and not of_other.in_use)
            await pairs.more()
        assert of_heir.left_out == "it is a replica no longer, but a primary"
        assert of_other.left_out == "it follows another timeline than the primary"
    assert of_heir.reads > 0
    assert pairs.came_to["stale"] == 0
    assert pairs.came_to.keys() <= {"seen", "not written", "not answered"}, pairs.came_to
