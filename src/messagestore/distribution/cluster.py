"""What the cluster offers, and how far the tables are, as the catalogs say."""

import asyncpg
import msgspec

from messagestore.database.migrator.connecting import Connection
from messagestore.errors import DatabaseError
from messagestore.sql_files import statements_of

sql = statements_of("messagestore.distribution.sql")


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """What a coordinator offers: nodes that hold shards, and work beside writers or none."""

    version: str
    nodes: int
    concurrently: bool


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far the tables are."""

    distributed: frozenset[str]
    unfinished: bool
    has_places: bool
    has_wide_key: bool
    partitions: list[str]


async def has_citus(connection: Connection) -> bool:
    """Whether the database has the extension."""
    return bool(
        await connection.fetchval("SELECT count(*) FROM pg_extension WHERE extname = 'citus'")
    )


async def read_cluster(connection: Connection) -> Cluster:
    """Read what the cluster offers. Raises DatabaseError when there is none."""
    if not await has_citus(connection):
        raise DatabaseError(
            "The database has no Citus, so its tables cannot be distributed; run CREATE EXTENSION "
            "citus in it, on every node, or migrate without --distributed."
        )
    row = await connection.fetchrow(sql("read_cluster"))
    assert row is not None  # noqa: S101 (one row, always)
    cluster = Cluster(**row)
    if not cluster.nodes:
        raise DatabaseError(
            "No node of the cluster holds shards in this database; add the workers with SELECT "
            "citus_add_node('host', port), on the coordinator."
        )
    return cluster


async def read_state(connection: Connection) -> State:
    """Read how far the tables are, of a database with Citus. Raises DatabaseError on a worker."""
    try:
        row = await connection.fetchrow(sql("read_state"))
    except asyncpg.UndefinedTableError as error:
        raise DatabaseError(
            "The database has no tables of messagestore; run `messagestore migrate` first."
        ) from error
    assert row is not None  # noqa: S101 (one row, always)
    return State(**dict(row) | {"distributed": frozenset(row["distributed"])})
