"""The use cases as a bot's author calls them, on whatever layout the tests run on."""

import pytest

from messagestore import Direction, MessageStore, Status
from messagestore.errors import InvalidMessage
from messagestore.event import MessageReceived, StatusChanged
from messagestore.message import MediaType, StoredMessage
from messagestore.preparation import Recordable
from tests.builders import new_answer, new_message


async def test_what_comes_in_and_goes_out_is_stored(store: MessageStore) -> None:
    service = store.service
    came = await store.service.log_incoming_message(new_message(message_id="a"))
    assert came.created
    with pytest.raises(InvalidMessage, match="incoming"):
        await service.log_incoming_message(new_answer())
    answer = await store.service.log_outgoing_message("alice", "alice", "hi", reply_to="a")
    assert answer.message.status is Status.QUEUED
    photo = await store.service.log_outgoing_media_message(
        "alice", "alice", "a photo", "https://example.com/p.jpg", MediaType.IMAGE, message_id="b"
    )
    assert photo.message.status is Status.SENT
    media = await store.service.get_media_messages("alice", media_type=MediaType.IMAGE)
    assert media.messages == [photo.message]
    thread = await store.messages.get_thread(answer.message.id)
    assert thread.ancestors == [came.message]


async def test_what_failed_is_listed_until_it_is_delivered(store: MessageStore) -> None:
    await store.messages.create(new_answer(message_id="a"))
    failed = StatusChanged(message_id="a", status=Status.FAILED, error_message="no such number")
    await store.service.apply_status(failed)
    for context_id in ("alice", None):
        page = await store.service.get_failed_messages(context_id)
        assert [message.error_message for message in page] == ["no such number"]
    assert (await store.service.get_message_stats("alice")).failed == 1
    await store.service.apply_status(StatusChanged(message_id="a", status=Status.DELIVERED))
    assert (await store.service.get_failed_messages()).messages == []
    assert (await store.service.get_message_stats()).failed == 0


async def test_records_of_several_kinds_are_written_in_their_order(store: MessageStore) -> None:
    events: list[Recordable] = [
        MessageReceived(message=new_answer(message_id="a")),
        StatusChanged(message_id="a", status=Status.READ),
        MessageReceived(message=new_message(message_id="b")),
    ]
    written = await store.service.write_many([store.service.prepare(event) for event in events])
    first, change, last = written
    assert isinstance(first, StoredMessage)
    assert isinstance(last, StoredMessage)
    assert not isinstance(change, Exception)
    message = await store.messages.get_by_message_id("a")
    assert message is not None
    assert message.status is Status.READ


async def test_the_bot_speaks_first_and_a_send_fails(store: MessageStore) -> None:
    assert store.logger.context("alice").context_id == "alice"
    queued = await store.logger.log_outgoing("alice", "alice", "hello")
    assert queued.message is not None
    assert queued.message.direction is Direction.OUTGOING
    result = await store.logger.log_failed(queued.message.message_id, "blocked")
    assert result.durable
    message = await store.messages.get(queued.message.id)
    assert message is not None
    assert (message.status, message.error_message) == (Status.FAILED, "blocked")
