"""Bulk loads: thousands of complete messages a transaction, new rows by COPY.

The rules are those of insertion.py. It claims the keys first, so that COPY, which knows no
conflicts, meets none; what it copies is then counted by the aggregate of insert_messages.sql. Rows
take the order of the load, which is mostly that of time, and not that of their ids: what is read
together lies together.

What is out of the ordinary goes the ordinary way: messages that statuses or edits came of before,
those that are deleted meanwhile, and the half of a load of which the database refuses something.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from operator import attrgetter

import msgspec

from messagestore.database.connection import Connection
from messagestore.database.database import Database
from messagestore.errors import DatabaseUnavailable, RecordRefused
from messagestore.message import Message, Status
from messagestore.repository.insertion import RefusedMessage, insert
from messagestore.repository.keys import Key, claim_keys, find_keys
from messagestore.repository.queries import sql
from messagestore.repository.rows import COLUMNS, to_rows


class LoadResult(msgspec.Struct, frozen=True):
    """What a load came to: how many are new, how many were there before, and what was refused."""

    created: int
    duplicates: int
    refused: list[RefusedMessage]


async def load(database: Database, messages: Sequence[Message]) -> LoadResult:
    """Store messages as they are; of the same message_id twice, the first is stored.

    Each half is a transaction, which holds its keys until all is written: ten thousand are meant.
    """
    first: dict[str, Message] = {}
    for message in messages:
        first.setdefault(message.message_id, message)
    created, left = await _in_halves(database, list(first.values()))
    rest = [index for index, message in enumerate(messages) if message.message_id in left]
    inserted = await insert(database, [messages[index] for index in rest])
    refused = [
        msgspec.structs.replace(failure, index=rest[failure.index]) for failure in inserted.refused
    ]
    created += inserted.created
    return LoadResult(created, len(messages) - len(refused) - created, refused)


async def _in_halves(database: Database, messages: Sequence[Message]) -> tuple[int, set[str]]:
    """Copy two halves at a time: while one waits for the disk, the other does not."""
    middle = (len(messages) + 1) // 2
    halves = (half for half in (messages[:middle], messages[middle:]) if half)
    outcomes = await asyncio.gather(
        *(_copy_or_leave(database, half) for half in halves), return_exceptions=True
    )
    created, left = 0, set[str]()
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        created += outcome[0]
        left |= outcome[1]
    return created, left


async def _copy_or_leave(database: Database, messages: Sequence[Message]) -> tuple[int, set[str]]:
    """Return how many are new, and which are left to the ordinary way.

    On Citus a COPY that is refused for its content says XX000, as a node that fails does. The
    ordinary way tells which it was: it stores the others, or raises DatabaseUnavailable itself.
    """
    try:
        return await database.transact(partial(_copy, messages=messages))
    except (RecordRefused, DatabaseUnavailable):
        return 0, {message.message_id for message in messages}


async def _copy(connection: Connection, messages: Sequence[Message]) -> tuple[int, set[str]]:
    """Store what is new; return how many that are, and which are neither new nor there."""
    keys = sorted(map(Key.of, messages), key=attrgetter("message_id"))
    claimed = await claim_keys(connection, keys)
    new = [message for message in messages if message.message_id in claimed]
    if new:
        await connection.copy("messages", COLUMNS, to_rows(new))
        await connection.execute(sql("count_messages"), *_counted(new))
        noted = [message.context_id for message in new], [message.id for message in new]
        await connection.execute(sql("note_created"), *noted)
    left = [key.message_id for key in keys if key.message_id not in claimed]
    known = await find_keys(connection, left) if left else {}
    return len(new), set(left) - known.keys()


def _counted(messages: Sequence[Message]) -> list[list[object]]:
    """Return what count_messages.sql counts, one list a column."""
    rows = (
        (
            message.context_id,
            message.context_type,
            message.direction,
            message.has_media,
            message.is_bot_command,
            message.status is Status.FAILED,
            message.created_at,
            message.is_deleted,
        )
        for message in messages
    )
    return [list(column) for column in zip(*rows, strict=True)]
