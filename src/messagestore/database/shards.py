"""What distributed tables take: the coordinator holds none of it, so each node is asked."""

from collections.abc import Awaitable, Callable

import asyncpg
import msgspec

from messagestore.database.variants import IS_DISTRIBUTED
from messagestore.errors import DatabaseUnavailable
from messagestore.sql_files import statements_of

sql = statements_of("messagestore.database.sql")

Fetch = Callable[..., Awaitable[list[asyncpg.Record]]]
"""Runs a statement: the method `fetch` of a connection, or of the database."""


class ShardSize(msgspec.Struct, frozen=True, kw_only=True):
    """What the shards of a table, or of an index of it, take on one node, in bytes.

    `table` is a partition, of the table `whole`; `rows` an estimate, None: never analyzed.
    """

    table: str
    whole: str
    index: str | None
    bytes: int
    rows: int | None


async def read_shard_sizes(fetch: Fetch) -> list[ShardSize] | None:
    """Return what each node says of its shards; None where the tables are not distributed.

    Raises DatabaseUnavailable when a node does not answer.
    """
    if not (await fetch(IS_DISTRIBUTED))[0][0]:
        return None
    sizes: list[ShardSize] = []
    for row in await fetch(sql("shard_sizes")):
        if not row["success"]:
            raise DatabaseUnavailable(
                f"The node {row['nodename']}:{row['nodeport']} does not answer, so what the tables "
                "take is not known; try again when it does."
            )
        sizes += msgspec.json.decode(row["found"], type=list[ShardSize])
    return sizes


def total(sizes: list[ShardSize], table: str) -> tuple[int, int | None]:
    """Return the bytes of a table with its indexes, and about how many rows it has."""
    own = [size for size in sizes if size.table == table]
    rows = [size.rows for size in own if size.rows is not None]
    return sum(size.bytes for size in own), sum(rows) if rows else None
