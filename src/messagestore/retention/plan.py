"""What is due: the partitions that go whole, and how many messages go from the others."""

from datetime import datetime

import msgspec

from messagestore.database.migrator.connecting import Connection
from messagestore.message import ContextType
from messagestore.partitions.layout import Layout, Partition, read_layout
from messagestore.partitions.retiring import holds_messages, is_stopgap
from messagestore.partitions.scripts import fill
from messagestore.retention.rules import Horizons


class DuePartition(msgspec.Struct, frozen=True):
    """A partition that is dropped, with the messages that it holds."""

    name: str
    messages: int


class Plan(msgspec.Struct, frozen=True):
    """What `run` would do: drop partitions, and remove messages from others."""

    partitions: list[DuePartition]
    messages: int


async def may_retire(
    connection: Connection, layout: Layout, partition: Partition, horizons: Horizons
) -> bool:
    """Whether every message of a partition is due under the rule that counts for it.

    Any message of a conversation, or of a type, that may be kept for longer than the partition is
    old speaks against it, be that message due or not. An empty partition goes when the one before
    is empty too: one is enough.
    """
    if partition.upper is None or partition.is_catch_all or is_stopgap(partition):
        return False
    contexts, types = horizons.later(partition.upper)
    if len(types) == len(ContextType) and horizons.by_context.keys() <= set(contexts):
        return False
    query, own = fill("holds_others", partition=partition.name), [*horizons.by_context]
    if (contexts or types) and await connection.fetchval(query, contexts, types, own):
        return False
    if await holds_messages(connection, partition):
        return True
    index = layout.partitions.index(partition)
    return index > 0 and not await holds_messages(connection, layout.partitions[index - 1])


async def read_plan(connection: Connection, horizons: Horizons) -> Plan:
    """Return what is due now. Reads every message of it."""
    layout = await read_layout(connection)
    due: list[DuePartition] = []
    messages = 0
    for partition in layout.partitions:
        count = await _count(connection, partition, horizons)
        if not layout.nested and await may_retire(connection, layout, partition, horizons):
            due.append(DuePartition(partition.name, count))
        else:
            messages += count
    return Plan(due, messages)


async def _count(connection: Connection, partition: Partition, horizons: Horizons) -> int:
    latest = max(
        (at for at in (*horizons.by_type.values(), *horizons.by_context.values()) if at),
        default=None,
    )
    if latest is None or (partition.lower is not None and partition.lower >= latest):
        return 0
    types: list[datetime | None] = [horizons.by_type[each] for each in ContextType]
    own = [*horizons.by_context], [*horizons.by_context.values()]
    return int(await connection.fetchval(fill("count_due", partition=partition.name), *types, *own))
