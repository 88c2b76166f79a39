"""Layout: which partitions there are, as the catalog says. Nothing else remembers it."""

from datetime import datetime

import asyncpg
import msgspec

from messagestore.database.migrator.connecting import Connection
from messagestore.database.shards import read_shard_sizes, total
from messagestore.errors import SchemaMismatch
from messagestore.sql_files import statements_of

sql = statements_of("messagestore.partitions.sql")

CATCH_ALL = "messages_later"
"""The partition of what has no month yet: from the end of the last month to the end of time."""


class Partition(msgspec.Struct, frozen=True, kw_only=True):
    """One partition: `lower` <= created_at < `upper`, None for the ends of time.

    `rows` is PostgreSQL's estimate (None: it was never analyzed); `bytes` include the indexes. On
    Citus both are of the coordinator, which is next to nothing: see `with_sizes`.
    """

    name: str
    lower: datetime | None
    upper: datetime | None
    rows: int | None
    bytes: int

    @property
    def is_catch_all(self) -> bool:
        """Whether it takes what has no month yet."""
        return self.name == CATCH_ALL


class Bound(msgspec.Struct, frozen=True):
    """The end that an `enable` set to the last partition and did not come to use."""

    at: datetime
    proven: bool


class Layout(msgspec.Struct, frozen=True):
    """All partitions, oldest first."""

    partitions: list[Partition]
    bound: Bound | None
    nested: bool
    """Whether a split was interrupted after its copy came into use (split/levelling.py)."""

    @property
    def last(self) -> Partition:
        """The one that reaches to the end of time."""
        return self.partitions[-1]

    @property
    def enabled(self) -> bool:
        """Whether months are made."""
        return self.last.is_catch_all


async def read_layout(connection: Connection) -> Layout:
    """Read the catalog. Raises SchemaMismatch when the tables are missing, or are not ours."""
    rows = await connection.fetch(sql("read_layout"), "messages")
    if not rows or rows[-1]["upper"] is not None:
        raise SchemaMismatch(
            "The table messages has no partition that reaches to the end of time, so it is not as "
            "this messagestore makes it; run `messagestore migrate`."
        )
    at, proven = rows[-1]["bound"], rows[-1]["proven"]
    bound = None if at is None else Bound(at, proven)
    return Layout(list(map(_partition, rows)), bound, any(row["nested"] for row in rows))


async def with_sizes(connection: Connection, layout: Layout) -> Layout:
    """Return the layout with what its partitions hold and take on all nodes of a cluster.

    On one server it is as it was. Raises DatabaseUnavailable when a node does not answer.
    """
    sizes = await read_shard_sizes(connection.fetch)
    if sizes is None:
        return layout
    found = {one.name: total(sizes, one.name) for one in layout.partitions}
    partitions = [
        msgspec.structs.replace(one, bytes=found[one.name][0], rows=found[one.name][1])
        for one in layout.partitions
    ]
    return msgspec.structs.replace(layout, partitions=partitions)


async def read_parts(connection: Connection, table: str) -> list[Partition]:
    """Return the partitions of another table, oldest first."""
    return list(map(_partition, await connection.fetch(sql("read_layout"), table)))


def _partition(row: asyncpg.Record) -> Partition:
    return Partition(**{field: row[field] for field in Partition.__struct_fields__})
