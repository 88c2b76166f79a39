from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from messagestore import Direction, MediaType, Message, MessageStore, Page, Status
from messagestore.errors import InvalidQuery
from tests.builders import new_answer, new_message

START = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
async def filled(store: MessageStore) -> MessageStore:
    """Sixty messages, one a minute, of two people and the bot, with everything in turn."""
    messages = []
    for number in range(60):
        person = "alice" if number % 3 else "group@g.us"
        make = new_answer if number % 5 == 0 else new_message
        messages.append(
            make(
                f"text {number}",
                message_id=f"m{number}",
                context_id=person,
                context_type="group" if person == "group@g.us" else "private",
                created_at=START + timedelta(minutes=number),
                media_type=[None, "image", "video"][number % 3] if number % 2 else None,
                status="failed" if number % 10 == 0 else None,
                metadata={"campaign": {"id": number % 4}, "tags": ["a", "b"][: number % 3]},
                is_bot_command=number % 6 == 0,
                command_name="help" if number % 6 == 0 else None,
            )
        )
    assert (await store.messages.create_many(messages)).created == 60
    return store


Ask = Callable[[MessageStore, dict[str, Any]], Awaitable[Page]]
Holds = Callable[[Message], bool]

QUESTIONS: dict[str, tuple[Ask, Holds]] = {
    "history": (
        lambda store, page: store.messages.get_conversation_history("alice", **page),
        lambda message: message.context_id == "alice",
    ),
    "between": (
        lambda store, page: store.messages.get_messages_between(
            "alice", START + timedelta(minutes=10), START + timedelta(minutes=40), **page
        ),
        lambda message: (
            message.context_id == "alice"
            and START + timedelta(minutes=10) <= message.created_at < START + timedelta(minutes=40)
        ),
    ),
    "by status": (
        lambda store, page: store.messages.get_messages_by_status(
            "alice", Direction.OUTGOING, Status.QUEUED, **page
        ),
        lambda message: message.context_id == "alice" and message.status is Status.QUEUED,
    ),
    "user": (
        lambda store, page: store.messages.get_user_messages("bot", **page),
        lambda message: message.sender == "bot",
    ),
    "media": (
        lambda store, page: store.messages.get_media_messages("alice", **page),
        lambda message: message.context_id == "alice" and message.has_media,
    ),
    "images": (
        lambda store, page: store.messages.get_media_messages(
            "alice", media_type=MediaType.IMAGE, **page
        ),
        lambda message: message.context_id == "alice" and message.media_type is MediaType.IMAGE,
    ),
    "failed": (
        lambda store, page: store.messages.get_failed_messages("alice", **page),
        lambda message: message.context_id == "alice" and message.status is Status.FAILED,
    ),
    "failed anywhere": (
        lambda store, page: store.messages.get_failed_messages(**page),
        lambda message: message.status is Status.FAILED,
    ),
    "commands": (
        lambda store, page: store.messages.get_commands("help", **page),
        lambda message: message.is_bot_command,
    ),
    "metadata": (
        lambda store, page: store.messages.find_by_metadata(
            {"campaign": {"id": 2}, "tags": ["a"]}, **page
        ),
        lambda message: message.metadata["campaign"]["id"] == 2 and bool(message.metadata["tags"]),
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_pages_hold_what_was_asked_for_newest_first_and_once(
    filled: MessageStore, question: str
) -> None:
    ask, holds = QUESTIONS[question]
    everything = [message async for message in filled.messages.iterate()]
    expected = [message for message in reversed(everything) if holds(message)]
    assert len(expected) > 3
    found: list[Message] = []
    before: str | None = None
    while True:
        page = await ask(filled, {"limit": 3, "before": before})
        found += page.messages
        if page.next is None:
            break
        assert len(page) == 3
        before = page.next
    assert found == expected
    assert (await ask(filled, {"limit": len(expected)})).next is None


async def test_an_offset_skips_what_a_page_would_begin_with(filled: MessageStore) -> None:
    ask = partial(filled.messages.get_conversation_history, "alice")
    everything = (await ask(limit=1000)).messages
    tenth = everything[9].id
    for offset in (0, 1, 7, len(everything) - 1, len(everything), 1000):
        assert (await ask(limit=5, offset=offset)).messages == everything[offset : offset + 5]
        page = await ask(limit=5, offset=offset, before=tenth)
        assert page.messages == everything[10 + offset : 15 + offset]
    with pytest.raises(InvalidQuery):
        await ask(offset=-1)


async def test_a_conversation_that_is_unknown_is_empty(store: MessageStore) -> None:
    page = await store.messages.get_conversation_history("nobody")
    assert (page.messages, page.next) == ([], None)
    assert (await store.service.get_message_stats("nobody")).total == 0
    assert await store.service.get_last_messages("nobody", 10) == []


@pytest.mark.parametrize("contains", [{}, {"k": {1}}, ["a"], "text"])
async def test_a_metadata_question_that_is_none_is_refused(
    store: MessageStore, contains: Any
) -> None:
    with pytest.raises(InvalidQuery, match="contains is"):
        await store.messages.find_by_metadata(contains)


async def test_conversations_list_the_last_active_first(filled: MessageStore) -> None:
    for number in range(5):
        at = START + timedelta(days=number)
        await filled.messages.create(new_message(context_id=f"c{number}", created_at=at))
    names: list[str] = []
    before: str | None = None
    while True:
        page = await filled.service.list_conversations(limit=2, before=before)
        names += [conversation.context_id for conversation in page.conversations]
        before = page.next
        if before is None:
            break
    assert names == ["c4", "c3", "c2", "c1", "alice", "group@g.us", "c0"]
    alice = (await filled.service.list_conversations(limit=5)).conversations[4]
    assert (alice.total, alice.incoming, alice.outgoing) == (40, 32, 8)
    for cursor in ("x", "2026/alice", "2026-01-01T00:00:00/alice"):
        with pytest.raises(InvalidQuery, match="before must be"):
            await filled.service.list_conversations(before=cursor)


async def test_iterating_chooses_by_one_thing_and_by_time(filled: MessageStore) -> None:
    async def count(**choice: Any) -> int:
        return len([message async for message in filled.messages.iterate(**choice)])

    since, until = START + timedelta(minutes=10), START + timedelta(minutes=20)
    await filled.messages.soft_delete("m11")
    assert await count() == 59
    assert await count(include_deleted=True) == 60
    assert await count(context_id="alice") == 39
    assert await count(direction=Direction.OUTGOING) == 12
    assert await count(context_type="group") == 20
    assert await count(since=since, until=until) == 9
    assert await count(since=since, until=until, include_deleted=True) == 10
    for wrong in (
        {"context_id": "a", "direction": "incoming"},
        {"direction": "up"},
        {"context_id": "a", "include_deleted": True},
        {"since": datetime(2026, 1, 1)},  # noqa: DTZ001 (that is what is wrong)
    ):
        with pytest.raises(InvalidQuery):
            await count(**wrong)


async def test_iterating_reads_page_by_page_and_holds_no_connection(store: MessageStore) -> None:
    batch = [new_message(str(n), created_at=START + timedelta(seconds=n // 3)) for n in range(2500)]
    await store.messages.create_many(batch)
    pool = store.database._pool
    texts = []
    async for message in store.messages.iterate():
        texts.append(message.content)
        assert pool.lent == 0
    assert texts == [str(number) for number in range(2500)]
