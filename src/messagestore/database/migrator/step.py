"""What a revision file gets: the means to run SQL, within limits, or to print it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import AdaptedConnection

from messagestore.database.migrator.concurrent_index import Index, build
from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.watch import LIMITS, Limits, Watch
from messagestore.database.variants import IS_DISTRIBUTED, as_one_statement


class Step:
    """One migration on its way. `upgrade(step)` in a revision file calls its methods."""

    def __init__(self, context: MigrationContext, folder: Path, watch: Watch | None) -> None:
        self._context = context
        self._folder = folder
        self._watch = watch
        self._limited = False

    def run(self, name: str) -> None:
        """Run `sql/<name>.sql` in the migration's transaction."""
        self.execute((self._folder / "sql" / f"{name}.sql").read_text("utf-8"))

    def execute(self, sql: str) -> None:
        """Run statements in the migration's transaction, exactly as they stand."""
        if self._watch is None:
            self._print(sql)
            return
        limits = self._watch.limits
        self._limit(self._watch)
        self._drive(lambda connection: _execute(connection, sql, limits))

    def build_index_concurrently(
        self, name: str, table: str, definition: str, *, unique: bool = False
    ) -> None:
        """Build an index beside the writers; the table may be partitioned or not.

        `definition` is what follows the table's name in CREATE INDEX: "(sender) WHERE …". It runs
        outside of a transaction, so it comes first in its revision, before any other SQL.
        """
        if self._limited:
            raise TypeError(f"give the index {name} a revision of its own, or build it first")
        index, watch = Index(name, table, definition, unique), self._watch
        # Alembic's own way out of its transaction, and back into a new one.
        with self._context.autocommit_block():
            if watch is None:
                self._context.impl.static_output(index.for_psql())
            else:
                self._drive(lambda connection: build(connection, index, watch))

    def _limit(self, watch: Watch) -> None:
        """Bound what others may wait for this transaction, before it takes its first lock."""
        if self._limited:
            return
        self._limited = True
        connection = self._context.connection
        assert connection is not None  # noqa: S101 (online, Alembic has one)
        # Through SQLAlchemy, whose adapter begins the transaction with its first statement.
        watch.start(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        self._drive(lambda driver: driver.execute(watch.limits.sql))

    def _drive(self, work: Callable[[Connection], Awaitable[Any]]) -> Any:
        """Work on asyncpg's own connection: only its simple protocol takes many statements."""
        connection = self._context.connection
        adapted = connection and connection.connection.dbapi_connection
        if not isinstance(adapted, AdaptedConnection):
            raise TypeError("migrations run on SQLAlchemy's asyncpg dialect only")
        return adapted.run_async(work)

    def _print(self, sql: str) -> None:
        if not self._limited:
            self._limited = True
            self._context.impl.static_output(LIMITS.lock_sql)
        end = "" if sql.rstrip().endswith(";") else "\n;"  # on its own line: after a comment, too
        self._context.impl.static_output(sql.strip() + end)


async def _execute(connection: Connection, sql: str, limits: Limits) -> None:
    if await connection.fetchval(IS_DISTRIBUTED):
        sql = as_one_statement(f"{limits.lock_sql}\n{sql}")
    await connection.execute(sql)
