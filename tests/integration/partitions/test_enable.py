"""From one partition to months, and back, with nothing lost at any step."""

import asyncio
import signal
import sys
import time
from datetime import UTC, datetime
from itertools import count

import asyncpg
import pytest

from messagestore import MessageStore, Status
from messagestore.errors import DatabaseUnavailable
from messagestore.partitions import disable, enable, maintain
from messagestore.partitions.maintenance import Plan
from messagestore.partitions.scripts import fill
from tests.builders import new_message
from tests.integration.partitions.layouts import (
    DAY,
    NOW,
    assert_whole,
    dated,
    layout_of,
    rows_by_partition,
    store_dated,
)

LONG_AGO = datetime(2014, 5, 1, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 4, 1, tzinfo=UTC)
FAR = datetime(2999, 1, 1, tzinfo=UTC)
FILES = "SELECT array_agg(relfilenode ORDER BY oid) FROM pg_class WHERE relname ~ '^messages_all'"


async def killed(url: str, work: str, step: int | str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.partitions.killed", url, work, str(step)
    )
    return await process.wait()


async def test_months_begin_where_no_message_is_and_copy_none(
    store: MessageStore, database_url: str
) -> None:
    stored = await store_dated(store, LONG_AGO, NOW)
    files = await store.database.fetch(FILES)
    enabled = await enable(database_url, "month", now=NOW)
    assert (enabled.since, enabled.changed) == (NEXT_MONTH, True)
    assert await store.database.fetch(FILES) == files
    await assert_whole(database_url)
    assert [await store.messages.get(message.id) for message in stored] == stored
    again = await enable(database_url, "month", now=NOW)
    assert (again.since, again.changed) == (NEXT_MONTH, False)


async def test_every_time_can_be_stored_and_is_found(
    store: MessageStore, database_url: str
) -> None:
    await enable(database_url, "month", now=NOW)
    await maintain(database_url, Plan("month", 1, NOW))
    stored = await store_dated(store, LONG_AGO, NOW, NOW + 40 * DAY, NOW + 400 * DAY, FAR)
    assert await rows_by_partition(database_url) == {
        "messages_all_time": 2,
        "messages_2026_04": 1,
        "messages_later": 2,
    }
    page = await store.messages.get_conversation_history("alice")
    assert page.messages == stored[::-1]


async def test_months_begin_after_what_is_dated_in_the_future(
    store: MessageStore, database_url: str
) -> None:
    await store_dated(store, NOW + 100 * DAY)
    assert (await enable(database_url, "month", now=NOW)).since == datetime(2026, 7, 1, tzinfo=UTC)


async def test_the_partition_is_not_read_under_the_lock(
    store: MessageStore, database_url: str
) -> None:
    """Take the constraint's proof out of enable (prove_bound): PostgreSQL does not say this."""
    await store_dated(store, NOW)
    connection = await asyncpg.connect(database_url)
    said: list[str] = []
    connection.add_log_listener(lambda _, message: said.append(message.message))
    last = "messages_all_time"
    await connection.execute(fill("add_bound", last=last, lower=None, bound=NEXT_MONTH))
    await connection.execute(fill("prove_bound", last=last))
    await connection.execute(fill("create_partition", partition="messages_later"))
    await connection.execute("SET client_min_messages = debug1")
    await connection.execute(fill("enable", last=last, lower=None, bound=NEXT_MONTH))
    await connection.close()
    implied = "is implied by existing constraints"
    assert any(last in sentence and implied in sentence for sentence in said)


@pytest.mark.parametrize("step", [1, 2])
async def test_killed_at_any_step_it_is_run_again(
    store: MessageStore, database_url: str, step: int
) -> None:
    before = await store_dated(store, LONG_AGO, NOW)
    assert await killed(database_url, "enable", step) == -signal.SIGKILL
    between = await store_dated(store, LONG_AGO, NOW)
    with pytest.raises(DatabaseUnavailable, match="dated so far ahead"):
        await store.messages.create_exactly([dated(FAR)])
    enabled = await enable(database_url, "month", now=NOW)
    assert (enabled.since, enabled.changed) == (NEXT_MONTH, True)
    await assert_whole(database_url)
    after = await store_dated(store, FAR)
    for message in [*before, *between, *after]:
        assert await store.messages.get(message.id) == message


async def test_what_a_killed_enable_left_is_taken_back_by_whoever_maintains(
    store: MessageStore, database_url: str
) -> None:
    assert await killed(database_url, "enable", 2) == -signal.SIGKILL
    await maintain(database_url, Plan("month", 3, NOW))
    await store_dated(store, FAR)
    await assert_whole(database_url)


async def test_a_bound_that_has_come_too_near_is_set_anew(
    store: MessageStore, database_url: str
) -> None:
    assert await killed(database_url, "enable", 2) == -signal.SIGKILL
    await store_dated(store, NOW)
    later = NEXT_MONTH - DAY / 2
    assert (await enable(database_url, "month", now=later)).since == datetime(
        2026, 5, 1, tzinfo=UTC
    )
    await assert_whole(database_url)


async def test_it_gives_up_and_changes_nothing_when_the_lock_is_not_to_be_had(
    store: MessageStore, database_url: str
) -> None:
    reader = await asyncpg.connect(database_url)
    async with reader.transaction():
        await reader.fetch("SELECT FROM messages")
        with pytest.raises(DatabaseUnavailable, match="without making writers wait"):
            await enable(database_url, "month", now=NOW, patience=0.2)
    await reader.close()
    await store_dated(store, NOW)
    await assert_whole(database_url)


async def test_writers_notice_nothing(store: MessageStore, database_url: str) -> None:
    stored: list[str] = []
    waits = [0.0]
    done = asyncio.Event()
    numbers = count()

    async def write() -> None:
        while not done.is_set():
            message = new_message(message_id=f"w{next(numbers)}", created_at=NOW)
            since = time.monotonic()
            await store.messages.create(message)
            await store.service.update_message_status(message.message_id, Status.READ, None, NOW)
            waits.append(time.monotonic() - since)
            stored.append(message.message_id)

    writers = [asyncio.create_task(write()) for _ in range(4)]
    await enable(database_url, "month", now=NOW)
    await maintain(database_url, Plan("month", 6, NOW))
    await disable(database_url)
    await enable(database_url, "month", now=NOW)
    done.set()
    await asyncio.gather(*writers)
    print(f"{len(stored)} messages written, the longest wait {max(waits) * 1000:.0f} ms")  # noqa: T201 (a figure, not judged)
    assert stored
    known = [await store.messages.exists(message_id) for message_id in stored]
    assert all(known)
    await assert_whole(database_url)


async def test_disabling_goes_back_to_one_partition_when_no_month_is_used(
    store: MessageStore, database_url: str
) -> None:
    await store_dated(store, NOW)
    await enable(database_url, "month", now=NOW)
    await maintain(database_url, Plan("month", 3, NOW))
    assert (await disable(database_url)).name == "messages_all_time"
    assert len((await layout_of(database_url)).partitions) == 1
    await assert_whole(database_url)


async def test_disabling_keeps_the_months_that_are_used_and_is_undone(
    store: MessageStore, database_url: str
) -> None:
    await enable(database_url, "month", now=NOW)
    await maintain(database_url, Plan("month", 3, NOW))
    stored = await store_dated(store, NOW, NOW + 40 * DAY)
    assert (await disable(database_url)).name == "messages_2026_04"
    stored += await store_dated(store, FAR)
    assert (await disable(database_url)).name == "messages_2026_04"
    await assert_whole(database_url)
    assert (await enable(database_url, "month", now=NOW)).since == datetime(2999, 2, 1, tzinfo=UTC)
    await assert_whole(database_url)
    assert (await store.messages.get_conversation_history("alice")).messages == stored[::-1]


async def test_disabling_with_messages_in_the_catch_all_makes_that_the_last_one(
    store: MessageStore, database_url: str
) -> None:
    await enable(database_url, "month", now=NOW)
    stored = await store_dated(store, FAR)
    assert (await disable(database_url)).name == "messages_from_2026_04_01"
    assert not (await layout_of(database_url)).enabled
    assert await store.messages.get(stored[0].id) == stored[0]
