"""A worker of a Citus cluster dies, another joins, and shards move, while messages are logged.

MESSAGESTORE_TEST_CITUS_KILL is a command that kills one worker (kill -9, or as hard as can be), and
MESSAGESTORE_TEST_CITUS_START one that starts it again; without them that test is skipped.
"""

import asyncio
import os
import time
from urllib.parse import urlsplit

import asyncpg
import pytest

from messagestore import MessageStore, Settings
from tests.faults.load import Load, assert_kept, drained
from tests.faults.table import Figures
from tests.nodes import Nodes, execute, in_database

KILL = os.environ.get("MESSAGESTORE_TEST_CITUS_KILL")
START = os.environ.get("MESSAGESTORE_TEST_CITUS_START")

_SHARD = """
SELECT shardid, nodename, nodeport FROM citus_shards
WHERE table_name = 'conversations'::regclass ORDER BY shardid LIMIT 1
"""

_ANOTHER_NODE = """
SELECT nodename, nodeport FROM pg_dist_node
WHERE shouldhaveshards AND (nodename, nodeport) <> ($1, $2) LIMIT 1
"""

_SHARDS_THERE = "SELECT count(*) FROM citus_shards WHERE nodename = $1 AND nodeport = $2"


async def _run(command: str) -> None:
    process = await asyncio.create_subprocess_shell(command)
    assert await process.wait() == 0, command


async def _fetch(settings: Settings, query: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(settings.database_url)
    try:
        return await connection.fetch(query, *arguments)
    finally:
        await connection.close()


@pytest.mark.skipif(not (KILL and START), reason="no command to kill a worker and to start it")
@pytest.mark.fault("Citus: worker killed", how="kill -9 under 60 messages/s", required="0 lost")
async def test_a_worker_is_killed(settings: Settings, figures: Figures, full_form: bool) -> None:
    """Take 08006 or XX000 for the record's fault (faults.py), and messages are quarantined."""
    assert KILL and START and settings.database_url  # noqa: PT018 (for mypy; see skipif)
    kills = 5 if full_form else 1
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=60)
        async with load.running(callers=16):
            for _ in range(kills):
                await load.more(60, seconds=60)
                killed = time.monotonic()
                await _run(KILL)
                try:
                    await load.more(60, seconds=60)
                finally:
                    await _run(START)
                back = await load.stored_again(since=killed)
                figures(f"back after {back:.1f} s")
        await drained(store, seconds=120)
    # What was prepared on the worker as it died is settled by Citus every minute, or now.
    await _fetch(settings, "SELECT recover_prepared_transactions()")
    assert set(load.outcomes) <= {"stored", "spooled"}, load.outcomes
    await assert_kept(settings.database_url, load.acknowledged, figures)
    figures(f"slowest call {load.slowest:.1f} s")


@pytest.mark.fault("Citus: shards move", how="under 60 messages/s", required="0 lost")
async def test_shards_move(settings: Settings, figures: Figures, full_form: bool) -> None:
    assert settings.database_url
    moves = 8 if full_form else 2
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=60)
        async with load.running(callers=16):
            for _ in range(moves):
                await load.more(30, seconds=60)
                ((shard, *source),) = await _fetch(settings, _SHARD)
                (target,) = await _fetch(settings, _ANOTHER_NODE, *source)
                move = "SELECT citus_move_shard_placement($1, $2, $3, $4, $5)"
                await _fetch(settings, move, shard, *source, *target)
            await load.more(30, seconds=60)
        await drained(store, seconds=120)
    assert set(load.outcomes) <= {"stored", "spooled"}, load.outcomes
    await assert_kept(settings.database_url, load.acknowledged, figures)
    figures(f"{moves} moves, slowest call {load.slowest:.1f} s")


@pytest.mark.fault("Citus: a worker joins", how="rebalanced, 60 messages/s", required="0 lost")
async def test_a_worker_joins(nodes: Nodes, without_last: Settings, figures: Figures) -> None:
    """All tables are spread anew, over the last worker of the cluster too."""
    url = without_last.database_url
    assert url
    joining = urlsplit(in_database(nodes.urls[-1], url.rpartition("/")[2]))
    place = joining.hostname, joining.port
    async with MessageStore.open(settings=without_last) as store:
        load = Load(store, rate=60)
        async with load.running(callers=16):
            await load.more(60, seconds=60)
            await execute(joining.geturl(), "CREATE EXTENSION IF NOT EXISTS citus")
            await _fetch(without_last, "SELECT citus_add_node($1, $2)", *place)
            started = time.monotonic()
            await _fetch(without_last, "SELECT citus_rebalance_start()")
            await _fetch(without_last, "SELECT citus_rebalance_wait()")
            took = time.monotonic() - started
            await load.more(60, seconds=60)
        await drained(store, seconds=120)
    ((shards,),) = await _fetch(without_last, _SHARDS_THERE, *place)
    assert shards > 0
    assert set(load.outcomes) <= {"stored", "spooled"}, load.outcomes
    await assert_kept(url, load.acknowledged, figures)
    figures(f"{shards} shards moved in {took:.0f} s, slowest call {load.slowest:.1f} s")
