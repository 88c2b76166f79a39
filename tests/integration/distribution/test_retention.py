"""Retention of distributed tables: what is due goes from every table and node, and nothing else."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from messagestore import Message, MessageStore, Status
from messagestore.database.migrator import migrate
from messagestore.database.migrator.connecting import opened
from messagestore.distribution import distribute
from messagestore.errors import DatabaseUnavailable
from messagestore.partitions import enable, maintain
from messagestore.partitions.maintenance import Plan as Months
from messagestore.partitions.retiring import retire
from messagestore.retention import DuePartition, Plan, Retained, Rules
from tests.builders import new_message
from tests.conftest import Clock, execute
from tests.integration.distribution.test_months import settings_of
from tests.integration.partitions.layouts import DAY, NOW, assert_whole, layout_of
from tests.integration.repository.recount import assert_counters_equal_recount
from tests.integration.retention.rules import RULES
from tests.integration.retention.test_retention import (
    fill_months,
    is_kept,
    killed,
    retention_of,
    store_days,
    stored_ids,
)
from tests.nodes import Nodes, in_database

BRIEF = Rules(general=45, by_type={}, by_context={})
OCTOBER = datetime(2025, 10, 1, tzinfo=UTC)

_SHARD_OF_KEY = """
SELECT shard_name AS shard, nodeport FROM citus_shards
WHERE shardid = get_shard_id_for_distribution_column('message_keys', $1::text)
"""

# The key goes, and comes again in a transaction that is only prepared.
_TAKE_KEY = """
DO $$
DECLARE
    key {shard};
BEGIN
    DELETE FROM {shard} WHERE message_id = 'late' RETURNING * INTO key;
    PERFORM set_config('test.key', row_to_json(key)::text, false);
END $$
"""

_PREPARE_KEY = """
BEGIN;
INSERT INTO {shard}
SELECT * FROM json_populate_record(NULL::{shard}, current_setting('test.key')::json);
PREPARE TRANSACTION 'half_way';
"""


@pytest.fixture
async def distributed(joined_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[MessageStore]:
    """A store on distributed tables, with months from 2025-10 to 2026-03 and nothing in them."""
    await migrate(joined_url)
    await distribute(joined_url)
    await enable(joined_url, "month", now=OCTOBER - 10 * DAY)
    await maintain(joined_url, Months("month", 5, OCTOBER))
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        yield store


async def _assert_left(store: MessageStore, url: str, kept: set[object]) -> None:
    """These are there, with their keys, places and counters, and nothing else is."""
    assert await stored_ids(store) == kept
    await assert_counters_equal_recount(store.database)
    await assert_whole(url)


def _kept(stored: list[Message], rules: Rules) -> set[object]:
    return {message.id for message in stored if is_kept(message, rules)}


async def test_what_is_due_is_removed_in_batches(
    distributed: MessageStore, joined_url: str
) -> None:
    stored = await store_days(distributed)
    await distributed.messages.soft_delete("alice.120")
    retention = retention_of(distributed, joined_url)
    kept = _kept(stored, retention.rules)
    assert await retention.plan() == Plan([], len(stored) - len(kept))
    assert await retention.run() == Retained([], len(stored) - len(kept))
    await _assert_left(distributed, joined_url, kept)
    assert await retention.plan() == Plan([], 0)


async def test_months_in_which_all_is_due_are_dropped(
    distributed: MessageStore, joined_url: str
) -> None:
    stored = await store_days(distributed)
    retention = retention_of(distributed, joined_url, BRIEF)
    plan = await retention.plan()
    months = ["messages_2025_10", "messages_2025_11", "messages_2025_12"]
    assert plan.partitions == [
        DuePartition(name, 4 * days) for name, days in zip(months, (29, 30, 31), strict=True)
    ]
    kept = _kept(stored, BRIEF)
    assert await retention.run() == Retained(months, len(stored) - len(kept))
    await _assert_left(distributed, joined_url, kept)
    names = [one.name for one in (await layout_of(joined_url)).partitions]
    assert names[:2] == ["messages_before_2026_01_01", "messages_2026_01"]
    left = await distributed.database.fetch(
        "SELECT table_name::text FROM citus_tables WHERE table_name::text ~ 'expired|2025|all_time'"
    )
    assert left == []
    # The time of what is gone can be stored, and goes with the next run.
    late = await distributed.messages.create(
        new_message(message_id="alice.120", created_at=NOW - 120 * DAY)
    )
    assert await distributed.messages.get(late.message.id) == late.message
    assert await retention.run() == Retained([], 1)
    await _assert_left(distributed, joined_url, kept)


async def test_what_came_before_the_lock_and_is_not_due_is_put_back(
    distributed: MessageStore, joined_url: str
) -> None:
    """Take put_back out: messages are lost that no rule lets go."""
    stored = await store_days(distributed)
    async with opened(joined_url, 10) as connection:
        layout = await layout_of(joined_url)
        await retire(connection, layout, layout.partitions[1], 10)
    retention = retention_of(distributed, joined_url)
    kept = _kept(stored, retention.rules)
    assert await retention.run() == Retained(["messages_2025_10"], len(stored) - len(kept))
    await _assert_left(distributed, joined_url, kept)


async def test_what_was_taken_out_before_the_tables_were_distributed_is_settled_after(
    joined_url: str, tmp_path: Path, clock: Clock
) -> None:
    await migrate(joined_url)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        stored = await fill_months(store, joined_url)
        async with opened(joined_url, 10) as connection:
            layout = await layout_of(joined_url)
            await retire(connection, layout, layout.partitions[0], 10)
        await distribute(joined_url)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        assert (await retention_of(store, joined_url).run()).dropped == ["messages_2025_10"]
        await _assert_left(store, joined_url, _kept(stored, RULES))


@pytest.mark.parametrize("taken_out", [False, True])
async def test_nothing_goes_of_which_the_key_cannot_be_seen_yet(
    nodes: Nodes, distributed: MessageStore, joined_url: str, *, taken_out: bool
) -> None:
    """Take visible_everywhere out: the message is gone, and its key and counter remain for ever.

    What a crash in the middle of a commit leaves of it: the key is prepared, the message is there.
    """
    await distributed.messages.create(
        new_message(message_id="late", created_at=NOW - 140 * DAY, context_id="a")
    )
    if taken_out:
        layout = await layout_of(joined_url)
        async with opened(joined_url, 10) as connection:
            await retire(connection, layout, layout.partitions[1], 10)
    row = await distributed.database.fetch_row(_SHARD_OF_KEY, "late")
    assert row is not None
    (worker_url,) = (url for url in nodes.urls if f":{row['nodeport']}/" in url)
    worker = await asyncpg.connect(in_database(worker_url, joined_url.rpartition("/")[2]))
    await worker.execute(_TAKE_KEY.format(shard=row["shard"]))
    await worker.execute(_PREPARE_KEY.format(shard=row["shard"]))
    retention = retention_of(distributed, joined_url, BRIEF)
    try:
        with pytest.raises(DatabaseUnavailable, match="half_way"):
            await retention.run(patience=1)
    finally:
        await worker.execute("COMMIT PREPARED 'half_way'")
        await worker.close()
    assert (await retention.run()).removed == 1
    await _assert_left(distributed, joined_url, set())


async def test_killed_at_any_step_it_goes_on(distributed: MessageStore, joined_url: str) -> None:
    """Free the keys in a transaction of their own: a counter is wrong after some kill."""
    stored = await store_days(distributed)
    kept_for_ever = [message for message in stored if message.context_id == "kept"]
    for message in kept_for_ever:
        await distributed.messages.hard_delete(message.id)
    kills, step = 0, 1
    while await killed(joined_url, step) == -signal.SIGKILL:
        kills, step = kills + 1, step % 4 + 1
    assert kills >= 6
    rules = retention_of(distributed, joined_url).rules
    kept = _kept([one for one in stored if one.context_id != "kept"], rules)
    await _assert_left(distributed, joined_url, kept)


async def test_writers_go_on_meanwhile(distributed: MessageStore, joined_url: str) -> None:
    await store_days(distributed)
    done = asyncio.Event()
    logged: list[str] = []

    async def write(context_id: str) -> None:
        count = 0
        while not done.is_set():
            await distributed.service.update_message_status(
                f"{context_id}.{count % 150}", Status.READ, None, NOW
            )
            message_id = f"{context_id}.new{count}"
            created = await distributed.messages.create(
                new_message(
                    message_id=message_id,
                    context_id=context_id,
                    created_at=NOW - (count * 7 % 150) * DAY,
                )
            )
            if created.message.created_at >= NOW - 45 * DAY:
                logged.append(message_id)
            count += 1

    writers = [asyncio.create_task(write(name)) for name in ("alice", "crowd", "brief")]
    runs = (retention_of(distributed, joined_url, BRIEF).run() for _ in range(3))
    dropped = [name for run in await asyncio.gather(*runs) for name in run.dropped]
    done.set()
    await asyncio.gather(*writers)
    assert sorted(dropped) == ["messages_2025_10", "messages_2025_11", "messages_2025_12"]
    await retention_of(distributed, joined_url, BRIEF).run()
    rows = await distributed.database.fetch("SELECT min(created_at) AS oldest FROM messages")
    assert rows[0]["oldest"] >= NOW - 45 * DAY
    assert logged
    for message_id in logged:
        assert await distributed.messages.get_by_message_id(message_id) is not None
    forget = "DELETE FROM pending_statuses", "DELETE FROM message_keys WHERE context_id = ''"
    await execute(joined_url, *forget)
    await assert_counters_equal_recount(distributed.database)
    await assert_whole(joined_url)
