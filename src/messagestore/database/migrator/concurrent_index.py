"""Builds an index beside the writers, also on a partitioned table, and resumes where it stopped.

PostgreSQL has no CREATE INDEX CONCURRENTLY for a partitioned table: the index is made on the parent
alone, then on each partition concurrently, then each is attached; with the last one the parent's
becomes valid. A build that fails leaves an invalid index behind, which CREATE INDEX IF NOT EXISTS
would take for done. So one query says what is left to do, by what the catalog holds at the moment,
and it is asked again after every statement: a rerun after a failure or a kill is the same loop.
"""

import asyncio
import logging
from dataclasses import dataclass

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.watch import Watch
from messagestore.errors import DatabaseError
from messagestore.sql_files import statements_of

log = logging.getLogger("messagestore.migrations")

_read = statements_of("messagestore.database.migrator.sql")

# What the role or the database may have set would stop a build half-way.
_NO_LIMITS = """
SELECT set_config(name, '0', false) FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout') AND setting <> '0'
"""


@dataclass(frozen=True, slots=True)
class Index:
    """An index to be. `definition` is what follows the table's name in CREATE INDEX."""

    name: str
    table: str
    definition: str
    unique: bool = False

    def query(self, name: str) -> str:
        """Return one of the two queries, with this index filled in."""
        sql = _read(name)
        for key, value in (
            ("index", self.name),
            ("table", self.table),
            ("definition", self.definition),
            ("create", "CREATE UNIQUE INDEX" if self.unique else "CREATE INDEX"),
        ):
            sql = sql.replace(f":'{key}'", "'" + value.replace("'", "''") + "'")
        return sql

    def for_psql(self) -> str:
        """Return what does the same in psql: drop leftovers, create, attach, check."""
        # \gexec runs every column of every row, so it gets the statements alone.
        plan = self.query("index_plan").replace("SELECT action, statement", "SELECT statement")
        plan = plan.strip() + " \\gexec"
        return "\n\n".join([plan, plan, plan, self.query("index_check").strip()])


async def build(connection: Connection, index: Index, watch: Watch) -> None:
    """Do what is left to do, until the index is valid."""
    await connection.execute(_NO_LIMITS)
    done: set[str] = set()
    while plan := await connection.fetch(index.query("index_plan")):
        action, statement = plan[0]
        if action == "wait":
            await asyncio.sleep(0.5)
            continue
        if statement in done:
            raise DatabaseError(f"This succeeded but had no effect: {statement}")
        log.info("%s", statement)
        await _run(connection, index, action, statement, watch)
        done.add(statement)
        watch.progress += 1
    await connection.execute(index.query("index_check"))


async def _run(
    connection: Connection, index: Index, action: str, statement: str, watch: Watch
) -> None:
    if action == "brief":
        try:
            async with connection.transaction():
                watch.start(await connection.fetchval("SELECT pg_backend_pid()"))
                await connection.execute(watch.limits.sql)
                await connection.execute(statement)
        finally:
            watch.stop()
        return
    try:
        await connection.execute(statement)
    except asyncpg.PostgresError:
        await _drop_leftovers(connection, index)
        raise


async def _drop_leftovers(connection: Connection, index: Index) -> None:
    """Drop what a failed build left: writers would keep it up to date for nothing."""
    try:
        for _, statement in await connection.fetch(index.query("index_plan")):
            if statement.startswith("DROP INDEX"):
                await connection.execute(statement)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        log.info("the invalid index could not be dropped; the next run does it", exc_info=True)
