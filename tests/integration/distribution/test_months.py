"""Months of distributed tables: every message is there, whichever comes first."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from messagestore import Message, MessageStore, Settings
from messagestore.database.migrator import migrate
from messagestore.database.migrator.connecting import opened
from messagestore.database.migrator.patience import Patience
from messagestore.distribution import distribute
from messagestore.errors import DatabaseError, DatabaseUnavailable
from messagestore.partitions import disable, enable, maintain, split
from messagestore.partitions.maintenance import Plan
from messagestore.partitions.scripts import fill, run
from tests.conftest import Clock
from tests.integration.partitions.layouts import (
    DAY,
    NOW,
    assert_whole,
    layout_of,
    store_dated,
)
from tests.integration.partitions.test_enable import FAR, LONG_AGO, NEXT_MONTH
from tests.integration.repository.recount import assert_counters_equal_recount
from tests.nodes import Nodes, in_database

PLAN = Plan("month", 2, NOW)


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=url,
        search_upkeep_seconds=0,
        partition_upkeep_seconds=0,
        spool_dir=folder,
        log_deadline=30,
    )


async def _rows_by_partition(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    rows = {
        partition.name: await connection.fetchval(f"SELECT count(*) FROM {partition.name}")
        for partition in (await layout_of(url)).partitions
    }
    await connection.close()
    return {name: count for name, count in rows.items() if count}


async def _assert_there(store: MessageStore, stored: list[Message]) -> None:
    """Each in every way that a partition is looked for, and none twice."""
    for message in stored:
        assert await store.messages.get(message.id) == message
        assert await store.messages.get_by_message_id(message.message_id) == message
    page = await store.messages.get_conversation_history("alice", limit=1000)
    by_time = sorted(stored, key=lambda message: (message.created_at, message.id))
    assert page.messages == by_time[::-1]
    await assert_counters_equal_recount(store.database)


async def _distributed(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT table_name::text FROM citus_tables WHERE colocation_id = "
        "(SELECT colocation_id FROM citus_tables WHERE table_name = 'messages'::regclass)"
    )
    await connection.close()
    return {row["table_name"] for row in rows}


async def test_distributed_tables_get_months_and_lose_no_message(
    joined_url: str, tmp_path: Path, clock: Clock
) -> None:
    await migrate(joined_url)
    await distribute(joined_url)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        stored = await store_dated(store, LONG_AGO, NOW)
        assert (await enable(joined_url, "month", now=NOW)).since == NEXT_MONTH
        # Dated in the time to come, so that the catch-all takes them first.
        times = [NOW + (31 + number) * DAY for number in range(40)]
        stored += await store_dated(store, *times, FAR)
        assert await _rows_by_partition(joined_url) == {
            "messages_all_time": 2,
            "messages_later": 41,
        }
        made = ["messages_2026_04", "messages_2026_05"]
        assert (await maintain(joined_url, PLAN, batch=15)).created == made
        assert (await maintain(joined_url, PLAN)).created == []
        assert await _rows_by_partition(joined_url) == {
            "messages_all_time": 2,
            "messages_2026_04": 30,
            "messages_2026_05": 10,
            "messages_later": 1,
        }
        await assert_whole(joined_url)
        assert {*made, "messages_all_time", "messages_later"} < await _distributed(joined_url)
        stored += await store_dated(store, LONG_AGO, NOW, NEXT_MONTH, FAR)
        await _assert_there(store, stored)
        with pytest.raises(DatabaseError, match="split before"):
            await split(joined_url, "month")
        assert (await disable(joined_url)).name.startswith("messages_from_")
        assert await migrate(joined_url) == []
        assert await distribute(joined_url) == []
        await _assert_there(store, stored)


async def test_months_are_distributed_and_go_on(
    joined_url: str, tmp_path: Path, clock: Clock
) -> None:
    await migrate(joined_url)
    await enable(joined_url, "month", now=NOW)
    await maintain(joined_url, PLAN)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        stored = await store_dated(store, LONG_AGO, NOW, NOW + 40 * DAY, NOW + 100 * DAY, FAR)
    await distribute(joined_url)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        await _assert_there(store, stored)
        assert (await maintain(joined_url, Plan("month", 3, NOW))).created == ["messages_2026_06"]
        await _assert_there(store, stored)
        assert await _rows_by_partition(joined_url) == {
            "messages_all_time": 2,
            "messages_2026_04": 1,
            "messages_2026_06": 1,
            "messages_later": 1,
        }
        await assert_whole(joined_url)


async def test_what_the_bound_refuses_waits(joined_url: str, tmp_path: Path, clock: Clock) -> None:
    """On Citus the driver is not told the constraint's name."""
    await migrate(joined_url)
    await distribute(joined_url)
    async with opened(joined_url, 10) as connection:
        script = fill("add_bound", last="messages_all_time", lower=None, bound=NEXT_MONTH)
        await run(connection, Patience(10), script)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        with pytest.raises(DatabaseUnavailable, match="dated so far ahead"):
            await store_dated(store, FAR)
        assert (await maintain(joined_url, PLAN)).created == []
        await store_dated(store, FAR)


async def test_who_holds_a_shard_on_a_worker_does_not_hold_the_writers(
    nodes: Nodes, joined_url: str, tmp_path: Path, clock: Clock
) -> None:
    """Take the lock_timeout for the nodes out of the scripts: this hangs, and writers with it."""
    await migrate(joined_url)
    await distribute(joined_url)
    worker = await asyncpg.connect(in_database(nodes.urls[1], joined_url.rpartition("/")[2]))
    await worker.execute("SET citus.override_table_visibility = off")
    shard = await worker.fetchval(
        "SELECT relname FROM pg_class WHERE relname ~ '^messages_all_time_[0-9]+$' LIMIT 1"
    )
    async with worker.transaction():
        await worker.fetch(f"SELECT count(*) FROM {shard}")
        async with asyncio.timeout(60):
            with pytest.raises(DatabaseUnavailable, match="without making writers wait"):
                await enable(joined_url, "month", now=NOW, patience=3)
    await worker.close()
    assert (await enable(joined_url, "month", now=NOW)).changed
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        await _assert_there(store, await store_dated(store, NOW, FAR))
