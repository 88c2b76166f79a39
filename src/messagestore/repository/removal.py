"""Taking messages away: hidden (soft), shown again, or gone for good (hard).

Each locks the conversation's counters first, in a statement of its own: what comes after it sees
every message that was counted, so the first and last activity are exact under concurrency too.
"""

from datetime import datetime
from typing import Any

from messagestore.database.connection import Connection
from messagestore.database.database import Database
from messagestore.message import Message
from messagestore.repository.keys import Key
from messagestore.repository.pending import forget_conversation
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_json, to_message

DELETION_KEY = "deleted"
"""The key of `metadata` that says why a hidden message was hidden."""


async def soft_delete(
    database: Database, key: Key, *, at: datetime, reason: str | None
) -> Message | None:
    """Hide a message; None when it was hidden before, or is gone."""
    return await database.transact(lambda connection: hide(connection, key, at, reason))


async def hide(
    connection: Connection, key: Key, at: datetime, reason: str | None
) -> Message | None:
    """Do the same within a transaction."""
    return await _hide(connection, key, at, {DELETION_KEY: {"reason": reason}} if reason else {})


async def restore(database: Database, key: Key) -> Message | None:
    """Show a hidden message again; None when it was not hidden, or is gone."""

    async def work(connection: Connection) -> Message | None:
        await _lock(connection, key)
        row = await connection.fetchrow(sql("restore"), *key.place)
        return to_message(row) if row else None

    return await database.transact(work)


async def hard_delete(database: Database, key: Key, *, at: datetime) -> bool:
    """Remove row, key and the links of answers; False when it is gone already.

    With the last message of a conversation goes what waits for messages of it.
    """
    removed, was_last = await database.transact(lambda connection: _remove(connection, key, at))
    if was_last:
        # Not in the same transaction: writers take a placeholder's lock before the counters'.
        await forget_conversation(database, key.context_id)
    return removed


async def remove(connection: Connection, key: Key, at: datetime) -> bool:
    """Do the same within a transaction, but for what waits."""
    return (await _remove(connection, key, at))[0]


async def _remove(connection: Connection, key: Key, at: datetime) -> tuple[bool, bool]:
    """Return whether the message was there, and whether it was the last of its conversation."""
    noted = await _hide(connection, key, at, {}) is not None
    row = await connection.fetchrow(sql("hard_delete"), *key.place, key.message_id, noted)
    dropped = await connection.fetch(sql("drop_empty_conversation"), key.context_id)
    return row is not None, bool(dropped)


async def _hide(
    connection: Connection, key: Key, at: datetime, note: dict[str, Any]
) -> Message | None:
    await _lock(connection, key)
    row = await connection.fetchrow(sql("soft_delete"), *key.place, at, to_json(note))
    return to_message(row) if row else None


async def _lock(connection: Connection, key: Key) -> None:
    await connection.fetch(sql("lock_conversation"), key.context_id)
