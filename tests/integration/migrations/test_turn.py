from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from messagestore.database.migrator import head_revision, migrate, pending
from messagestore.database.migrator.turn import LOCK_KEY
from messagestore.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from tests.integration.migrations.conftest import Scripts, Target

HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
HELD_BY_NOW = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND state LIKE 'idle%'
"""
"""Once the statement that took it is over, which has a snapshot of its own."""
END_HOLDER = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
)
SNAPSHOT_OF_HOLDER = """
SELECT max(backend_xmin::text) FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE locktype = 'advisory' AND granted
"""


async def test_sixteen_processes_at_once(target: Target) -> None:
    processes = [await target.spawn() for _ in range(16)]
    results = [await process.communicate() for process in processes]
    assert [error for _, error in results if error] == []
    assert sorted(int(out) for out, _ in results) == [0] * 15 + [int(head_revision())]
    assert await pending(target.url) == []


async def test_sixteen_processes_and_an_index_built_concurrently(
    target: Target, scripts: Scripts
) -> None:
    folder = scripts(
        "CREATE TABLE words (word text); INSERT INTO words SELECT n::text FROM"
        " generate_series(1, 200000) AS n",
        'step.build_index_concurrently("words_word", "words", "(word)")',
    )
    processes = [await target.spawn(folder) for _ in range(16)]
    async with asyncio.timeout(60):
        results = [await process.communicate() for process in processes]
    assert [error for _, error in results if error] == []
    assert sorted(int(out) for out, _ in results) == [0] * 15 + [2]
    assert await target.value(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'words_word'::regclass"
    )


async def test_why_the_lock_is_polled_a_blocking_one_stops_a_concurrent_build(
    target: Target,
) -> None:
    """What `pg_advisory_lock` would do: the build waits for the snapshot of who waits for it.

    PostgreSQL sees no deadlock in it, for the one who holds the lock waits in the client only.
    """
    await target.execute("CREATE TABLE words (word text)")
    async with target.connected() as holder, target.connected() as waiter:
        await holder.execute("SELECT pg_advisory_lock(1)")
        waiting = asyncio.create_task(waiter.execute("SELECT pg_advisory_lock(1)"))
        await asyncio.sleep(0.2)
        async with target.connected() as worker:
            with pytest.raises(TimeoutError):
                await worker.execute("CREATE INDEX CONCURRENTLY ON words (word)", timeout=3)
        await holder.execute("SELECT pg_advisory_unlock(1)")
        await waiting


async def test_who_waits_gives_up_with_a_sentence(target: Target, scripts: Scripts) -> None:
    async with target.connected() as other, other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock($1)", LOCK_KEY)
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailable, match="Another process has been changing"):
            await migrate(target.url, folder=scripts("SELECT 1"), patience=0.5)
        assert time.monotonic() - started < 5


async def test_losing_the_lock_stops_the_migration(target: Target, scripts: Scripts) -> None:
    folder = scripts("CREATE TABLE a (n int); SELECT pg_sleep(30)")
    running = asyncio.create_task(migrate(target.url, folder=folder))
    await target.until("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'")
    await target.execute(END_HOLDER)
    with pytest.raises(DatabaseUnavailable, match="holds the migration lock was lost"):
        await asyncio.wait_for(running, 10)
    assert await target.value("SELECT to_regclass('a')") is None
    assert await target.value(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = 'messagestore-migrate' AND datname = current_database()"
    ) == 0  # fmt: skip


async def test_a_killed_process_frees_its_turn(target: Target, scripts: Scripts) -> None:
    process = await target.spawn(scripts("CREATE TABLE a (n int); SELECT pg_sleep(2)"))
    await target.until("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(2)'")
    process.kill()
    await process.communicate()
    assert await migrate(target.url, folder=scripts("CREATE TABLE a (n int)")) == ["0001"]


async def test_nothing_that_takes_a_snapshot_stands_in_the_open_transaction(
    target: Target, scripts: Scripts
) -> None:
    running = asyncio.create_task(
        migrate(target.url, folder=scripts("SELECT pg_sleep(1)"), patience=1)
    )
    await target.until(HELD_BY_NOW)
    for _ in range(20):
        assert await target.value(SNAPSHOT_OF_HOLDER) is None
        await asyncio.sleep(0.03)
    await running
