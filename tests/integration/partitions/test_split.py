"""The partition that holds all old time becomes months, with nothing lost at any step."""

import asyncio
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from messagestore import Message, MessageStore, Status
from messagestore.database.migrator.connecting import opened
from messagestore.errors import DatabaseUnavailable, InvalidQuery
from messagestore.event import MessageEdited
from messagestore.partitions import disable, enable, maintain, split
from messagestore.partitions.maintenance import Plan
from messagestore.partitions.split import level
from messagestore.partitions.split.job import Job
from messagestore.partitions.split.notes import read_state
from messagestore.partitions.split.switching import switch
from messagestore.repository.keys import Key, read_many
from messagestore.settings import PartitionInterval
from tests.integration.partitions.layouts import (
    DAY,
    NOW,
    assert_whole,
    dated,
    layout_of,
    rows_by_partition,
    store_dated,
)
from tests.integration.partitions.test_enable import killed
from tests.integration.repository.recount import assert_counters_equal_recount

SECOND = timedelta(seconds=1)
OLD = datetime(2019, 5, 5, tzinfo=UTC)
MONTHS = ["messages_2019_05", "messages_2025_12", "messages_2026_01", "messages_2026_02"]
THIS_MONTH = "messages_2026_03"

Content = list[dict[str, Any]]


async def content(url: str) -> Content:
    """Everything that is stored, whichever partition it is in."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT * FROM messages ORDER BY id")
    await connection.close()
    return [dict(row) for row in rows]


async def filled(store: MessageStore, url: str) -> list[Message]:
    """Store messages of four months and this one, with years between the first two; enable."""
    times = [NOW - number * DAY for number in range(0, 70, 2)]
    stored = await store_dated(store, OLD, OLD + DAY, *times)
    await enable(url, "month", now=NOW)
    return stored


async def test_each_month_gets_its_partition_and_years_without_messages_none(
    store: MessageStore, database_url: str
) -> None:
    await filled(store, database_url)
    before = await content(database_url)
    done = await split(database_url, "month", batch=7)
    assert done.created == [*MONTHS, THIS_MONTH]
    assert (done.compared, done.corrected) == (len(before), 0)
    assert await content(database_url) == before
    layout = await layout_of(database_url)
    assert [one.name for one in layout.partitions] == [*MONTHS, THIS_MONTH, "messages_later"]
    assert layout.partitions[0].upper == datetime(2025, 12, 1, tzinfo=UTC)
    assert await rows_by_partition(database_url) == dict(
        zip([*MONTHS, THIS_MONTH], [2, 5, 15, 14, 1], strict=True)
    )
    await assert_whole(database_url)
    again = await split(database_url, "month")
    assert (again.created, again.compared) == ([], 0)


@pytest.mark.parametrize(("interval", "parts"), [("week", 12), ("day", 37)], ids=["weeks", "days"])
async def test_weeks_and_days(
    store: MessageStore, database_url: str, interval: PartitionInterval, parts: int
) -> None:
    await filled(store, database_url)
    before = await content(database_url)
    assert len((await split(database_url, interval)).created) == parts
    assert await content(database_url) == before
    await assert_whole(database_url)


async def test_a_partition_is_named_to_be_cut_further(
    store: MessageStore, database_url: str
) -> None:
    await filled(store, database_url)
    before = await content(database_url)
    await split(database_url, "month")
    cut = await split(database_url, "week", partition="messages_2026_01")
    assert len(cut.created) == 5
    # A part that has the name of what is cut.
    await split(database_url, "day", partition="messages_2026_01_05")
    assert await content(database_url) == before
    await assert_whole(database_url)


async def test_what_has_no_end_is_not_split(store: MessageStore, database_url: str) -> None:
    await store_dated(store, OLD, NOW)
    with pytest.raises(InvalidQuery, match="enable"):
        await split(database_url, "month")
    await enable(database_url, "month", now=NOW)
    with pytest.raises(InvalidQuery, match="status"):
        await split(database_url, "month", partition="messages_later")


async def test_killed_at_many_steps_it_goes_on(store: MessageStore, database_url: str) -> None:
    """What is written between the kills is there in the end, and so is what was there before."""
    stored = await filled(store, database_url)
    kills = 0
    while await killed(database_url, "split", (4, 9, 6, 13)[kills % 4]) == -signal.SIGKILL:
        kills += 1
        victim = stored[kills % len(stored)]
        await store.service.update_message_status(victim.message_id, Status.READ, None, NOW)
        stored += await store_dated(store, NOW - kills * DAY)
        if kills % 3 == 0:
            gone = stored.pop(kills)
            await store.messages.hard_delete(gone.message_id)
        assert {row["id"] for row in await content(database_url)} == {one.id for one in stored}
        await assert_counters_equal_recount(store.database)
    assert kills > 8
    await assert_whole(database_url)
    read = [one for one in await content(database_url) if one["status"] == "read"]
    assert len(read) > 5


@pytest.mark.parametrize(
    "step",
    [
        "did 10",
        "did 0",
        "complete",
        "changing the partitions",
        "2026_01: taking its place",
        "dropping",
    ],
)
async def test_killed_where_it_matters_most_every_message_is_in_reach(
    store: MessageStore, database_url: str, step: str
) -> None:
    stored = await filled(store, database_url)
    before = await content(database_url)
    assert await killed(database_url, "split", step) == -signal.SIGKILL
    assert await content(database_url) == before
    page = await store.messages.get_conversation_history("alice", limit=100)
    assert {message.id for message in page} == {message.id for message in stored}
    # What else is done to partitions does not stumble over what is left of it.
    await maintain(database_url, Plan("month", 3, NOW))
    await disable(database_url)
    await enable(database_url, "month", now=NOW)
    await maintain(database_url, Plan("month", 3, NOW))
    assert await content(database_url) == before
    await split(database_url, "month")
    assert await content(database_url) == before
    await assert_whole(database_url)


async def test_what_was_done_by_hand_while_copying_counts(
    store: MessageStore, database_url: str
) -> None:
    """Drop what was split without comparing: these three are as they were copied."""
    stored = await filled(store, database_url)
    assert await killed(database_url, "split", "2026_02: complete") == -signal.SIGKILL
    edited, gone = stored[0], stored[1]
    new = dated(OLD + 2 * DAY)
    changes = await store.database.fetch("SELECT count(*) AS rows FROM changes")
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "UPDATE messages SET content = 'by hand' WHERE message_id = $1", edited.message_id
    )
    await connection.execute("DELETE FROM messages WHERE message_id = $1", gone.message_id)
    await connection.execute("DELETE FROM message_keys WHERE message_id = $1", gone.message_id)
    await connection.execute("INSERT INTO message_keys VALUES ('new', 'alice', $1)", new.id)
    await connection.execute(
        "INSERT INTO messages SELECT (json_populate_record(messages, $2)).* FROM messages "
        "WHERE message_id = $1",
        stored[2].message_id,
        f'{{"id": "{new.id}", "message_id": "new", "created_at": "{new.created_at}"}}',
    )
    await connection.close()
    assert await store.database.fetch("SELECT count(*) AS rows FROM changes") == changes
    before = await content(database_url)
    done = await split(database_url, "month")
    assert done.corrected == 3
    assert await content(database_url) == before
    await assert_whole(database_url)


@pytest.mark.parametrize(
    "meanwhile",
    [
        "DELETE FROM changes",
        "ALTER TABLE messages ADD COLUMN mood text DEFAULT 'fine'",
        "CREATE INDEX mine ON messages (recipient)",
    ],
    ids=["a pause of days", "a new column", "a new index"],
)
async def test_a_copy_that_is_out_of_date_is_begun_anew(
    store: MessageStore, database_url: str, meanwhile: str
) -> None:
    await filled(store, database_url)
    assert await killed(database_url, "split", "2026_01: complete") == -signal.SIGKILL
    await store.database.fetch(meanwhile)
    before = await content(database_url)
    said: list[str] = []
    assert len((await split(database_url, "month", report=said.append)).created) == 5
    assert any("out of date" in sentence for sentence in said)
    assert await content(database_url) == before
    await assert_whole(database_url)


async def test_nothing_is_read_under_the_locks(store: MessageStore, database_url: str) -> None:
    """Take either CHECK out, messages_split_bounds or messages_part_bounds."""
    await filled(store, database_url)
    assert await killed(database_url, "split", "changing the partitions") == -signal.SIGKILL
    said: list[str] = []
    async with opened(database_url, 10) as connection:
        connection.add_log_listener(lambda _, message: said.append(message.message))
        await connection.execute("SET client_min_messages = debug1")
        state = await read_state(connection)
        assert state.copy is not None
        job = Job(
            interval="month",
            partition=None,
            report=lambda _step: None,
            advance=lambda _count: None,
            seconds=10,
            batch=100,
        )
        await switch(connection, state.copy, job)
        await level(connection, patience=10)
    implied = {sentence for sentence in said if "is implied by existing constraints" in sentence}
    named = {name for name in [*MONTHS, THIS_MONTH] if any(f'"{name}"' in one for one in implied)}
    assert named == {*MONTHS, THIS_MONTH}
    assert any('"messages_split"' in sentence for sentence in implied)


async def test_it_gives_up_and_changes_nothing_when_the_lock_is_not_to_be_had(
    store: MessageStore, database_url: str
) -> None:
    await filled(store, database_url)
    before = await content(database_url)
    reader = await asyncpg.connect(database_url)
    async with reader.transaction():
        await reader.fetch("SELECT FROM messages_later")
        await reader.execute("LOCK TABLE ONLY messages IN ACCESS SHARE MODE")
        with pytest.raises(DatabaseUnavailable, match="without making writers wait"):
            await split(database_url, "month", patience=0.2)
    await reader.close()
    assert len((await layout_of(database_url)).partitions) == 2
    assert await content(database_url) == before
    await split(database_url, "month")
    assert await content(database_url) == before


class Writer:
    """Writes to old months whatever can be written, and knows what is to come of it."""

    def __init__(self, store: MessageStore, seed: int) -> None:
        self._store = store
        self._random = random.Random(seed)  # noqa: S311 (the same every time)
        self.stored: dict[str, Message] = {}
        self.longest = 0.0

    async def write(self, done: asyncio.Event) -> None:
        while not done.is_set():
            began = time.monotonic()
            await self._one()
            self.longest = max(self.longest, time.monotonic() - began)

    async def _one(self) -> None:
        messages, service, dice = self._store.messages, self._store.service, self._random
        if len(self.stored) < 20 or dice.random() < 0.2:
            new = [dated(OLD + dice.randrange(2490 * 86_400) * SECOND) for _ in range(3)]
            await (messages.load(new) if dice.random() < 0.5 else messages.create_exactly(new))
            self.stored |= {message.message_id: message for message in new}
            return
        name = dice.choice([*self.stored])
        match dice.randrange(4):
            case 0:
                await service.update_message_status(name, Status.READ, None, NOW)
            case 1:
                await messages.soft_delete(name)
            case 2:
                edit = MessageEdited(message_id=name, edit_id="e", content="new", at=NOW)
                await service.apply_rewrite(edit)
            case 3:
                await messages.hard_delete(name)
                del self.stored[name]
                return
        changed = await messages.get_by_message_id(name, include_deleted=True)
        assert changed is not None
        self.stored[name] = changed


async def test_writers_notice_nothing_and_lose_nothing(
    store: MessageStore, database_url: str
) -> None:
    """Leave a kind of change unnoted, or catch_up out before the switch: something is lost."""
    stored = {message.message_id: message for message in await filled(store, database_url)}
    writers = [Writer(store, seed) for seed in range(3)]
    done = asyncio.Event()
    tasks = [asyncio.create_task(writer.write(done)) for writer in writers]
    result = await split(database_url, "month", batch=20)
    done.set()
    await asyncio.gather(*tasks)
    for writer in writers:
        stored |= writer.stored
    print(f"{len(stored)} messages, the longest wait {max(w.longest for w in writers):.3f} s")  # noqa: T201 (a figure, not judged)
    assert result.corrected == 0
    found = await read_many(store.database, [Key.of(message) for message in stored.values()])
    assert found == stored
    assert len(await content(database_url)) == len(stored)
    await assert_counters_equal_recount(store.database)
    await assert_whole(database_url)


async def test_sixteen_at_once_make_each_month_once(store: MessageStore, database_url: str) -> None:
    await filled(store, database_url)
    before = await content(database_url)
    every = await asyncio.gather(*(split(database_url, "month", batch=5) for _ in range(16)))
    assert sum(len(one.created) for one in every) == 5
    assert await content(database_url) == before
    await assert_whole(database_url)
