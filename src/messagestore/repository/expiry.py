"""Expiry: messages whose time is over go, with their keys, in batches; the counters stay exact.

A key is what says that a message is counted: it is freed in the transaction that takes the message
out of the counters, and once. So whatever is interrupted is repeated.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from messagestore.database.connection import Connection
from messagestore.database.database import Database
from messagestore.identifiers import time_of
from messagestore.message import ContextType
from messagestore.repository.keys import columns_of, days_of
from messagestore.repository.pending import forget_conversation
from messagestore.repository.queries import sql

BATCH = 200
"""Messages that go in one transaction: for so long their conversations' writers wait."""

LOOKED_UP = 5000
"""Due messages that are looked up at once."""

Settled = tuple[int, list[str]]
"""How many are gone, and the conversations that have no message left."""


class Expired(msgspec.Struct, frozen=True):
    """What is counted of a message that goes."""

    context_id: str
    id: UUID
    message_id: str
    direction: str
    has_media: bool
    is_command: bool
    has_failed: bool
    is_deleted: bool


class Due(msgspec.Struct, frozen=True, order=True):
    """Where a message is whose time is over."""

    context_id: str
    id: UUID


async def find_due_of_type(
    database: Database, context_type: ContextType, before: datetime, but: Sequence[str], after: UUID
) -> list[Due]:
    """Return the next due messages of a type of context, oldest first, but of some conversations.

    So many that those of a conversation are found together; they begin after an id.
    """
    place = time_of(after), after
    rows = await database.fetch(
        sql("find_due_of_type"), context_type, before, [*but], *place, LOOKED_UP
    )
    return [Due(row["context_id"], row["id"]) for row in rows]


async def find_due_of_context(database: Database, context_id: str, before: datetime) -> list[Due]:
    """Return some due messages of a conversation."""
    rows = await database.fetch(sql("find_due_of_context"), context_id, before, LOOKED_UP)
    return [Due(row["context_id"], row["id"]) for row in rows]


async def expire(database: Database, due: Sequence[Due]) -> int:
    """Remove messages, a batch a transaction; return how many are gone by it."""
    ordered = sorted(due)
    gone = 0
    for start in range(0, len(ordered), BATCH):
        gone += await _settled(database, partial(_delete, due=ordered[start : start + BATCH]))
    return gone


async def settle(
    database: Database,
    expired: Sequence[Expired],
    first: Callable[[Connection], Awaitable[object]],
) -> int:
    """Free the keys of messages that are gone already, and take those out of the counters.

    That is once, however often it is repeated; returns how many there were. `first` is done in the
    same transaction.
    """

    async def work(connection: Connection) -> Settled:
        await first(connection)
        return await _settle(connection, expired)

    return await _settled(database, work)


async def _settled(database: Database, work: Callable[[Connection], Awaitable[Settled]]) -> int:
    gone, ended = await database.transact(work)
    for context_id in ended:
        # Not in the same transaction: writers take a placeholder's lock before the counters'.
        await forget_conversation(database, context_id)
    return gone


async def _delete(connection: Connection, due: Sequence[Due]) -> Settled:
    contexts = sorted({one.context_id for one in due})
    # Before the messages, as whoever hides one does: else the two would wait for each other.
    await connection.execute(sql("lock_conversations"), contexts)
    places = columns_of([(one.context_id, time_of(one.id), one.id) for one in due])
    rows = await connection.fetch(sql("delete_due"), *places, *days_of(places[1]))
    return await _settle(connection, [Expired(**row) for row in rows])


async def _settle(connection: Connection, expired: Sequence[Expired]) -> Settled:
    """Return how many are gone by it, and the conversations that have no message left."""
    if not expired:
        return 0, []
    contexts = sorted({one.context_id for one in expired})
    await connection.execute(sql("lock_conversations"), contexts)
    columns = [list(column) for column in zip(*map(msgspec.structs.astuple, expired), strict=True)]
    settled = await connection.fetch(sql("settle_expired"), *columns)
    await connection.execute(sql("refresh_activity"), contexts)
    ended = await connection.fetch(sql("drop_empty_conversations"), contexts)
    return int(settled[0]["settled"]), [row["context_id"] for row in ended]
