"""Taking messages away: hidden (soft), shown again, or gone for good (hard).

Each locks the conversation's counters first, in a statement of its own: what comes after it sees
every message that was counted, so the first and last activity are exact under concurrency too.
"""

from datetime import datetime
from typing import Any

from messagestore.database.database import Connection, Database
from messagestore.message import Message
from messagestore.repository.keys import Key
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_json, to_message

DELETION_KEY = "deleted"
"""The key of `metadata` that says why a hidden message was hidden."""


async def soft_delete(
    database: Database, key: Key, *, at: datetime, reason: str | None
) -> Message | None:
    """Hide a message; None when it was hidden before, or is gone."""
    note = {DELETION_KEY: {"reason": reason}} if reason else {}
    return await _under_lock(database, key, "soft_delete", at, to_json(note))


async def restore(database: Database, key: Key) -> Message | None:
    """Show a hidden message again; None when it was not hidden, or is gone."""
    return await _under_lock(database, key, "restore")


async def hard_delete(database: Database, key: Key) -> Message | None:
    """Remove row, key and the links of answers; None when it is gone already."""
    return await _under_lock(database, key, "hard_delete", key.message_id)


async def _under_lock(
    database: Database, key: Key, statement: str, *parameters: Any
) -> Message | None:
    async def work(connection: Connection) -> Message | None:
        await connection.fetch(sql("lock_conversation"), key.context_id)
        row = await connection.fetchrow(sql(statement), *key.place, *parameters)
        if statement == "hard_delete":
            await connection.execute(sql("drop_empty_conversation"), key.context_id)
        return to_message(row) if row else None

    return await database.transact(work)
