"""Which parts a partition is cut into."""

from datetime import datetime
from uuid import UUID

from messagestore.database.migrator.connecting import Connection
from messagestore.errors import InvalidQuery
from messagestore.identifiers import first_id, time_of
from messagestore.partitions.interval import last_boundary, next_boundary, partition_name
from messagestore.partitions.layout import Layout
from messagestore.partitions.scripts import fill
from messagestore.partitions.split.notes import Part
from messagestore.settings import PartitionInterval


def choose(layout: Layout, name: str | None) -> Part:
    """Return the partition that is to be split: the oldest, unless another one is named.

    Raises InvalidQuery when it has no end, and for a name that no partition has.
    """
    for partition in layout.partitions:
        if name in {None, partition.name}:
            if partition.upper is None:
                break
            return Part(partition.name, partition.lower, partition.upper)
    raise InvalidQuery(
        "only a partition that has an end can be split: begin with `messagestore partitions "
        "enable`, and see `messagestore partitions status` for the names"
    )


async def parts_of(connection: Connection, whole: Part, interval: PartitionInterval) -> list[Part]:
    """Return a part for each interval of which there is a message; it reaches up to the next one.

    So years without messages, between an old import and the bot's first day, cost no partition.
    """
    starts = await _starts(connection, whole, interval)
    lowers = [whole.lower, *starts[1:]]
    uppers = [*starts[1:], whole.upper]
    return [
        Part(partition_name(max(start, lower or start), interval), lower, upper)
        for start, lower, upper in zip(starts, lowers, uppers, strict=False)
    ]


async def _starts(
    connection: Connection, whole: Part, interval: PartitionInterval
) -> list[datetime]:
    """Return where the intervals begin of which there is a message."""
    query, place = fill("split_next", partition=whole.name), whole.first
    starts: list[datetime] = []
    while found := await connection.fetchval(query, place):
        at = time_of(UUID(bytes=found.bytes))
        starts.append(last_boundary(at, interval))
        place = first_id(next_boundary(at, interval))
    return starts
