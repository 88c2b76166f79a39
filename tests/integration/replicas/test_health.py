"""A replica that lags, dies or is something else is left out, and comes back."""

import asyncio
import signal

import asyncpg
import pytest
from pydantic import SecretStr

from tests.builders import new_message
from tests.conftest import execute
from tests.faults.load import until
from tests.integration.replicas.conftest import (
    MakeStandby,
    Open,
    eventually,
    paused,
    replicas_of,
    until_all_in_use,
    until_level,
)
from tests.integration.replicas.readers import Readers, fill
from tests.servers import Server

SLOW_ON_A_REPLICA = """
    SELECT one, pg_sleep(CASE WHEN pg_is_in_recovery() THEN 30 ELSE 0 END) FROM gone
"""
SWITCH = ("SELECT pg_logical_emit_message(false, 'test', 'something')", "SELECT pg_switch_wal()")
SEGMENT = 16 * 1024**2
ASLEEP = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


async def test_one_that_lags_is_left_out_and_comes_back(open_store: Open, standby: Server) -> None:
    """Fails without the comparison with `replica_max_lag_seconds` in Replica._distance."""
    async with open_store(standby, replica_max_lag_seconds=0.5) as store:
        replica = replicas_of(store).replicas[0]
        assert replica.lag_seconds < 0.5
        async with paused(standby):
            await store.messages.create(new_message())
            await until(lambda: not replica.in_use)
            assert replica.left_out == "it is more than 0.5 s behind (replica_max_lag_seconds)"
            assert replica.lag_seconds > 0.5
            assert replica.lag_bytes > 0
            before = replica.reads
            await store.messages.get_conversation_history("bob")
            assert replica.reads == before
        await until_all_in_use(store)
        await until(lambda: (replica.lag_seconds, replica.lag_bytes) == (0, 0))


async def test_an_idle_primary_has_no_replica_that_lags(
    open_store: Open, standby: Server, primary: Server
) -> None:
    """At the beginning of a segment the primary tells a place that no replica can be at.

    Fails with the bare pg_current_wal_insert_lsn() in position.sql.
    """
    async with open_store(standby) as store:

        async def is_at_the_border() -> bool:
            await execute(primary.url(), *SWITCH)
            return await replicas_of(store).own_writes._ask() % SEGMENT == 0

        await eventually(is_at_the_border)  # not at once when the server wrote something itself
        await until_level(store)


async def test_one_that_is_promoted_is_left_out(
    open_store: Open, make_standby: MakeStandby
) -> None:
    """Fails without the question for `in_recovery` in Replica._fault."""
    standby = await asyncio.to_thread(make_standby)
    async with open_store(standby) as store:
        await asyncio.to_thread(standby.promote)
        replica = replicas_of(store).replicas[0]
        await until(lambda: not replica.in_use)
        assert replica.left_out == "it is a replica no longer, but a primary"


async def test_one_without_the_tables_is_left_out(
    open_store: Open, standby: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(replica_urls=(SecretStr(standby.url("postgres")),)) as store:
        replica = replicas_of(store).replicas[0]
        await until(lambda: replica.left_out == "the database of its URL has no messages")
        assert await store.service.get_message_stats()
        assert replica.reads == 0
    assert "replica 1 is left out: the database of its URL has no messages" in caplog.text


async def test_no_read_fails_when_one_is_killed_and_it_comes_back(
    open_store: Open, standby: Server, make_standby: MakeStandby
) -> None:
    """Fails when Question._ask raises what a replica raised."""
    victim = await asyncio.to_thread(make_standby)
    async with open_store(standby, victim) as store:
        await fill(store)
        readers, replica = Readers(store), replicas_of(store).replicas[1]
        async with readers.reading():
            await readers.more()
            assert replica.reads > 0
            await asyncio.to_thread(victim.kill)
            await until(lambda: not replica.in_use)
            await readers.more()
            await asyncio.to_thread(victim.start)
            await until_all_in_use(store)
            reads = replica.reads
            await until(lambda: replica.reads > reads)
        assert replica.failures > 0


async def test_no_read_fails_or_waits_for_long_when_one_is_frozen(
    open_store: Open, standby: Server, make_standby: MakeStandby
) -> None:
    """Fails without the reschedule in Replica._give_up: those who wait for it wait for 60 s."""
    victim = await asyncio.to_thread(make_standby)
    async with open_store(standby, victim, command_timeout=60) as store:
        await fill(store)
        readers, replica = Readers(store), replicas_of(store).replicas[1]
        async with readers.reading():
            await readers.more()
            assert replica.reads > 0
            victim.signal(signal.SIGSTOP)
            await until(lambda: not replica.in_use)
            await readers.more()
            victim.signal(signal.SIGCONT)
            await until_all_in_use(store)


async def test_what_replay_cancels_is_asked_again(
    open_store: Open, make_standby: MakeStandby, primary: Server, database: str
) -> None:
    """A statement that reads what is dropped meanwhile is cancelled by the replica (40001).

    Fails when Replica.run leaves out on every error, as is_conflict says that it need not.
    """
    standby = await asyncio.to_thread(make_standby)
    await execute(
        standby.url(),
        "ALTER SYSTEM SET max_standby_streaming_delay = 0",
        "SELECT pg_reload_conf()",
    )
    await execute(primary.url(database), "CREATE TABLE gone AS SELECT 1 AS one")
    async with open_store(standby) as store:
        replica = replicas_of(store).replicas[0]
        asking = asyncio.create_task(store.reader.fetch(SLOW_ON_A_REPLICA))
        connection = await asyncpg.connect(standby.url(database))
        await eventually(lambda: connection.fetchval(ASLEEP))
        await connection.close()
        await execute(primary.url(database), "VACUUM FULL gone")
        [row] = await asking
        assert row["one"] == 1
        assert replica.failures == 1
        assert replica.in_use
