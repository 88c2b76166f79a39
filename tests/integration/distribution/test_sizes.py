"""What a cluster takes: the sizes are those of all nodes, and not of the coordinator."""

from pathlib import Path

import asyncpg

from messagestore import MessageStore
from messagestore.capacity import forecast, measure
from messagestore.database.migrator import migrate
from messagestore.distribution import distribute
from messagestore.partitions import enable
from tests.builders import new_message
from tests.conftest import Clock, execute
from tests.integration.cli.command import Command
from tests.integration.distribution.test_months import settings_of
from tests.integration.partitions.layouts import NOW

MESSAGES = 1200


async def _as_citus_says(url: str, table: str) -> int:
    """Of the table and its indexes, and of its partitions."""
    connection = await asyncpg.connect(url)
    size: int = await connection.fetchval(
        "SELECT coalesce(sum(citus_total_relation_size(relid)), citus_total_relation_size($1)) "
        "FROM pg_partition_tree($1::regclass) WHERE isleaf",
        table,
    )
    await connection.close()
    return size


async def _fill(url: str, folder: Path, clock: Clock) -> None:
    async with MessageStore.open(settings=settings_of(url, folder), clock=clock) as store:
        await store.messages.create_many(
            new_message(context_id=f"c{number % 40}") for number in range(MESSAGES)
        )
    await execute(url, "VACUUM ANALYZE messages, message_keys, message_places, conversations")


async def test_capacity_is_that_of_the_cluster(
    joined_url: str, tmp_path: Path, clock: Clock
) -> None:
    await migrate(joined_url)
    await enable(joined_url, "month", now=NOW)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        alone = {one.name for one in (await measure(store.database, NOW)).sizes}
    await distribute(joined_url)
    await _fill(joined_url, tmp_path, clock)
    async with MessageStore.open(settings=settings_of(joined_url, tmp_path), clock=clock) as store:
        measured = await measure(store.database, NOW)
    places = {"message_places, table", "message_places_pkey"}
    assert {one.name for one in measured.sizes} == alone | places
    for table in ("message_keys", "message_places"):
        size = sum(one.bytes for one in measured.sizes if one.name.startswith(table))
        assert size == await _as_citus_says(joined_url, table)
    tables = ("messages", "message_keys", "message_places", "conversations")
    assert measured.bytes == sum([await _as_citus_says(joined_url, table) for table in tables])
    assert forecast(measured, NOW)


async def test_partitions_are_as_large_as_on_the_workers(
    joined_url: str, tmp_path: Path, clock: Clock
) -> None:
    await migrate(joined_url)
    await distribute(joined_url)
    await enable(joined_url, "month", now=NOW)
    await _fill(joined_url, tmp_path, clock)
    before, after = Command(tmp_path).on(joined_url)("partitions", "status", "--json").json()
    assert (before["name"], before["rows"]) == ("messages_all_time", MESSAGES)
    assert (after["name"], after["rows"]) == ("messages_later", 0)
    for partition in (before, after):
        assert partition["bytes"] == await _as_citus_says(joined_url, partition["name"])
    assert before["bytes"] > after["bytes"] > 0
