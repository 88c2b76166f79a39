from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from messagestore.database.migrator import migrate, pending
from messagestore.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.migrations.conftest import Connection, Scripts, Target

PLAIN = "CREATE TABLE events (n int, word text)"
PARTITIONED = """CREATE TABLE events (n int, word text) PARTITION BY RANGE (n);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
CREATE TABLE "Events 2" PARTITION OF events FOR VALUES FROM (10) TO (20);
CREATE TABLE events_whose_name_is_as_long_as_postgresql_lets_it_be_3_4_5_6_7
    PARTITION OF events DEFAULT"""
BUILD = 'step.build_index_concurrently("events_word", "events", "(word) WHERE word IS NOT NULL")'
UNIQUE = 'step.build_index_concurrently("events_one", "events", "(n, word)", unique=True)'
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('events_word')"
INVALID = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
INDEXES = "SELECT count(*) FROM pg_index WHERE indrelid::regclass::text ILIKE '%events%'"
BUILDING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%'"


@pytest.fixture(params=[PLAIN, PARTITIONED], ids=["plain", "partitioned"])
def table(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def leaf(table: str) -> str:
    return "events_1" if "PARTITION" in table else "events"


async def write_to_a_leaf(connection: Connection, table: str) -> None:
    """To write through the parent would lock that, too."""
    await connection.execute(f"INSERT INTO {leaf(table)} VALUES (1, 'old')")


def count(table: str) -> int:
    return 4 if table == PARTITIONED else 1


async def assert_built(target: Target, table: str) -> None:
    assert await target.value(INVALID) == 0
    assert await target.value(INDEXES) == count(table)


async def longest_write(writer: Connection, numbers: int) -> float:
    """Write for two seconds; return the seconds of the longest wait."""
    longest = 0.0
    for n in range(100):
        started = time.monotonic()
        await writer.execute("INSERT INTO events VALUES ($1, 'new')", n % numbers)
        longest = max(longest, time.monotonic() - started)
        await asyncio.sleep(0.02)
    return longest


async def prepared(target: Target, scripts: Scripts, table: str, build: str = BUILD) -> Path:
    await migrate(target.url, folder=scripts(table))
    return scripts(table, build)


async def test_builds_the_index(target: Target, scripts: Scripts, table: str) -> None:
    folder = scripts(table, BUILD)
    assert await migrate(target.url, folder=folder) == ["0001", "0002"]
    assert await target.value(VALID) is True
    assert await target.value(INDEXES) == count(table)
    assert await migrate(target.url, folder=folder) == []


async def test_a_failed_build_leaves_nothing_and_a_rerun_builds(
    target: Target, scripts: Scripts, table: str
) -> None:
    folder = await prepared(target, scripts, table, UNIQUE)
    await target.execute("INSERT INTO events VALUES (11, 'secret'), (11, 'secret'), (1, 'a')")
    with pytest.raises(DatabaseError, match=r"0002 .*stored rows break") as caught:
        await migrate(target.url, folder=folder)
    assert "secret" not in str(caught.value)
    parent = 1 if table == PARTITIONED else 0  # invalid until the last partition is attached
    assert await target.value(INVALID) == parent
    await target.execute("DELETE FROM events WHERE n = 11")
    assert await migrate(target.url, folder=folder) == ["0002"]
    await assert_built(target, table)


async def test_an_invalid_leftover_is_never_taken_for_the_index(
    target: Target, scripts: Scripts, table: str
) -> None:
    """The leftover has another definition, so that one can tell which of the two stands."""
    folder = await prepared(target, scripts, table)
    await target.execute("INSERT INTO events VALUES (1, 'twice'), (1, 'twice')")
    where = leaf(table)
    name = "events_1_events_word" if table == PARTITIONED else "events_word"
    async with target.connected() as connection:
        with pytest.raises(Exception, match="could not create unique index"):
            await connection.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {where} (word)")
    assert await target.value(INVALID) == 1
    assert await migrate(target.url, folder=folder) == ["0002"]
    assert await target.value(INVALID) == 0
    definition = await target.value(f"SELECT pg_get_indexdef('{name}'::regclass)")
    assert "UNIQUE" not in str(definition)


async def test_waits_for_old_transactions_and_lets_writers_write(
    target: Target, scripts: Scripts, table: str
) -> None:
    folder = await prepared(target, scripts, table)
    async with target.connected() as old, target.connected() as writer:
        # Its database would cut the build short, twice over.
        await old.execute(f"ALTER DATABASE {target.name} SET statement_timeout = '500ms'")
        await old.execute(f"ALTER DATABASE {target.name} SET lock_timeout = '500ms'")
        async with old.transaction():
            await write_to_a_leaf(old, table)
            running = asyncio.create_task(migrate(target.url, folder=folder))
            longest = await longest_write(writer, 30)
            assert not running.done()
        assert await running == ["0002"]
    assert longest < 1.0
    assert await target.value(VALID) is True


async def test_a_build_whose_session_is_ended_is_begun_again(
    target: Target, scripts: Scripts, table: str
) -> None:
    folder = await prepared(target, scripts, table)
    async with target.connected() as old:
        async with old.transaction():
            await write_to_a_leaf(old, table)
            running = asyncio.create_task(migrate(target.url, folder=folder))
            await target.until(BUILDING)
            await target.until(f"SELECT ({INVALID}) > {count(table) // 4}")
            await target.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND pid <> pg_backend_pid()"
            )
            with pytest.raises(DatabaseError):
                await asyncio.wait_for(running, 20)
        assert await pending(target.url, folder=folder) == ["0002"]
        assert await migrate(target.url, folder=folder) == ["0002"]
    await assert_built(target, table)


async def test_a_build_that_outlives_its_killed_client_is_waited_for(
    target: Target, scripts: Scripts, table: str
) -> None:
    folder = await prepared(target, scripts, table)
    async with target.connected() as old:
        async with old.transaction():
            await write_to_a_leaf(old, table)
            process = await target.spawn(folder)
            await target.until(f"SELECT ({INVALID}) > {count(table) // 4}")
            process.kill()
            await process.communicate()
            running = asyncio.create_task(migrate(target.url, folder=folder))
            await asyncio.sleep(1)
            assert not running.done()
        assert await asyncio.wait_for(running, 30) == ["0002"]
    await assert_built(target, table)


async def test_attaching_never_makes_a_writer_wait_long(target: Target, scripts: Scripts) -> None:
    """A reader keeps a lock on the partition's index, which ATTACH wants for itself alone."""
    folder = await prepared(target, scripts, PARTITIONED)
    async with target.connected() as reader, target.connected() as writer:
        async with reader.transaction():
            await reader.execute("LOCK TABLE events_1 IN ROW EXCLUSIVE MODE")
            running = asyncio.create_task(migrate(target.url, folder=folder))
            longest = await longest_write(writer, 10)  # all into events_1
        assert await running == ["0002"]
    assert longest < 1.0


async def test_a_partition_made_meanwhile_gets_its_index_too(
    target: Target, scripts: Scripts
) -> None:
    table = PARTITIONED.replace("DEFAULT", "FOR VALUES FROM (20) TO (30)")
    folder = await prepared(target, scripts, table)
    async with target.connected() as old:
        async with old.transaction():
            await write_to_a_leaf(old, table)
            running = asyncio.create_task(migrate(target.url, folder=folder))
            await target.until(BUILDING)
            await target.execute("CREATE TABLE events_9 (LIKE events)")
        await target.execute(
            "ALTER TABLE events ATTACH PARTITION events_9 FOR VALUES FROM (90) TO (99)"
        )
        assert await running == ["0002"]
    assert await target.value(VALID) is True
    assert await target.value(INVALID) == 0


async def test_an_index_after_other_sql_is_refused(target: Target, scripts: Scripts) -> None:
    body = f'step.execute("CREATE TABLE events (word text)")\n{BUILD}'
    with pytest.raises(TypeError, match="a revision of its own"):
        await migrate(target.url, folder=scripts(body))
    assert await target.value("SELECT to_regclass('events')") is None
