"""The months ahead, and what the catch-all holds of them."""

import asyncio
import signal
import sys
from datetime import UTC, datetime

import asyncpg
import pytest

from messagestore import MessageStore
from messagestore.database.migrator import migrate, pending
from messagestore.database.migrator.concurrent_index import Index, build
from messagestore.database.migrator.connecting import opened
from messagestore.database.migrator.watch import Watch
from messagestore.errors import DatabaseError
from messagestore.partitions import enable, maintain
from messagestore.partitions.maintenance import FARTHEST, Plan, needs_work
from messagestore.settings import PartitionInterval
from tests.conftest import execute
from tests.integration.partitions.layouts import (
    DAY,
    NOW,
    assert_whole,
    layout_of,
    rows_by_partition,
    store_dated,
)
from tests.integration.partitions.test_enable import FAR, killed

PLAN = Plan("month", 3, NOW)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
MAINTAIN = """
import asyncio, sys
from messagestore.partitions import maintain
from tests.integration.partitions.test_maintain import PLAN
print(len(asyncio.run(maintain(sys.argv[1], PLAN)).created))
"""


async def names(url: str) -> list[str]:
    return [partition.name for partition in (await layout_of(url)).partitions]


async def test_the_months_ahead_are_made_once(database_url: str) -> None:
    await enable(database_url, "month", now=NOW)
    assert needs_work(await layout_of(database_url), PLAN)
    made = ["messages_2026_04", "messages_2026_05", "messages_2026_06"]
    assert (await maintain(database_url, PLAN)).created == made
    assert not needs_work(await layout_of(database_url), PLAN)
    assert (await maintain(database_url, PLAN)).created == []
    assert await names(database_url) == ["messages_all_time", *made, "messages_later"]
    await assert_whole(database_url)


async def test_without_months_there_is_nothing_to_do(database_url: str) -> None:
    assert not needs_work(await layout_of(database_url), PLAN)
    assert (await maintain(database_url, PLAN)).created == []
    assert await names(database_url) == ["messages_all_time"]


async def test_a_table_that_is_in_the_way_is_named_and_left_alone(database_url: str) -> None:
    await enable(database_url, "month", now=NOW)
    await execute(database_url, "CREATE TABLE messages_2026_05 (mine text)")
    with pytest.raises(DatabaseError, match="messages_2026_05"):
        await maintain(database_url, PLAN)
    assert await names(database_url) == ["messages_all_time", "messages_2026_04", "messages_later"]
    await execute(database_url, "ALTER TABLE messages_2026_05 RENAME TO mine")
    await maintain(database_url, PLAN)
    await assert_whole(database_url)


async def test_the_interval_may_be_changed_at_any_time(database_url: str) -> None:
    await enable(database_url, "day", now=NOW)
    steps: list[tuple[PartitionInterval, datetime]] = [
        ("day", NOW + 2 * DAY),
        ("week", NOW + 4 * DAY),
        ("month", NOW + 20 * DAY),
        ("day", NOW + 60 * DAY),
    ]
    for interval, now in steps:
        await maintain(database_url, Plan(interval, 1, now))
    await assert_whole(database_url)
    found = await names(database_url)
    assert found[1:5] == [f"messages_2026_03_0{day}" for day in (3, 4, 5, 9)]
    assert "messages_2026_03_16" in found
    assert found[-3:-1] == ["messages_2026_04", "messages_2026_05_01"]


async def test_what_waits_in_the_catch_all_moves_in_batches_and_is_found_meanwhile(
    store: MessageStore, database_url: str
) -> None:
    """Let the scripts commit after DETACH: readers miss what is moving."""
    await enable(database_url, "month", now=NOW)
    times = [NOW + (31 + number / 2) * DAY for number in range(120)]
    stored = await store_dated(store, *times, *[JUNE] * 25, FAR)
    done = asyncio.Event()
    counts: set[int] = set()

    async def read() -> None:
        connection = await asyncpg.connect(database_url)
        while not done.is_set():
            counts.add(await connection.fetchval("SELECT count(*) FROM messages"))
        await connection.close()

    readers = [asyncio.create_task(read()) for _ in range(3)]
    made = await maintain(database_url, PLAN, batch=10)
    done.set()
    await asyncio.gather(*readers)
    assert counts == {len(stored)}
    assert made.created == ["messages_2026_04", "messages_2026_05", "messages_2026_06"]
    assert await rows_by_partition(database_url) == {
        "messages_2026_04": 59,
        "messages_2026_05": 61,
        "messages_2026_06": 25,
        "messages_later": 1,
    }
    for message in stored:
        assert await store.messages.get(message.id) == message
    await assert_whole(database_url)


async def test_a_catch_all_that_holds_much_becomes_a_partition_that_is_split(
    store: MessageStore, database_url: str
) -> None:
    """As when nobody has maintained for months: to read it for each batch would hold writers up."""
    await enable(database_url, "month", now=NOW)
    stored = await store_dated(store, *[NOW + (31 + number / 2) * DAY for number in range(120)])
    now = NOW + 92 * DAY
    said: list[str] = []
    made = await maintain(database_url, Plan("month", 1, now), report=said.append, batch=2)
    assert not any("up to" in sentence and "04" in sentence for sentence in said)
    assert made.created == ["messages_2026_04", "messages_2026_05", "messages_2026_07"]
    assert await rows_by_partition(database_url) == {
        "messages_2026_04": 59,
        "messages_2026_05": 61,
    }
    page = await store.messages.get_conversation_history("alice", limit=200)
    assert page.messages == stored[::-1]
    await assert_whole(database_url)


async def test_a_catch_all_that_holds_much_and_the_year_2999_is_emptied_in_batches(
    store: MessageStore, database_url: str
) -> None:
    await enable(database_url, "month", now=NOW)
    await store_dated(store, *[NOW + (31 + number / 2) * DAY for number in range(120)], FAR)
    assert "messages_2026_05" in (await maintain(database_url, PLAN, batch=2)).created
    assert (await rows_by_partition(database_url))["messages_later"] == 1
    await assert_whole(database_url)


async def test_killed_while_a_large_catch_all_is_ended_it_goes_on(
    store: MessageStore, database_url: str
) -> None:
    await enable(database_url, "month", now=NOW)
    stored = await store_dated(store, *[NOW + (31 + number / 9) * DAY for number in range(520)])
    ids = {message.id for message in stored}
    for step in ("Checking", "Changing", "will take", "its place"):
        assert await killed(database_url, "maintain", step) == -signal.SIGKILL
        found = await store.database.fetch("SELECT id FROM messages")
        assert {row["id"] for row in found} == ids
        if step == "Changing":
            # It is no catch-all any more when the next one looks.
            await maintain(database_url, Plan("month", 1, NOW + 62 * DAY), batch=10)
            break
    assert needs_work(await layout_of(database_url), PLAN) is False
    await assert_whole(database_url)


async def test_what_is_dated_a_year_ahead_gets_its_month_and_the_year_2999_none(
    store: MessageStore, database_url: str
) -> None:
    await enable(database_url, "month", now=NOW)
    await store_dated(store, NOW + 365 * DAY, FAR)
    assert len((await maintain(database_url, PLAN)).created) == 12 <= FARTHEST
    rows = await rows_by_partition(database_url)
    assert rows == {"messages_2027_03": 1, "messages_later": 1}


async def test_killed_between_any_two_batches_it_goes_on(
    store: MessageStore, database_url: str
) -> None:
    await enable(database_url, "month", now=NOW)
    stored = await store_dated(store, *[NOW + (31 + number) * DAY for number in range(40)])
    kills = 0
    while await killed(database_url, "maintain", 2) == -signal.SIGKILL:
        kills += 1
        page = await store.messages.get_conversation_history("alice", limit=100)
        assert page.messages == stored[::-1]
    assert kills == 6
    await assert_whole(database_url)
    assert "messages_later" not in await rows_by_partition(database_url)


async def test_sixteen_processes_at_once_make_each_month_once(database_url: str) -> None:
    """Take the turn out of `working`: some fail, as the table is there already."""
    await enable(database_url, "month", now=NOW)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MAINTAIN, database_url, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(16)
    ]
    outputs = [(await process.communicate())[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 16
    assert sum(map(int, outputs)) == 3
    await assert_whole(database_url)


async def test_the_open_store_makes_them(database_url: str, store: MessageStore) -> None:
    await enable(database_url, "month", now=NOW)
    settings = store.settings.model_copy(update={"partition_upkeep_seconds": 0.05})
    async with MessageStore.open(settings=settings, clock=store.clock), asyncio.timeout(30):
        while needs_work(await layout_of(database_url), PLAN):  # noqa: ASYNC110 (the catalog tells nobody)
            await asyncio.sleep(0.05)
    await assert_whole(database_url)


async def test_migrating_goes_on_with_months_and_builds_indexes_on_each(months_url: str) -> None:
    assert await pending(months_url) == []
    assert await migrate(months_url) == []
    async with opened(months_url, 10, None) as connection, opened(months_url, 10) as watching:
        index = Index("messages_newest", "messages", "(sender, recipient)")
        await build(connection, index, Watch(watching))
        built = await connection.fetchval(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'messages_newest'::regclass"
        )
        await connection.execute("DROP INDEX messages_newest")
    assert built == len((await layout_of(months_url)).partitions) == 38
