"""Measurement: what the store's own database holds, takes, and gains a day. It reads only."""

from collections import Counter
from datetime import datetime

import msgspec

from messagestore.database.database import Database
from messagestore.database.shards import ShardSize, read_shard_sizes
from messagestore.sql_files import statements_of

sql = statements_of("messagestore.capacity.sql")

RECENT = 100_000
"""Newest messages by which the rate is told: they are counted in milliseconds at any size."""

_GROWING = frozenset({"messages", "message_keys", "conversations", "message_places"})

LEAST = 1_000
"""Messages from which on bytes a message mean anything: empty indexes take their first pages."""


class Size(msgspec.Struct, frozen=True):
    """What a table or an index takes, over all partitions, in bytes."""

    name: str
    bytes: int


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """A database as it is.

    `messages` leaves out hidden ones. `messages_a_day` is the rate of the newest 100,000 up to now;
    None where they all have one time. `cache_bytes` is the server's `shared_buffers`, on Citus the
    coordinator's; the sizes are those of all nodes.
    """

    messages: int
    messages_a_day: float | None
    partitions: int
    cache_bytes: int
    sizes: list[Size]

    @property
    def bytes(self) -> int:
        """What messages, keys and conversations take with all their indexes."""
        return sum(size.bytes for size in self.sizes)

    @property
    def bytes_a_message(self) -> float | None:
        """Bytes on disk for each message; None while there are too few to tell."""
        return self.bytes / self.messages if self.messages >= LEAST else None


async def measure(database: Database, now: datetime) -> Measurement:
    """Look at the database. Raises DatabaseError and its kinds."""
    sizes = await database.fetch(sql("relation_sizes"))
    shards = await read_shard_sizes(database.fetch)
    volume = await database.fetch_row(sql("volume"), RECENT)
    assert volume is not None  # noqa: S101 (an aggregate has one row)
    return Measurement(
        messages=volume["messages"],
        messages_a_day=_rate(volume["recent"], volume["recent_since"], now),
        partitions=volume["partitions"],
        cache_bytes=volume["cache_bytes"],
        sizes=[Size(row["name"], row["bytes"]) for row in sizes]
        if shards is None
        else _summed(shards),
    )


def _summed(shards: list[ShardSize]) -> list[Size]:
    """Return what relation_sizes.sql returns, of the shards; and of the places, which grow too."""
    bytes_by_name: Counter[str] = Counter()
    for shard in shards:
        if shard.whole in _GROWING:
            bytes_by_name[shard.index or f"{shard.whole}, table"] += shard.bytes
    ordered = sorted(bytes_by_name.items(), key=lambda size: (-size[1], size[0]))
    return [Size(name, size) for name, size in ordered]


def _rate(count: int, since: datetime | None, now: datetime) -> float | None:
    days = (now - since).total_seconds() / 86_400 if since is not None else 0
    return count / days if days > 0 else None
