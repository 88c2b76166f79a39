"""What is committed where clients connect to, and not on every node of a cluster yet."""

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.database.variants import IS_DISTRIBUTED
from messagestore.errors import DatabaseUnavailable
from messagestore.partitions.layout import sql


async def visible_everywhere(connection: Connection, seconds: float) -> None:
    """Wait until all that is committed by now can be seen on every node; on one server it can.

    The workers follow the coordinator's commit, each for itself: within milliseconds, but after a
    crash only when Citus looks after it, every minute. Until then a message may be seen whose key
    cannot. Raises DatabaseUnavailable when that takes longer, or a worker does not answer.
    """
    if not await connection.fetchval(IS_DISTRIBUTED):
        return
    patience = Patience(seconds, longest_rest=1.0)
    waiting = await _prepared(connection)
    while waiting and await patience.rest():
        waiting &= await _prepared(connection)
    if waiting:
        raise DatabaseUnavailable(
            f"A worker has held prepared transactions for {seconds:.0f} s ({', '.join(waiting)}), "
            "so what they wrote cannot be seen. Citus ends its own within a minute; see "
            "pg_prepared_xacts there, and try again."
        )


async def _prepared(connection: Connection) -> set[str]:
    rows: list[asyncpg.Record] = await connection.fetch(sql("read_prepared"))
    for row in rows:
        if not row["success"]:
            raise DatabaseUnavailable(
                f"The worker {row['nodename']}:{row['nodeport']} does not answer; nothing that is "
                "due was removed since. Try again when it does."
            )
    return {gid for row in rows for gid in row["gids"]}
