"""Writers that meet each other on the same rows, and statuses that come in any order."""

import asyncio
import itertools
import random
import time
from datetime import UTC, datetime

import asyncpg
import pytest

from messagestore import MessageStore, Settings, Status
from tests.builders import new_answer, new_message
from tests.faults.load import assert_kept
from tests.faults.table import Figures
from tests.integration.repository.recount import assert_counters_equal_recount

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRITERS = 16
ROWS = 50


@pytest.mark.fault(
    "overlapping batches",
    how="16 writers with connections of their own, 50-row batches over the same ids, 60 s",
    required="0 deadlocks, 0 twice",
)
async def test_overlapping_batches(settings: Settings, full_form: bool, figures: Figures) -> None:
    """Fails without sorting in insert(): 21 batches then met 23 deadlocks."""
    url = str(settings.database_url)
    settings = settings.model_copy(update={"pool_max_size": 1})
    ends = time.monotonic() + (60 if full_form else 2)
    written: set[str] = set()
    batches = 0

    async def write(number: int) -> None:
        nonlocal batches
        draw = random.Random(number)  # noqa: S311 (no secret)
        async with MessageStore.open(settings=settings) as store:
            for turn in itertools.count():
                if time.monotonic() > ends:
                    return
                ids = [f"m{turn // 4}-{n}" for n in draw.sample(range(3 * ROWS), ROWS)]
                new = [new_message(message_id=id_, context_id=f"c{id_[-1]}") for id_ in ids]
                result = await store.messages.create_many(new)
                assert not result.refused
                written.update(ids)
                batches += 1

    before = await _deadlocks(url)
    async with asyncio.TaskGroup() as group:
        for number in range(WRITERS):
            group.create_task(write(number))
    deadlocks = await _deadlocks(url) - before
    figures(f"{batches:,} batches, {deadlocks} deadlocks")
    assert deadlocks == 0
    assert await assert_kept(url, written, figures) == len(written)


@pytest.mark.fault(
    "statuses",
    how="all orders of sent, failed, delivered, read, each repeated, the message at every place",
    required="one same end",
)
async def test_statuses(settings: Settings, full_form: bool, figures: Figures) -> None:
    """Fails without `apply_waiting` in insertion.py."""
    statuses = [Status.SENT, Status.FAILED, Status.DELIVERED, Status.READ]
    longest = 5 if full_form else 4
    orders = [
        order
        for order in itertools.product(statuses, repeat=longest)
        if set(order) == set(statuses)
    ]
    async with MessageStore.open(settings=settings) as store:
        log = store.logger

        async def story(number: int, order: tuple[Status, ...], place: int) -> None:
            message_id = f"s{number}-{place}"
            new = new_answer(message_id=message_id, context_id=f"c{number % 7}")
            for index, status in enumerate(order):
                if index == place:
                    await log.log_incoming(new)
                await store.service.update_message_status(message_id, status, at=NOW)
            if place == longest:
                await log.log_incoming(new)

        stories = [
            story(number, order, place)
            for number, order in enumerate(orders)
            for place in range(longest + 1)
        ]
        for start in range(0, len(stories), 200):
            await asyncio.gather(*stories[start : start + 200])
        ends = await store.database.fetch(
            "SELECT DISTINCT status, error_message, delivered_at, read_at FROM messages"
        )
        figures(f"{len(stories):,} stories, {len(ends)} end")
        assert [tuple(end) for end in ends] == [("read", None, NOW, NOW)]
        waiting = await store.database.fetch("SELECT * FROM pending_statuses")
        assert waiting == []
        await assert_counters_equal_recount(store.database)


async def _deadlocks(url: str) -> int:
    """Return what the server counted, once every connection but this one has reported."""
    connection = await asyncpg.connect(url)
    try:
        alone = "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database()"
        while not await connection.fetchval(alone):  # noqa: ASYNC110 (another process's doing)
            await asyncio.sleep(0.01)
        return int(
            await connection.fetchval(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            )
        )
    finally:
        await connection.close()
