"""Whose turn it is to migrate: an advisory lock in an open transaction of its own connection.

Two rules make it safe, and the tests show both:

- The lock is polled, never waited for. A session that waits in `pg_advisory_lock` is inside a
  statement and holds a snapshot, and CREATE INDEX CONCURRENTLY waits for every older snapshot: the
  one who works and those who wait would wait for each other for ever.
- For the same reason nothing that takes a snapshot (any SELECT) runs in the open transaction while
  migrations run. Its sign of life is a SHOW, which takes none, and READ COMMITTED is asked for by
  name.

The lock is of the transaction and not of the session, so that it also holds behind pgbouncer.
"""

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.errors import DatabaseUnavailable

LOCK_KEY = int.from_bytes(b"msgstore", "big")
"""Any number would do, as long as every version of messagestore uses the same."""

_NO_LIMITS = """
SELECT set_config(name, '0', true) FROM pg_settings
WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
"""


class Turn:
    """The right to migrate one database, held as long as its connection lives."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def take(self, patience: Patience) -> bool:
        """Try once, then rest; return whether the turn is ours. Raises when time is up."""
        transaction = self._connection.transaction(isolation="read_committed")
        await transaction.start()
        if await self._connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK_KEY):
            await self._connection.execute(_NO_LIMITS)
            return True
        await transaction.rollback()
        if not await patience.rest():
            raise DatabaseUnavailable(
                f"Another process has been changing this database's tables for "
                f"{patience.seconds:.0f} s; wait until it is done, then run the command again."
            )
        return False

    async def check(self) -> None:
        """Raise DatabaseUnavailable when the connection, and so the turn, is lost."""
        try:
            await self._connection.execute("SHOW transaction_isolation")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as e:
            raise DatabaseUnavailable(
                "The connection that holds the migration lock was lost, so migrating stopped; "
                "run `messagestore migrate` again."
            ) from e
