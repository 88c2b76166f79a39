"""Partitions of which every message is to go: taken out of the messages at once, dropped later."""

from contextlib import suppress

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.partitions.layout import Layout, Partition, sql
from messagestore.partitions.scripts import Value, fill, run

BEFORE = "messages_before_"
"""How the partition is called that takes the time of those that were taken out."""

_EXPIRED = "messages_expired_"


def is_stopgap(partition: Partition) -> bool:
    """Whether it stands for partitions that are gone; it is never taken out, but grows."""
    return partition.name.startswith(BEFORE)


async def holds_messages(connection: Connection, partition: Partition) -> bool:
    """Whether anything is in a partition."""
    return bool(await connection.fetchval(fill("holds_messages", partition=partition.name)))


async def retire(
    connection: Connection, layout: Layout, partition: Partition, patience: float
) -> None:
    """Take a partition out of the messages, which nobody can read any more from then on.

    The one before it, when it is empty, is dropped: an empty one takes the time of both. When a
    message comes into that one meanwhile, nothing changes.
    """
    assert partition.upper is not None  # noqa: S101 (the last one holds what is new)
    values: dict[str, Value] = {
        "partition": partition.name,
        "expired": _EXPIRED + partition.name.removeprefix("messages_"),
        "before": f"{BEFORE}{partition.upper:%Y_%m_%d}",
        "upper": partition.upper,
    }
    index = layout.partitions.index(partition)
    previous = layout.partitions[index - 1] if index else None
    script = fill("create_partition", partition=values["before"])
    if previous is None or await holds_messages(connection, previous):
        script += fill("retire", lower=partition.lower, **values)
    else:
        script += fill("take_two_out", partition=partition.name, empty=previous.name)
        script += fill("retire_two", lower=previous.lower, **values)
    with suppress(asyncpg.ObjectInUseError):
        await run(connection, Patience(patience), script)


async def read_retired(connection: Connection) -> list[str]:
    """Return the tables that were partitions, and are to be dropped."""
    return [row["name"] for row in await connection.fetch(sql("retired"))]


async def drop_retired(connection: Connection, name: str, patience: float) -> None:
    """Drop one of them."""
    await run(connection, Patience(patience), fill("drop_retired", expired=name))
