"""Who has written something reads it, however far behind a replica is.

In these tests the replica has the tables, and replays nothing after them. The first two parts fail
when OwnWrites.needed returns 0, the controls when the primary answers what a replica should.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from messagestore import MediaType, MessageStore, Settings, Status
from messagestore.blocking import BlockingStore
from messagestore.database.caller import new_caller
from messagestore.event import MessageEdited, MessageReceived, StatusChanged
from messagestore.logger.sending import sending
from messagestore.message import Message
from messagestore.repository.records import StoreMessage
from messagestore.store import utc_now
from tests.builders import new_answer, new_message
from tests.integration.replicas.conftest import (
    PATIENT,
    Open,
    eventually,
    paused,
    replicas_of,
    until_all_in_use,
    until_level,
)
from tests.servers import Server

Ask = Callable[[MessageStore, Message], Awaitable[bool]]

MESSAGE = new_answer(
    "/help seldom",
    media_type=MediaType.IMAGE,
    media_url="https://example.org/1",
    metadata={"seldom": 1},
    status=Status.FAILED,
    is_bot_command=True,
    command_name="help",
)


async def history(store: MessageStore, message: Message) -> bool:
    page = await store.messages.get_conversation_history(message.context_id)
    return message.id in {one.id for one in page.messages}


async def between(store: MessageStore, message: Message) -> bool:
    times = (message.created_at.replace(year=2000), message.created_at.replace(year=9000))
    page = await store.messages.get_messages_between(message.context_id, *times)
    return bool(page.messages)


async def by_status(store: MessageStore, message: Message) -> bool:
    chosen = (message.direction, message.status)
    page = await store.messages.get_messages_by_status(message.context_id, *chosen)
    return bool(page.messages)


async def media(store: MessageStore, message: Message) -> bool:
    return bool((await store.service.get_media_messages(message.context_id)).messages)


async def failed(store: MessageStore, message: Message) -> bool:
    return bool((await store.service.get_failed_messages(message.context_id)).messages)


async def search(store: MessageStore, message: Message) -> bool:
    return bool((await store.service.search_messages(message.context_id, "seldom")).messages)


async def stats(store: MessageStore, message: Message) -> bool:
    return (await store.service.get_message_stats(message.context_id)).total > 0


async def iterated(store: MessageStore, message: Message) -> bool:
    found = store.messages.iterate(context_id=message.context_id)
    return await anext(found, None) is not None


async def by_id(store: MessageStore, message: Message) -> bool:
    return await store.messages.get(message.id) is not None


async def by_message_id(store: MessageStore, message: Message) -> bool:
    return await store.messages.exists(message.message_id)


async def thread(store: MessageStore, message: Message) -> bool:
    return (await store.messages.get_thread(message.id)).message.id == message.id


ABOUT_A_TOPIC: list[Ask] = [
    history,
    between,
    by_status,
    media,
    failed,
    search,
    stats,
    iterated,
    by_id,
    by_message_id,
    thread,
]


async def conversations(store: MessageStore, _message: Message) -> bool:
    return bool((await store.service.list_conversations()).conversations)


async def total(store: MessageStore, _message: Message) -> bool:
    return (await store.service.get_message_stats()).total > 0


async def user_messages(store: MessageStore, message: Message) -> bool:
    return bool((await store.messages.get_user_messages(message.sender)).messages)


async def commands(store: MessageStore, _message: Message) -> bool:
    return bool((await store.messages.get_commands("help")).messages)


async def metadata(store: MessageStore, _message: Message) -> bool:
    return bool((await store.messages.find_by_metadata({"seldom": 1})).messages)


async def search_anywhere(store: MessageStore, _message: Message) -> bool:
    return bool((await store.service.search_messages(None, "seldom")).messages)


async def failed_anywhere(store: MessageStore, _message: Message) -> bool:
    return bool((await store.service.get_failed_messages()).messages)


async def iterated_all(store: MessageStore, _message: Message) -> bool:
    return await anext(store.messages.iterate(), None) is not None


ABOUT_EVERYTHING: list[Ask] = [
    conversations,
    total,
    user_messages,
    commands,
    metadata,
    search_anywhere,
    failed_anywhere,
    iterated_all,
]


async def test_what_is_about_a_topic_is_read_with_what_anybody_here_wrote_about_it(
    open_store: Open, standby: Server
) -> None:
    async with open_store(standby, replica_max_lag_seconds=PATIENT) as store, paused(standby):
        # Another task: this one is not its caller.
        created = await asyncio.create_task(store.messages.create(MESSAGE))
        for ask in ABOUT_A_TOPIC:
            assert await ask(store, created.message), ask


async def test_what_is_about_everything_is_read_with_what_the_caller_wrote(
    open_store: Open, standby: Server
) -> None:
    """The control: others do not see it yet, as a replica answers them."""
    async with open_store(standby, replica_max_lag_seconds=PATIENT) as store, paused(standby):

        async def write_and_ask() -> Message:
            new_caller()  # whoever ran before: a BlockingStore leaves its thread's caller behind
            message = (await store.messages.create(MESSAGE)).message
            for ask in ABOUT_EVERYTHING:
                assert await ask(store, message), ask
                assert all(await asyncio.gather(ask(store, message))), ask
            return message

        message = await asyncio.create_task(write_and_ask())
        for ask in ABOUT_EVERYTHING:
            assert not await ask(store, message), ask


async def test_a_conversation_that_nobody_here_wrote_to_is_read_from_the_replica(
    open_store: Open, standby: Server
) -> None:
    async with open_store(standby, replica_max_lag_seconds=PATIENT) as store, paused(standby):
        await asyncio.create_task(store.messages.create(MESSAGE))
        replicas = replicas_of(store)
        before = (replicas.primary_reads, replicas.replicas[0].reads)
        await store.messages.get_conversation_history("bob")
        assert (replicas.primary_reads, replicas.replicas[0].reads) == (before[0], before[1] + 1)


async def test_what_a_replica_has_replayed_is_read_from_it(
    open_store: Open, standby: Server
) -> None:
    async with open_store(standby) as store:
        message = (await store.messages.create(MESSAGE)).message
        replica = replicas_of(store).replicas[0]
        needed = await replicas_of(store).own_writes.needed(message.context_id)
        assert needed
        await eventually(lambda: replica.has_replayed(needed))
        before = replicas_of(store).primary_reads
        for ask in ABOUT_A_TOPIC + ABOUT_EVERYTHING:
            assert await ask(store, message), ask
        assert replicas_of(store).primary_reads == before


async def _hide(store: MessageStore, message: Message) -> None:
    await store.messages.soft_delete(message.message_id)


async def _delete(store: MessageStore, message: Message) -> None:
    await store.messages.hard_delete(message.id)


async def _load(store: MessageStore, _message: Message) -> None:
    await store.messages.load([Message.from_new(new_message(), now=utc_now())])


async def _create_many(store: MessageStore, _message: Message) -> None:
    await store.messages.create_many([new_message()])


async def _log(store: MessageStore, _message: Message) -> None:
    await store.logger.log_events([MessageReceived(message=new_message()) for _ in range(2)])


async def _send(store: MessageStore, _message: Message) -> None:
    async with sending(store.logger, [new_answer()]) as answer:
        answer.message_ids = ["of-the-provider"]


async def _confirm(store: MessageStore, message: Message) -> None:
    await store.service.confirm_sent(message, "of-the-provider")


async def _raise(store: MessageStore, message: Message) -> None:
    await store.service.update_message_status(message.message_id, Status.READ)


async def _edit(store: MessageStore, message: Message) -> None:
    edit = MessageEdited(message_id=message.message_id, edit_id="1", content="other")
    await store.service.apply_rewrite(edit)


async def _drain(store: MessageStore, _message: Message) -> None:
    new = Message.from_new(new_message(), now=utc_now())
    await store.service.write_many([StoreMessage(message=new)])


async def _drain_status(store: MessageStore, message: Message) -> None:
    read = StatusChanged(message_id=message.message_id, status=Status.READ)
    await store.service.write_many([store.service.prepare(read)])


Write = Callable[[MessageStore, Message], Awaitable[None]]
WRITES: list[Write] = [
    _hide,
    _delete,
    _load,
    _create_many,
    _log,
    _send,
    _confirm,
    _raise,
    _edit,
    _drain,
    _drain_status,
]


async def seen(store: MessageStore, message: Message) -> list[object]:
    """Return what a write of any kind changes."""
    return [
        await store.messages.get_conversation_history(message.context_id),
        await store.messages.get(message.id),
        await store.messages.get_by_message_id(message.message_id),
        await store.service.get_message_stats(),
    ]


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)
async def test_every_kind_of_write_is_read_as_it_is_without_replicas(
    write: Write, open_store: Open, standby: Server
) -> None:
    """Fails without the `wrote` of that write, or the `caller()` before the tasks that make it."""
    async with open_store() as plain:
        message = (await plain.messages.create(new_answer(status=Status.QUEUED))).message
        async with open_store(standby, replica_max_lag_seconds=PATIENT) as store, paused(standby):
            before = await seen(store, message)
            await write(store, message)
            after = await seen(plain, message)
            assert before != after
            assert await seen(store, message) == after


def test_the_calls_of_a_thread_are_those_of_a_caller(
    make_settings: Callable[..., Settings], standby: Server
) -> None:
    """Fails without `caller()` in BlockingStore.call."""

    def write_and_ask(store: BlockingStore) -> int:
        store.call(store.messages.create, new_message())
        return store.call(store.service.get_message_stats).total

    async def while_paused(store: BlockingStore) -> None:
        async with paused(standby):
            assert await asyncio.to_thread(write_and_ask, store) == 1

    with BlockingStore.open(
        settings=make_settings(standby, replica_max_lag_seconds=PATIENT)
    ) as store:
        store.call(until_all_in_use, store._store)
        store.call(until_level, store._store)
        asyncio.run(while_paused(store))
