import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import asyncpg
import msgspec
import pytest

from messagestore import MessageStore, NewMessage, Status
from messagestore.identifiers import time_of
from messagestore.message import Message
from tests.builders import new_answer, new_message
from tests.conftest import Clock


async def test_a_message_comes_back_as_it_was_stored(store: MessageStore) -> None:
    stored = await store.messages.create(
        new_message(
            "caption",
            message_id="wamid.1",
            context_id="group@g.us",
            context_type="group",
            media_url="https://example.org/cat.jpg",
            media_type="image",
            media_content_type="image/jpeg",
            media_size=5 * 2**30,
            metadata={"provider": "test", "nested": {"list": [1, 2.5, None, "x"]}},
            created_at=datetime(2026, 2, 28, 10, 0, 0, 123_000, tzinfo=UTC),
            reply_to_message_id="wamid.0",
            is_bot_command=True,
            command_name="cat",
        )
    )
    assert stored.created
    found = await store.messages.get_by_message_id("wamid.1")
    assert found == stored.message
    assert found is not None
    assert found.created_at == datetime(2026, 2, 28, 10, 0, 0, 123_000, tzinfo=UTC)
    assert time_of(found.id) == found.created_at
    assert found.id.version == 7
    assert await store.messages.get(found.id) == found
    assert await store.messages.get(str(found.id)) == found


async def test_a_duplicate_returns_the_row_that_is_there(store: MessageStore) -> None:
    first = await store.messages.create(new_message("first", message_id="same"))
    second = await store.messages.create(new_message("second", message_id="same"))
    assert not second.created
    assert second.message == first.message
    assert (await store.service.get_message_stats("alice")).total == 1


async def test_a_duplicate_within_a_batch_is_stored_once(store: MessageStore) -> None:
    batch = [new_message("one", message_id="x"), new_message("two", message_id="x")]
    result = await store.messages.create_many(batch)
    assert [stored.created for stored in result.stored] == [True, False]
    assert {stored.message.content for stored in result.stored} == {"one"}
    assert (await store.service.get_message_stats("alice")).total == 1


async def test_a_large_batch_keeps_its_order(store: MessageStore) -> None:
    batch = [new_message(f"text {number}", context_id=f"c{number % 7}") for number in range(1234)]
    result = await store.messages.create_many(batch)
    assert result.created == 1234
    assert [stored.message.content for stored in result.stored] == [new.content for new in batch]


async def test_messages_of_one_second_list_in_the_order_they_arrived(store: MessageStore) -> None:
    second = datetime(2026, 2, 1, tzinfo=UTC)
    texts = [str(number) for number in range(30)]
    for text in texts:
        await store.messages.create(new_message(text, created_at=second))
    last = await store.service.get_last_messages("alice", 30)
    assert [message.content for message in last] == texts


async def test_sixteen_writers_with_overlapping_batches_store_each_message_once(
    store: MessageStore,
) -> None:
    """Fails when insertion.py does not sort: then there are deadlocks, which cost a second each."""
    messages = [
        new_message(str(n), message_id=f"id{n}", context_id=f"c{n % 5}") for n in range(300)
    ]

    async def write(writer: int) -> int:
        created = 0
        for round_number in range(6):
            start = (writer * 37 + round_number * 53) % 250
            batch = messages[start : start + 50]
            batch = batch[::-1] if writer % 2 else batch
            created += (await store.messages.create_many(batch)).created
        return created

    created = await asyncio.gather(*(write(writer) for writer in range(16)))
    stored = [message async for message in store.messages.iterate()]
    assert len({message.message_id for message in stored}) == len(stored) == sum(created)
    totals = await store.service.get_message_stats()
    assert totals.total == len(stored)
    assert await _deadlocks(store) == 0


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        (datetime(2026, 2, 28, tzinfo=UTC), True),
        (datetime(1999, 12, 31, tzinfo=UTC), False),
        (datetime(2026, 3, 2, tzinfo=UTC), False),
        (datetime(2026, 3, 1, 12, 4, tzinfo=UTC), True),
    ],
)
async def test_a_providers_time_is_believed_only_when_it_can_be_true(
    store: MessageStore, clock: Clock, claimed: datetime, *, kept: bool
) -> None:
    message = (await store.messages.create(new_message(created_at=claimed))).message
    assert message.created_at == (claimed if kept else clock.now)
    notes = message.metadata.get("messagestore", {})
    assert notes == ({} if kept else {"provider_created_at": claimed.isoformat()})


async def test_an_incoming_message_is_delivered_and_an_outgoing_one_queued(
    store: MessageStore,
) -> None:
    assert (await store.messages.create(new_message())).message.status is Status.DELIVERED
    assert (await store.messages.create(new_answer())).message.status is Status.QUEUED


async def test_two_megabytes_of_text_are_stored(store: MessageStore) -> None:
    text = "Straße 東京 " * 150_000
    stored = await store.messages.create(new_message(text))
    found = await store.messages.get(stored.message.id)
    assert found is not None
    assert found.content == text


async def test_a_wrong_record_harms_no_other_of_its_batch(store: MessageStore) -> None:
    bad: NewMessage = new_message(metadata={"a": {1, 2}})
    result = await store.messages.create_many([new_message("a"), bad, new_message("b")])
    assert [stored.message.content for stored in result.stored] == ["a", "b"]
    assert [(failure.index, failure.message_id) for failure in result.refused] == [
        (1, bad.message_id)
    ]
    assert "set is not a JSON type" in str(result.refused[0].error)


async def test_what_the_database_refuses_is_found_alone_in_its_batch(store: MessageStore) -> None:
    """Without the bisection in insertion.py this stores nothing of the batch."""
    kept = (await store.messages.create(new_message("kept"))).message
    exact = [
        (await store.messages.create(new_message(str(number)))).message for number in range(20)
    ]
    for message in exact:
        await store.messages.hard_delete(message.message_id)
    clash = type(kept)(**{name: getattr(kept, name) for name in kept.__struct_fields__})
    clash = type(kept)(
        **{name: getattr(kept, name) for name in kept.__struct_fields__}
        | {"message_id": "another id for a row that is there"}
    )
    result = await store.messages.create_exactly([*exact[:10], clash, *exact[10:]])
    assert result.created == 20
    assert [failure.index for failure in result.refused] == [10]
    assert "SQLSTATE 23505" in str(result.refused[0].error)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("delivered_at", datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))),
        ("read_at", datetime.min.replace(tzinfo=timezone(timedelta(hours=12)))),
        ("delivered_at", datetime(2026, 1, 1)),  # noqa: DTZ001 (that it has no zone is the point)
        ("content", "half a pair: \ud800"),
        ("content", "NUL: \0"),
    ],
)
async def test_what_nobody_could_read_is_refused_alone(
    store: MessageStore, field: str, value: Any
) -> None:
    """Fails without `_in_utc` in rows.py: the server stores the year 10000, and no page is read."""
    messages = [Message.from_new(new_message(str(one)), now=store.clock()) for one in range(3)]
    messages[1] = msgspec.structs.replace(messages[1], **{field: value})
    result = await store.messages.create_exactly(messages)
    assert [failure.index for failure in result.refused] == [1]
    assert "half a pair" not in str(result.refused[0].error.__context__)
    page = await store.messages.get_conversation_history("alice")
    assert {message.content for message in page} == {"0", "2"}


async def test_times_of_other_zones_come_back_as_the_same_moments(store: MessageStore) -> None:
    """Fails without `_in_utc`: JSON has no seconds of an offset, which zones had before 1972."""
    at = datetime(1930, 5, 1, 12, tzinfo=timezone(timedelta(minutes=19, seconds=32)))
    await store.messages.create(new_message(message_id="m", delivered_at=at))
    message = await store.messages.get_by_message_id("m")
    assert message is not None
    assert message.delivered_at == at


async def test_a_page_ends_where_the_next_begins(store: MessageStore, clock: Clock) -> None:
    for number in range(25):
        await store.messages.create(new_message(str(number)))
        clock.advance(seconds=1)
    seen: list[str | None] = []
    before: str | None = None
    while True:
        page = await store.messages.get_conversation_history("alice", limit=10, before=before)
        seen += [message.content for message in page]
        before = page.next
        if before is None:
            break
    assert seen == [str(number) for number in reversed(range(25))]
    page = await store.messages.get_conversation_history("alice", limit=10, offset=10)
    assert [message.content for message in page] == seen[10:20]
    assert timedelta(0) < clock.now - page.messages[0].created_at


async def _deadlocks(store: MessageStore) -> int:
    """Count the deadlocks in this database, once every connection has reported its own."""
    await store.database.close()
    assert store.settings.database_url is not None
    connection = await asyncpg.connect(store.settings.database_url)
    try:
        count = await connection.fetchval(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return int(count)
    finally:
        await connection.close()
