"""From the tables of one server to those of a cluster, while the bot keeps writing.

Each step is found in the catalogs when it is done, so that one that was interrupted is run again.
The store's own connections notice at the end: they are cut, and come back with the statements for
distributed tables (database/variants.py).
"""

from dataclasses import dataclass

import asyncpg

from messagestore.database.migrator.connecting import Connection, opened
from messagestore.database.migrator.faults import explain
from messagestore.database.migrator.patience import Patience
from messagestore.distribution.cluster import (
    Cluster,
    State,
    has_citus,
    read_cluster,
    read_state,
    sql,
)
from messagestore.distribution.keys import widen_key
from messagestore.distribution.rules import bring_rules_back, set_rules_aside
from messagestore.distribution.tables import DISTRIBUTED, PLACES, DistributedTable
from messagestore.errors import DatabaseError
from messagestore.partitions.working import PATIENCE, Report, say_nothing, working

SHARDS = 8
"""Parts of each table, unless another number is asked for. Each partition has as many: 13 of them
took 24 s to make with 32 shards, and 2.2 s with 8."""


async def distribute(
    url: str,
    *,
    shards: int = SHARDS,
    blocking: bool = False,
    report: Report = say_nothing,
    connect_timeout: float = 10.0,
) -> list[str]:
    """Distribute the tables over the nodes of the cluster; return those that were not yet.

    Tables with rows are moved beside the writers where the cluster can do that; where not,
    DatabaseError is raised unless `blocking` agrees that writers wait. Raises DatabaseError also
    for a database without Citus or a cluster without workers; interrupted, it is run again.
    """
    async with working(url, connect_timeout=connect_timeout) as connection:
        cluster = await read_cluster(connection)
        state = await read_state(connection)
        beside_writers = await _is_beside_writers(connection, cluster, state, blocking)
        try:
            return await _Conversion(connection, state, shards, beside_writers, report).run()
        except asyncpg.PostgresError as error:
            raise explain(error, "--distributed") from error


async def complete(url: str, *, connect_timeout: float = 10.0) -> list[str]:
    """Distribute what a migration added to tables that are distributed; elsewhere do nothing."""
    async with opened(url, connect_timeout) as connection:
        if not await has_citus(connection):
            return []
        if not (await read_state(connection)).has_places:
            return []
    return await distribute(url, connect_timeout=connect_timeout)


async def _is_beside_writers(
    connection: Connection, cluster: Cluster, state: State, blocking: bool
) -> bool:
    if "messages" in state.distributed or not await connection.fetchval(sql("holds_messages")):
        return False
    if not cluster.concurrently and not blocking:
        raise DatabaseError(
            "This cluster cannot distribute tables with rows beside writers: it needs Citus 11.1 "
            "or newer, wal_level = logical and, from PostgreSQL 18.6 on, citus among "
            "output_plugin_libraries. Set these, or run it with --yes: then writers wait until "
            "all rows are copied, and what a bot logs meanwhile goes to its spool."
        )
    return cluster.concurrently


@dataclass(frozen=True, slots=True)
class _Conversion:
    connection: Connection
    state: State
    shards: int
    beside_writers: bool
    report: Report

    async def run(self) -> list[str]:
        """Do what is left to do."""
        connection, state = self.connection, self.state
        missing = [table for table in DISTRIBUTED if table.name not in state.distributed]
        if not (missing or state.unfinished or not state.has_places):
            await connection.execute(sql("functions"))
            return []
        await connection.execute(sql("keep_rules"))
        await self._distribute(missing)
        await connection.execute(sql("functions"))
        if not state.has_places:
            await self._keep_places()
        self.report("Noting where the messages are")
        await connection.fetch(sql("cut_plain_connections"))
        await connection.execute(sql("fill_places"))
        self.report("Proving the rules of the messages")
        await bring_rules_back(connection)
        return [table.name for table in missing]

    async def _distribute(self, missing: list[DistributedTable]) -> None:
        self.report("Widening the key of the messages")
        await widen_key(self.connection, self.state, Patience(PATIENCE))
        if self.beside_writers:
            await set_rules_aside(self.connection, Patience(PATIENCE))
        for table in missing:
            self.report(f"Distributing {table.name}")
            await self._distribute_table(table, beside_writers=self.beside_writers)

    async def _distribute_table(self, table: DistributedTable, *, beside_writers: bool) -> None:
        function = "create_distributed_table" + ("_concurrently" if beside_writers else "")
        place, value = "colocate_with => $3", table.beside or self.shards
        if not table.beside:
            place = "colocate_with => 'none', shard_count => $3"
        call = f"SELECT {function}($1, $2, {place})"
        await self.connection.fetch(call, table.name, table.column, value)

    async def _keep_places(self) -> None:
        """Make the table by which the store knows the layout: in one step, so never half of it."""
        async with self.connection.transaction():
            await self.connection.execute(sql("create_places"))
            await self._distribute_table(PLACES, beside_writers=False)
