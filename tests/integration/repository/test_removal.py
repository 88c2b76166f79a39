import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from messagestore import MessageStore
from messagestore.errors import MessageNotFound
from tests.builders import new_answer, new_message
from tests.conftest import Clock
from tests.integration.repository.recount import assert_counters_equal_recount


async def test_a_hidden_message_is_in_no_answer_until_it_is_restored(store: MessageStore) -> None:
    new = new_answer(
        "secret words",
        message_id="a",
        status="failed",
        media_type="image",
        metadata={"k": "v"},
        is_bot_command=True,
        command_name="x",
    )
    message = (await store.messages.create(new)).message

    async def answers() -> list[int]:
        messages, service = store.messages, store.service
        start, end = message.created_at, message.created_at + timedelta(seconds=1)
        pages = [
            await messages.get_conversation_history("alice"),
            await messages.get_messages_between("alice", start, end),
            await messages.get_messages_by_status("alice", message.direction, message.status),
            await messages.get_user_messages("bot"),
            await messages.get_media_messages("alice"),
            await messages.get_failed_messages("alice"),
            await messages.get_failed_messages(),
            await messages.get_commands("x"),
            await messages.find_by_metadata({"k": "v"}),
            await service.search_messages("alice", "secret"),
            await service.search_messages(None, "secret"),
        ]
        iterated = [found async for found in messages.iterate()]
        conversations = (await service.list_conversations()).conversations
        exists = await messages.exists("a"), await messages.get(message.id) is not None
        total = (await service.get_message_stats("alice")).total
        return [*map(len, pages), len(iterated), len(conversations), *map(int, exists), total]

    assert set(await answers()) == {1}
    hidden = await store.messages.soft_delete("a", reason="asked for")
    assert hidden.is_deleted
    assert hidden.metadata["deleted"] == {"reason": "asked for"}
    assert set(await answers()) == {0}
    assert await store.messages.get_by_message_id("a", include_deleted=True) == hidden
    assert await store.messages.soft_delete("a") == hidden
    assert await store.messages.restore(message.id) == message
    assert set(await answers()) == {1}


async def test_hard_delete_removes_row_key_and_links(store: MessageStore) -> None:
    await store.messages.create(new_message("question", message_id="q"))
    await store.messages.create(new_answer("answer", message_id="a", reply_to_message_id="q"))
    await store.messages.hard_delete("q")
    answer = await store.messages.get_by_message_id("a")
    assert answer is not None
    assert answer.reply_to_message_id is None
    assert await store.messages.get_by_message_id("q", include_deleted=True) is None
    keys = await store.database.fetch("SELECT message_id FROM message_keys")
    assert [row["message_id"] for row in keys] == ["a"]
    await assert_counters_equal_recount(store.database)
    assert (await store.messages.create(new_message(message_id="q"))).created


async def test_the_last_message_takes_its_conversation_with_it(store: MessageStore) -> None:
    await store.messages.create(new_message(message_id="a"))
    await store.messages.soft_delete("a")
    await store.messages.hard_delete("a")
    assert await store.database.fetch("SELECT * FROM conversations") == []


async def test_an_unknown_id_is_said_to_be_unknown(store: MessageStore) -> None:
    for operation in (
        store.messages.soft_delete,
        store.messages.restore,
        store.messages.hard_delete,
        store.messages.get_thread,
    ):
        for identifier in ("nobody", uuid4()):
            with pytest.raises(MessageNotFound):
                await operation(identifier)


async def test_activity_is_that_of_what_is_left(store: MessageStore, clock: Clock) -> None:
    first = clock.now
    for message_id in "abc":
        await store.messages.create(new_message(message_id=message_id))
        last = clock.now
        clock.advance(minutes=1)
    await store.messages.soft_delete("c")
    await store.messages.hard_delete("a")
    (conversation,) = (await store.service.list_conversations()).conversations
    assert first < conversation.first_message_at == conversation.last_message_at < last


async def test_deletions_and_arrivals_at_once_leave_exact_counters(
    store: MessageStore, clock: Clock
) -> None:
    """Fails when removal.py does not lock the conversation in a statement of its own."""
    for number in range(40):
        await store.messages.create(new_message(message_id=f"old{number}"))
        clock.advance(milliseconds=5)

    async def arrive(number: int) -> None:
        await store.messages.create(
            new_message(message_id=f"new{number}", created_at=clock.advance(milliseconds=5))
        )

    removals = [
        (store.messages.hard_delete if number % 2 else store.messages.soft_delete)(f"old{number}")
        for number in range(40)
    ]
    newest = [store.messages.soft_delete(f"old{39 - number}") for number in range(5)]
    await asyncio.gather(*removals, *(arrive(n) for n in range(40)), return_exceptions=False)
    for removal in newest:
        try:
            await removal
        except MessageNotFound:
            continue
    await assert_counters_equal_recount(store.database)
