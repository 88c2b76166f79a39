"""Keeps writers from waiting: cancels a migration that someone has waited behind for too long.

`lock_timeout` alone bounds each wait of the migration, not what others wait: while a migration
holds one table and waits for the next, or works under its lock, a writer waits for the sum.
PostgreSQL 17 could bound the whole transaction, but that would also stop a long migration that
nobody waits for, such as the first one on a slow disk. What is promised to writers is therefore
measured where it happens, in pg_locks, on every version alike.
"""

from dataclasses import dataclass

import asyncpg

from messagestore.database.migrator.connecting import Connection


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. A writer waits at most `others_wait` + `poll` + the time a cancel takes.

    When our process is frozen, and so its watch: at most `lock_wait` + `idle`.
    """

    lock_wait: float = 0.4
    """That a statement of a migration waits for one lock (lock_timeout)."""
    others_wait: float = 0.4
    """That anyone waits behind the migration before it is cancelled."""
    idle: float = 0.5
    """That our process may stall between two statements (idle_in_transaction_session_timeout)."""
    poll: float = 0.1

    @property
    def lock_sql(self) -> str:
        """What bounds each wait for a lock, in one transaction."""
        return f"SET LOCAL lock_timeout = '{self.lock_wait * 1000:.0f}ms';"

    @property
    def sql(self) -> str:
        """What bounds the waits and the pauses of one transaction."""
        return (
            f"{self.lock_sql} SET LOCAL statement_timeout = 0; "
            f"SET LOCAL idle_in_transaction_session_timeout = '{self.idle * 1000:.0f}ms';"
        )


LIMITS = Limits()

# Waits for a virtualxid, and for the locks of schema changes and vacuum, are no writer's waits.
_LOOK = """
SELECT (
    SELECT string_agg(DISTINCT format('%s, held by pid %s (%s, %s)',
               coalesce(l.relation::regclass::text, l.locktype), b.pid,
               coalesce(nullif(b.application_name, ''), 'no name'), b.state), '; ')
    FROM pg_locks l, unnest(pg_blocking_pids(l.pid)) AS blocker JOIN pg_stat_activity b
      ON b.pid = blocker
    WHERE l.pid = $1 AND NOT l.granted
) AS waits_for, EXISTS (
    SELECT FROM pg_locks w
    WHERE NOT w.granted AND w.pid <> $1
      AND w.waitstart < clock_timestamp() - make_interval(secs => $2)
      AND (w.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
           OR w.locktype IN ('transactionid', 'tuple'))
      AND $1 = ANY (pg_blocking_pids(w.pid))
) AS delays
"""


class Watch:
    """Looks, over its own connection, at the transaction of a migration."""

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        self._connection = connection
        self.limits = limits
        self.pid: int | None = None
        self.cancelled = False
        self.waits_for: str | None = None
        self.progress = 0
        """Counts what is done for good: patience starts anew with it."""

    def start(self, pid: int) -> None:
        """Watch the transaction that this server process has just begun."""
        self.pid, self.cancelled = pid, False

    def stop(self) -> None:
        """Watch nothing: the transaction is over."""
        self.pid = None

    async def look(self) -> None:
        """Cancel the migration's statement when someone has waited behind it for too long."""
        pid = self.pid
        if pid is None:
            return
        async with self._connection.transaction():
            row = await self._connection.fetchrow(_LOOK, pid, self.limits.others_wait)
            if row is None or self.pid != pid:
                return
            self.waits_for = row["waits_for"] or self.waits_for
            if row["delays"]:
                self.cancelled = True
                await self._connection.execute(f"SELECT pg_cancel_backend({pid})")

    def is_about_locks(self, error: BaseException) -> bool:
        """Tell whether the same work may succeed when others have let go of their locks."""
        if isinstance(error, asyncpg.QueryCanceledError):
            return self.cancelled
        return isinstance(error, asyncpg.LockNotAvailableError | asyncpg.DeadlockDetectedError)


_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    BrokenPipeError,
    ConnectionResetError,
)


def is_lost_connection(error: BaseException) -> bool:
    """Tell whether the server ended this one session, as it does after `Limits.idle`."""
    return isinstance(error, _LOST) or (
        isinstance(error, asyncpg.InterfaceError) and "connection is closed" in str(error)
    )
