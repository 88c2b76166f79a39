"""What has been kept for long enough goes, and nothing else."""

import asyncio
import signal
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messagestore import Direction, MediaType, Message, MessageStore, Status
from messagestore.database.migrator.connecting import opened
from messagestore.message import ContextType
from messagestore.partitions import enable, split
from messagestore.partitions.retiring import retire
from messagestore.repository.changes import ChangeKind
from messagestore.retention import DuePartition, Plan, Retained, Retention, Rules
from tests.builders import new_message
from tests.conftest import Clock, execute
from tests.integration.partitions.layouts import (
    DAY,
    NOW,
    assert_whole,
    layout_of,
    rows_by_partition,
)
from tests.integration.repository.recount import assert_counters_equal_recount
from tests.integration.repository.test_changes import _since as since
from tests.integration.retention.rules import RULES, clock

FOREVER = Rules(general="forever", by_type={}, by_context={})
GROUPS = ContextType.GROUP


async def store_days(store: MessageStore) -> list[Message]:
    """A message a day for 150 days in each of four conversations."""
    new = [
        new_message(
            message_id=f"{context_id}.{age}",
            context_id=context_id,
            context_type=ContextType.GROUP if context_id == "crowd" else ContextType.PRIVATE,
            created_at=NOW - age * DAY,
            direction=(Direction.INCOMING, Direction.OUTGOING)[age % 2],
            media_type=MediaType.IMAGE if age % 5 == 0 else None,
            status=Status.FAILED if age % 7 == 0 else None,
            is_bot_command=age % 11 == 0,
            command_name="x" if age % 11 == 0 else None,
        )
        for age in range(150)
        for context_id in ("alice", "crowd", "kept", "brief")
    ]
    return [one.message for one in (await store.messages.create_many(new)).stored]


async def fill_months(store: MessageStore, url: str) -> list[Message]:
    """The same in partitions by month."""
    stored = await store_days(store)
    await enable(url, "month", now=NOW)
    await split(url, "month")
    return stored


def days_kept(message: Message, rules: Rules = RULES) -> float:
    days = rules.by_context.get(
        message.context_id, rules.by_type.get(message.context_type, rules.general)
    )
    return float("inf") if days == "forever" else float(days)


def is_kept(message: Message, rules: Rules = RULES) -> bool:
    return (NOW - message.created_at) / DAY <= days_kept(message, rules)


async def stored_ids(store: MessageStore) -> set[Any]:
    return {row["id"] for row in await store.database.fetch("SELECT id FROM messages")}


def retention_of(store: MessageStore, url: str, rules: Rules = RULES) -> Retention:
    return Retention(store.database, url, rules, store.clock)


async def test_each_message_is_kept_by_the_rule_that_is_its_own(
    store: MessageStore, database_url: str
) -> None:
    stored = await fill_months(store, database_url)
    await store.messages.soft_delete("alice.120")
    retention = retention_of(store, database_url)
    kept = {message.id for message in stored if is_kept(message)}
    plan = await retention.plan()
    assert plan == Plan([], len(stored) - len(kept))
    assert await retention.run() == Retained([], len(stored) - len(kept))
    assert await stored_ids(store) == kept
    await assert_counters_equal_recount(store.database)
    await assert_whole(database_url)
    assert await retention.plan() == Plan([], 0)


async def test_months_in_which_all_is_due_are_dropped(
    store: MessageStore, database_url: str
) -> None:
    stored = await fill_months(store, database_url)
    rules = Rules(general=45, by_type={}, by_context={})
    retention = retention_of(store, database_url, rules)
    files = await store.database.fetch("SELECT pg_relation_filenode('messages_2026_02') AS file")
    plan = await retention.plan()
    months = ["messages_2025_10", "messages_2025_11", "messages_2025_12"]
    assert plan.partitions == [
        DuePartition(name, 4 * days) for name, days in zip(months, (29, 30, 31), strict=True)
    ]
    done = await retention.run()
    assert done.dropped == months
    assert done.removed == plan.messages + sum(one.messages for one in plan.partitions)
    assert await stored_ids(store) == {one.id for one in stored if is_kept(one, rules)}
    await assert_counters_equal_recount(store.database)
    await assert_whole(database_url)
    names = [one.name for one in (await layout_of(database_url)).partitions]
    assert names[:3] == ["messages_before_2026_01_01", "messages_2026_01", "messages_2026_02"]
    now = await store.database.fetch("SELECT pg_relation_filenode('messages_2026_02') AS file")
    assert now == files


async def test_later_months_join_those_that_are_gone(
    store: MessageStore, database_url: str, clock: Clock
) -> None:
    await fill_months(store, database_url)
    rules = Rules(general=45, by_type={}, by_context={})
    await retention_of(store, database_url, rules).run()
    # What is late is stored all the same, goes with the next run, and is in nobody's way.
    await store.messages.create(new_message(created_at=NOW - 140 * DAY))
    clock.advance(days=40)
    done = await retention_of(store, database_url, rules).run()
    assert done.dropped == ["messages_2026_01"]
    clock.advance(days=30)
    assert (await retention_of(store, database_url, rules).run()).dropped == ["messages_2026_02"]
    names = [one.name for one in (await layout_of(database_url)).partitions]
    assert names[0].startswith("messages_before_2026_0")
    assert names[-2:] == ["messages_2026_03", "messages_later"]
    await assert_whole(database_url)
    await assert_counters_equal_recount(store.database)


async def test_what_is_gone_is_told_and_may_come_again(
    store: MessageStore, database_url: str
) -> None:
    await fill_months(store, database_url)
    begin = await store.changes.end()
    rules = Rules(general=100, by_type={GROUPS: "forever"}, by_context={"kept": "forever"})
    done = await retention_of(store, database_url, rules).run()
    told = await since(store, begin)
    assert len(told) == done.removed == 98
    assert {change.kind for change in told} == {ChangeKind.REMOVED}
    again = await store.messages.create(
        new_message(message_id="alice.120", created_at=NOW - 120 * DAY)
    )
    assert again.created
    assert (await store.messages.get_by_message_id("alice.120")) == again.message
    await assert_counters_equal_recount(store.database)


async def test_for_ever_is_for_ever(store: MessageStore, database_url: str) -> None:
    stored = await fill_months(store, database_url)
    assert await retention_of(store, database_url, FOREVER).run() == Retained([], 0)
    assert len(await stored_ids(store)) == len(stored)


async def test_one_partition_of_all_time_is_enough(store: MessageStore, database_url: str) -> None:
    await store.messages.create_many(
        [new_message(created_at=NOW - age * DAY) for age in (1, 99, 101, 900)]
    )
    assert (await retention_of(store, database_url).run()).removed == 2
    await assert_counters_equal_recount(store.database)


@pytest.mark.parametrize("layout", ["one partition", "months"])
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    messages=st.lists(
        st.tuples(
            st.sampled_from("abcd"), st.integers(0, 120), st.booleans(), st.sampled_from(Status)
        ),
        max_size=30,
    ),
    rules=st.builds(
        Rules,
        general=st.sampled_from([8, 40, "forever"]),
        by_type=st.dictionaries(st.sampled_from(ContextType), st.sampled_from([10, 70, "forever"])),
        by_context=st.dictionaries(st.sampled_from("abc"), st.sampled_from([20, 90, "forever"])),
    ),
)
async def test_whatever_the_rules_counters_equal_a_recount(
    store: MessageStore,
    database_url: str,
    layout: str,
    messages: list[tuple[str, int, bool, Status]],
    rules: Rules,
) -> None:
    await execute(database_url, "TRUNCATE messages, message_keys, conversations, changes")
    new = [
        new_message(
            context_id=context_id,
            context_type=ContextType.GROUP if context_id in "bd" else ContextType.PRIVATE,
            created_at=NOW - age * DAY,
            status=status,
            direction=Direction.OUTGOING,
        )
        for context_id, age, _, status in messages
    ]
    stored = [one.message for one in (await store.messages.create_many(new)).stored]
    for message, (_, _, is_hidden, _) in zip(stored, messages, strict=True):
        if is_hidden:
            await store.messages.soft_delete(message.id)
    if layout == "months":
        await enable(database_url, "month", now=NOW)
        await split(database_url, "month")
    retention = retention_of(store, database_url, rules)
    plan, done = await retention.plan(), await retention.run()
    # One more may go: what is empty once the messages that were due in the one before are gone.
    assert {one.name for one in plan.partitions} <= set(done.dropped)
    assert done.removed == plan.messages + sum(one.messages for one in plan.partitions)
    assert await stored_ids(store) == {one.id for one in stored if is_kept(one, rules)}
    await assert_counters_equal_recount(store.database)
    await assert_whole(database_url)


async def test_killed_at_any_step_it_goes_on(store: MessageStore, database_url: str) -> None:
    """Free the keys in a transaction of their own: a counter is wrong after some kill."""
    stored = await fill_months(store, database_url)
    # No message of the ones that are kept is in the two oldest months, so that these are dropped.
    await execute(database_url, "DELETE FROM messages WHERE context_id = 'kept'")
    await execute(database_url, "DELETE FROM message_keys WHERE context_id = 'kept'")
    await execute(database_url, "DELETE FROM conversations WHERE context_id = 'kept'")
    kills, step = 0, 1
    while await killed(database_url, step) == -signal.SIGKILL:
        kills, step = kills + 1, step % 4 + 1
        await store.messages.create(new_message(context_id="alice", created_at=NOW))
    assert kills >= 6
    assert await store.database.fetch("SELECT FROM pg_class WHERE relname ~ 'expired'") == []
    left = {one.id for one in stored if is_kept(one) and one.context_id != "kept"}
    assert len(await stored_ids(store)) == len(left) + kills
    assert left <= await stored_ids(store)
    await assert_counters_equal_recount(store.database)
    await assert_whole(database_url)


async def killed(url: str, step: int) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.retention.killed", url, str(step)
    )
    return await process.wait()


async def test_what_came_before_the_lock_and_is_not_due_is_put_back(
    store: MessageStore, database_url: str
) -> None:
    """Take put_back out: messages are lost that no rule lets go."""
    stored = await fill_months(store, database_url)
    async with opened(database_url, 10) as connection:
        layout = await layout_of(database_url)
        await retire(connection, layout, layout.partitions[0], 10)
    done = await retention_of(store, database_url).run()
    kept = {message.id for message in stored if is_kept(message)}
    assert await stored_ids(store) == kept
    assert done.removed == len(stored) - len(kept)
    assert done.dropped == ["messages_2025_10"]
    assert (await rows_by_partition(database_url))["messages_before_2025_11_01"] == 29
    await assert_counters_equal_recount(store.database)
    await assert_whole(database_url)


async def test_sixteen_at_once_remove_each_message_once(
    store: MessageStore, database_url: str
) -> None:
    stored = await fill_months(store, database_url)
    rules = Rules(general=45, by_type={}, by_context={})
    every = await asyncio.gather(
        *(retention_of(store, database_url, rules).run() for _ in range(16))
    )
    kept = {one.id for one in stored if is_kept(one, rules)}
    assert sum(done.removed for done in every) == len(stored) - len(kept)
    assert sum(len(done.dropped) for done in every) == 3
    assert await stored_ids(store) == kept
    await assert_counters_equal_recount(store.database)
    await assert_whole(database_url)


async def test_writers_go_on_meanwhile(store: MessageStore, database_url: str) -> None:
    await fill_months(store, database_url)
    done = asyncio.Event()

    async def write(number: int) -> int:
        count = 0
        while not done.is_set():
            age = (7 * count + number) % 150
            name = f"{('alice', 'crowd', 'brief')[number]}.{age}"
            await store.service.update_message_status(name, Status.READ, None, NOW)
            await store.messages.create(
                new_message(context_id=name.partition(".")[0], created_at=NOW - age * DAY)
            )
            count += 1
        return count

    writers = [asyncio.create_task(write(number)) for number in range(3)]
    rules = Rules(general=45, by_type={}, by_context={})
    await retention_of(store, database_url, rules).run()
    done.set()
    assert min(await asyncio.gather(*writers)) > 0
    await retention_of(store, database_url, rules).run()
    rows = await store.database.fetch("SELECT min(created_at) AS oldest FROM messages")
    assert rows[0]["oldest"] >= NOW - 45 * DAY
    await assert_whole(database_url)
    pending = "DELETE FROM pending_statuses"
    await execute(database_url, pending, "DELETE FROM message_keys WHERE context_id = ''")
    await assert_counters_equal_recount(store.database)


async def test_the_open_store_removes_them(store: MessageStore, database_url: str) -> None:
    await fill_months(store, database_url)
    changed = {"retention_upkeep_seconds": 0.05, "retention_days": 45}
    settings = store.settings.model_copy(update=changed)
    oldest = "SELECT min(created_at) AS oldest FROM messages"
    async with MessageStore.open(settings=settings, clock=clock), asyncio.timeout(60):
        while (await store.database.fetch(oldest))[0]["oldest"] < NOW - 45 * DAY:  # noqa: ASYNC110 (the tables tell nobody)
            await asyncio.sleep(0.05)
    await assert_whole(database_url)
