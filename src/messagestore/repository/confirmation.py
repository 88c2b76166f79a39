"""A queued message becomes a sent one, under the id that the provider knows it by."""

from datetime import datetime

from messagestore.database.connection import Connection
from messagestore.database.database import Database
from messagestore.message import Message, Status
from messagestore.repository.arrival import apply_waiting
from messagestore.repository.keys import Key, claim_keys, find_key, read
from messagestore.repository.queries import sql
from messagestore.repository.removal import remove
from messagestore.repository.rows import to_message
from messagestore.repository.status_changes import FoldedStatus
from messagestore.repository.statuses import apply_folded


async def confirm_sent(
    database: Database, queued: Key, message_id: str, at: datetime
) -> Message | None:
    """Give a queued message the provider's id and the status `sent`; None when it is gone.

    When the provider's echo of it was stored first, under that id, the echo stays and the queued
    row goes. What came before, and waits for that id, is applied in the same transaction. Neither
    is so as a rule, and one statement is enough. Repeating it changes nothing.
    """
    if message_id != queued.message_id:
        place = (*queued.place, queued.message_id, message_id)
        if rows := await database.write(sql("confirm_sent"), *place):
            return to_message(rows[0])

    async def work(connection: Connection) -> Message | None:
        key = Key(message_id, queued.context_id, queued.id)
        if key != queued:
            row = await connection.fetchrow(sql("lock_message"), *queued.place)
            if row is None or not await _take(connection, key):
                return await _keep_other(connection, queued, message_id, at)
            await connection.execute(
                sql("rename_message"), *queued.place, queued.message_id, message_id
            )
        sent = FoldedStatus(status=Status.SENT, error=None, delivered_at=None, read_at=None)
        await apply_folded(connection, {message_id: key}, {message_id: sent})
        message = await read(connection, key)
        stored = {} if message is None else {message_id: message}
        await apply_waiting(connection, stored)
        return stored.get(message_id)

    return await database.transact(work)


async def _take(connection: Connection, key: Key) -> bool:
    """Take the provider's id, of which statuses may have come already."""
    await connection.execute(sql("remove_placeholders"), [key.message_id])
    return bool(await claim_keys(connection, [key]))


async def _keep_other(
    connection: Connection, queued: Key, message_id: str, at: datetime
) -> Message | None:
    """Keep what has the provider's id already: the echo, or this row from an earlier call."""
    other = await find_key(connection, message_id)
    if other is None or other.id != queued.id:
        await remove(connection, queued, at)
    return await read(connection, other) if other else None
