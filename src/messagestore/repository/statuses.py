"""Statuses: they only rise, and those that come before their message wait for it.

Two transactions must not miss each other: one that stores a message and looks for waiting
statuses, and one that looks for the message and lets its status wait. Both go through the unique
key of `message_keys`. The status claims the key first: while a writer holds it, the claim waits,
and then finds the message. A writer that comes after the claim waits for it, and looks for waiting
statuses only in its next statement, which sees what was committed meanwhile.
"""

from datetime import datetime

import msgspec

from messagestore.database.database import Connection, Database
from messagestore.identifiers import new_id
from messagestore.message import Message, Status
from messagestore.repository.keys import Key, find_key, read
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_message

_CLAIMED = "(claimed)"
"""The context_id of a key while it is claimed; never visible outside the transaction."""


class StatusResult(msgspec.Struct, frozen=True):
    """What a status came to.

    `message` is the row as it is now, None while the message has not come (the status waits);
    `changed` says whether this status changed anything.
    """

    message: Message | None
    changed: bool

    @property
    def waits(self) -> bool:
        """Whether the status waits for its message."""
        return self.message is None


class StatusChange(msgspec.Struct, frozen=True, kw_only=True):
    """A status as it is applied: `at` is when it came about, `received_at` when we learnt of it."""

    message_id: str
    status: Status
    error: str | None
    at: datetime
    received_at: datetime


async def apply_status(database: Database, change: StatusChange) -> StatusResult:
    """Apply a status to its message, or keep it until the message comes."""

    async def work(connection: Connection) -> StatusResult:
        while (key := await find_key(connection, change.message_id)) is None:
            if await _keep(connection, change):
                return StatusResult(None, changed=False)
        row = await apply_to_stored(connection, key, change.status, change.error, change.at)
        if row is not None:
            return StatusResult(row, changed=True)
        return StatusResult(await read(connection, key), changed=False)

    return await database.transact(work)


async def apply_to_stored(
    connection: Connection, key: Key, status: str, error: str | None, at: datetime
) -> Message | None:
    """Apply a status to a message that is stored; return the row when that changed it."""
    row = await connection.fetchrow(sql("update_status"), *key.place, status, error, at)
    return to_message(row) if row else None


async def _keep(connection: Connection, change: StatusChange) -> bool:
    """Let the status wait; False when the message came meanwhile."""
    claim = new_id(change.received_at)
    if not await connection.fetch(sql("claim_key"), change.message_id, _CLAIMED, claim):
        return False
    await connection.execute(
        sql("add_pending_status"),
        change.message_id,
        change.status,
        change.error,
        change.at,
        change.received_at,
    )
    await connection.execute(sql("release_key"), change.message_id, _CLAIMED, claim)
    return True
