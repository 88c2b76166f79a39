"""The rule: no migration makes a writer wait more than one second."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from messagestore.database.migrator import migrate, pending
from messagestore.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.integration.migrations.conftest import Scripts, Target

TABLES = "CREATE TABLE a (n int); CREATE TABLE b (n int)"
ALLOWED = 1.0


class Writer:
    """Inserts into a table all the time, and knows its longest wait in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.rows = 0


@asynccontextmanager
async def writing(target: Target, table: str = "a") -> AsyncIterator[Writer]:
    writer = Writer()

    async def write() -> None:
        async with target.connected() as connection:
            while True:
                started = time.monotonic()
                await connection.execute(f"INSERT INTO {table} VALUES (1)")
                writer.longest = max(writer.longest, time.monotonic() - started)
                writer.rows += 1
                await asyncio.sleep(0.005)

    task = asyncio.create_task(write())
    try:
        yield writer
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def held(target: Target, table: str) -> AsyncIterator[None]:
    """A long transaction that has written to the table."""
    async with target.connected() as connection, connection.transaction():
        await connection.execute(f"INSERT INTO {table} VALUES (0)")
        yield


async def test_behind_a_long_transaction(target: Target, scripts: Scripts) -> None:
    folder = scripts(TABLES, "ALTER TABLE a ADD COLUMN m int")
    await migrate(target.url, folder=scripts(TABLES))
    async with writing(target, "a (n)") as writer:
        async with held(target, "a"):
            running = asyncio.create_task(migrate(target.url, folder=folder))
            await asyncio.sleep(4)
            assert not running.done()
        assert await running == ["0002"]
    assert 0.3 < writer.longest < ALLOWED
    assert writer.rows > 20


async def test_while_it_holds_one_table_and_waits_for_others(
    target: Target, scripts: Scripts
) -> None:
    """Three waits of 0.3 s each are within lock_timeout; their sum is not within the rule."""
    steps = "ALTER TABLE a ADD COLUMN m int; SELECT pg_sleep(0.3); SELECT pg_sleep(0.3);"
    folder = scripts(TABLES, steps + "ALTER TABLE b ADD COLUMN m int")
    await migrate(target.url, folder=scripts(TABLES))
    async with writing(target, "a (n)") as writer, held(target, "b"):
        with pytest.raises(DatabaseUnavailable, match="0002"):
            await migrate(target.url, folder=folder, patience=3)
        assert 0.3 < writer.longest < ALLOWED


async def test_while_it_works_long_under_its_lock(target: Target, scripts: Scripts) -> None:
    folder = scripts(TABLES, "ALTER TABLE a ADD COLUMN m int; SELECT pg_sleep(5)")
    await migrate(target.url, folder=scripts(TABLES))
    async with writing(target, "a (n)") as writer:
        with pytest.raises(DatabaseUnavailable, match=r"0002.*work that others wait for"):
            await migrate(target.url, folder=folder, patience=2)
    assert 0.3 < writer.longest < ALLOWED
    assert await pending(target.url, folder=folder) == ["0002"]


async def test_long_work_that_nobody_waits_for_is_let_be(target: Target, scripts: Scripts) -> None:
    folder = scripts(TABLES, "ALTER TABLE a ADD COLUMN m int; SELECT pg_sleep(2)")
    async with target.connected() as connection:
        await connection.execute(f"ALTER DATABASE {target.name} SET statement_timeout = '1s'")
    assert await migrate(target.url, folder=folder, patience=1) == ["0001", "0002"]


async def test_rows_that_it_changes(target: Target, scripts: Scripts) -> None:
    await migrate(target.url, folder=scripts(TABLES))
    await target.execute("INSERT INTO a VALUES (7)")
    folder = scripts(TABLES, "UPDATE a SET n = 8; SELECT pg_sleep(5)")

    async def write() -> float:
        async with target.connected() as connection:
            await asyncio.sleep(0.3)
            started = time.monotonic()
            await connection.execute("UPDATE a SET n = n + 1")
            return time.monotonic() - started

    writer = asyncio.create_task(write())
    with pytest.raises(DatabaseUnavailable):
        await migrate(target.url, folder=folder, patience=0)
    assert 0.3 < await writer < ALLOWED


async def test_when_our_process_stalls_with_the_lock(target: Target, scripts: Scripts) -> None:
    """`time.sleep` stops the event loop, and with it our own watch, as a frozen process would."""
    await migrate(target.url, folder=scripts(TABLES))
    flag = scripts("SELECT 1") / "stalled"
    folder = scripts(
        TABLES,
        'step.execute("ALTER TABLE a ADD COLUMN m int")\nimport time, pathlib\n'
        f"flag = pathlib.Path({str(flag)!r})\n"
        "if not flag.exists():\n    flag.touch()\n    time.sleep(3)",
    )

    async def write() -> float:
        async with target.connected() as connection:
            started = time.monotonic()
            await connection.execute("INSERT INTO a (n) VALUES (1)")
            return time.monotonic() - started

    running = asyncio.create_task(
        asyncio.to_thread(asyncio.run, migrate(target.url, folder=folder))
    )
    while not flag.exists():  # noqa: ASYNC110 (another thread makes it)
        await asyncio.sleep(0.01)
    assert await write() < ALLOWED
    assert await running == ["0002"]


async def test_the_error_names_the_migration_and_who_is_in_its_way(
    target: Target, scripts: Scripts
) -> None:
    await migrate(target.url, folder=scripts(TABLES))
    folder = scripts(TABLES, "ALTER TABLE a ADD COLUMN m int")
    async with held(target, "a"):
        pattern = r"0002 .*: a, held by pid \d+ \(no name, idle in transaction\).*quieter hour"
        with pytest.raises(DatabaseUnavailable, match=pattern):
            await migrate(target.url, folder=folder, patience=1)
