"""What is kept while the database is out is written when it is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from messagestore import MessageStore, Settings, Status
from messagestore.event import MessageEdited, MessageReceived, StatusChanged
from messagestore.logger.result import Outcome
from messagestore.logger.spool import NewEntry, Spool
from tests.builders import new_answer, new_message
from tests.conftest import Clock, execute


@asynccontextmanager
async def _out(settings: Settings) -> AsyncIterator[None]:
    """Take a table away, and give it back: an outage that a test controls."""
    url = settings.database_url
    assert url is not None
    await execute(url, "ALTER TABLE message_keys RENAME TO away")
    try:
        yield
    finally:
        await execute(url, "ALTER TABLE away RENAME TO message_keys")


async def _drained(store: MessageStore) -> None:
    async with asyncio.timeout(20):
        while True:
            spool = (await store.logger.metrics()).spool
            if spool is not None and spool.depth == 0:
                return
            await asyncio.sleep(0.02)


async def test_what_came_during_an_outage_is_there_after_it(store: MessageStore) -> None:
    log = store.logger.log_event
    async with _out(store.settings):
        results = [
            await log(MessageReceived(message=new_message("first", message_id="m"))),
            await log(MessageEdited(message_id="m", edit_id="e", content="second")),
            await log(StatusChanged(message_id="m", status=Status.READ)),
        ]
        assert {result.outcome for result in results} == {Outcome.SPOOLED}
        assert all(result.durable for result in results)
    await _drained(store)
    message = await store.messages.get_by_message_id("m")
    assert message is not None
    assert (message.content, message.status) == ("second", Status.READ)
    assert message.id == results[0].message.id if results[0].message else False
    assert (await store.logger.log_incoming(new_message())).outcome is Outcome.STORED
    metrics = await store.logger.metrics()
    assert (metrics.records.spooled, metrics.records.drained) == (3, 3)
    assert metrics.batches["messages"].items >= 1
    assert metrics.batches["spool"].items == metrics.batches["spool"].sizes.sum == 3
    assert metrics.records.seconds.count == 4, "every call, whatever became of it"
    assert metrics.records.seconds.sum > 0


async def test_a_spooled_edit_of_what_has_not_come_waits_for_it(store: MessageStore) -> None:
    async with _out(store.settings):
        await store.logger.log_event(MessageEdited(message_id="m", edit_id="e", content="second"))
    await _drained(store)
    stored = await store.logger.log_incoming(new_message("first", message_id="m"))
    assert stored.message is not None
    assert stored.message.content == "second"


async def test_a_send_that_was_never_queued_is_kept_apart(store: MessageStore) -> None:
    """Fails when drain.py takes a confirmation without its message for written."""
    queued = (await store.messages.create(new_answer(message_id="local:1"))).message
    await store.messages.hard_delete("local:1")
    async with _out(store.settings):
        await store.logger.log_sent(queued, "wamid.1")
    await _drained(store)
    spool = (await store.logger.metrics()).spool
    assert spool is not None
    assert spool.quarantined == 1


async def test_what_a_dead_process_left_is_written_by_the_next(
    settings: Settings, clock: Clock
) -> None:
    async with (
        _out(settings),
        MessageStore.open(settings=settings, clock=clock) as store,
    ):
        await store.logger.log_incoming(new_message(message_id="left"))
    async with MessageStore.open(settings=settings, clock=clock) as store:
        await _drained(store)
        assert await store.messages.exists("left")


async def test_what_is_no_record_harms_no_other(settings: Settings, clock: Clock) -> None:
    """Fails when records.py lets errors pass that are not msgspec's."""
    folder = settings.spool_dir
    assert isinstance(folder, Path)
    broken = [b"", b"{}", b'{"type":"status","change":{"message_id":"\xff"}}', b"[" * 100_000]
    with Spool.open(folder) as spool:
        spool.append([NewEntry(payload) for payload in broken])
    async with MessageStore.open(settings=settings, clock=clock) as store:
        await _drained(store)
        found = (await store.logger.metrics()).spool
        assert found is not None
        assert found.quarantined == len(broken)


async def test_a_confirmation_waits_behind_the_backlog(store: MessageStore) -> None:
    """Fails when durable_log.py confirms a send while its message may still be in the spool."""
    queued = (await store.messages.create(new_answer(message_id="local:1"))).message
    store.durable._drain.notice_backlog()
    assert (await store.logger.log_sent(queued, "wamid.1")).outcome is Outcome.SPOOLED
    await _drained(store)
    message = await store.messages.get_by_message_id("wamid.1")
    assert message is not None
    assert message.status is Status.SENT
