"""Pending: statuses and rewrites whose message never comes are forgotten, with their placeholders.

What waits holds what people wrote, and errors that name them; nobody sees it meanwhile.
"""

from datetime import datetime

from messagestore.database.connection import Connection
from messagestore.database.database import Database
from messagestore.repository.keys import hold_placeholders
from messagestore.repository.queries import sql

_AT_ONCE = 5000


async def forget_old(database: Database, before: datetime) -> int:
    """Forget what has waited since before then; returns for how many messages, a bounded number.

    What came later for the same message waits on.
    """

    async def work(connection: Connection) -> int:
        rows = await connection.fetch(sql("find_old_pending"), before, _AT_ONCE)
        message_ids = sorted({row["message_id"] for row in rows})
        if not message_ids:
            return 0
        held = await hold_placeholders(connection, message_ids)
        await connection.execute(sql("drop_pending_statuses"), message_ids, before)
        await connection.execute(sql("drop_pending_rewrites"), message_ids, before, None)
        await _release(connection, held)
        return len(message_ids)

    return await database.transact(work)


async def forget_conversation(database: Database, context_id: str) -> None:
    """Forget what waits and can be told to be of a conversation, or of its person.

    That is what a message_id with the conversation's id in it names, and reactions of the person
    whose id is that of the conversation. No other id says whose it is.
    """

    async def work(connection: Connection) -> None:
        rows = await connection.fetch(sql("find_pending_of"), context_id)
        if not rows:
            return
        held = await hold_placeholders(connection, sorted(row["message_id"] for row in rows))
        whole = [row["message_id"] for row in rows if row["whole"]]
        others = [row["message_id"] for row in rows if not row["whole"]]
        await connection.execute(sql("drop_pending_statuses"), whole, None)
        await connection.execute(sql("drop_pending_rewrites"), whole, None, None)
        await connection.execute(sql("drop_pending_rewrites"), others, None, context_id)
        await _release(connection, held)

    await database.transact(work)


async def _release(connection: Connection, held: set[str]) -> None:
    """Remove the placeholders for which nothing waits any more."""
    rows = await connection.fetch(sql("find_pending"), sorted(held))
    idle = held - {row["message_id"] for row in rows}
    await connection.execute(sql("remove_placeholders"), sorted(idle))
