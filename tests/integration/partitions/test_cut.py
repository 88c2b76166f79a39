"""What changes the partitions loses its connection in the middle of the change."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from messagestore import MessageStore
from messagestore.errors import DatabaseUnavailable
from messagestore.partitions import disable, enable, maintain
from messagestore.partitions.maintenance import Plan
from tests.integration.partitions.layouts import DAY, NOW, assert_whole, store_dated

CUT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE application_name = 'messagestore-migrate' AND datname = current_database()
    AND wait_event_type = 'Lock'
"""

Work = Callable[[str], Awaitable[object]]


async def begin(url: str) -> object:
    return await enable(url, "month", now=NOW)


async def go_on(url: str) -> object:
    return await maintain(url, Plan("month", 3, NOW), batch=2)


@pytest.mark.parametrize(
    ("before", "work"),
    [([], begin), ([begin], go_on), ([begin, go_on], disable)],
    ids=["enable", "maintain", "disable"],
)
async def test_cut_off_in_the_middle_it_has_changed_nothing_and_is_run_again(
    store: MessageStore, database_url: str, before: list[Work], work: Work
) -> None:
    for step in before:
        await step(database_url)
    # One that needs a month yet when maintaining, and none beyond the bound when enabling.
    stored = await store_dated(store, NOW, *[NOW + 40 * DAY] * 3 * len(before))
    reader, killer = [await asyncpg.connect(database_url) for _ in range(2)]
    async with reader.transaction(), asyncio.timeout(30):
        # Of the parent alone: the change gets as far as to its own lock on that.
        await reader.execute("LOCK TABLE ONLY messages IN ACCESS SHARE MODE")
        working = asyncio.ensure_future(work(database_url))
        while not await killer.fetchval(CUT):  # noqa: ASYNC110 (the server tells nobody)
            await asyncio.sleep(0.001)
        with pytest.raises(DatabaseUnavailable):
            await working
    await reader.close()
    await killer.close()
    page = await store.messages.get_conversation_history("alice")
    assert {message.id for message in page} == {message.id for message in stored}
    await work(database_url)
    await assert_whole(database_url)
    page = await store.messages.get_conversation_history("alice")
    assert {message.id for message in page} == {message.id for message in stored}
