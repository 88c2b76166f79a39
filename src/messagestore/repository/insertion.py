"""Storing batches of messages: each once, with its counters and the statuses that waited for it."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import msgspec

from messagestore.database.connection import Connection
from messagestore.database.database import Database
from messagestore.errors import DatabaseUnavailable, MessageStoreError, RecordRefused
from messagestore.message import Message, StoredMessage
from messagestore.repository.arrival import apply_waiting
from messagestore.repository.keys import find_keys, read_many
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_document

BATCH_ROWS = 500
"""Rows in one statement: the size at which the design of the insert was measured."""

BATCH_BYTES = 8 * 1024 * 1024
_ATTEMPTS = 3


class RefusedMessage(msgspec.Struct, frozen=True):
    """A message of a batch that could not be stored: its place in the batch, and why."""

    index: int
    message_id: str | None
    error: MessageStoreError


class BatchResult(msgspec.Struct, frozen=True):
    """What storing a batch came to; `stored` is in the order of the batch, without the refused."""

    stored: list[StoredMessage]
    refused: list[RefusedMessage]

    @property
    def created(self) -> int:
        """How many are new."""
        return sum(stored.created for stored in self.stored)

    @property
    def duplicates(self) -> int:
        """How many were there before."""
        return len(self.stored) - self.created


async def insert(database: Database, messages: Sequence[Message]) -> BatchResult:
    """Store messages in statements of bounded size; a refused one does not touch the others."""
    known: dict[str, Message] = {}
    created: set[str] = set()
    refused: dict[str, MessageStoreError] = {}
    first = {message.message_id: message for message in reversed(messages)}
    ordered = sorted(first.values(), key=lambda message: message.message_id)
    for batch in _bounded(ordered):
        await _insert_or_bisect(database, batch, known, created, refused)
    return _in_order(messages, known, created, refused)


def weigh(message: Message) -> int:
    """Estimate the bytes of a message in a statement."""
    return 4 * len(message.content or "") + 1000


def _bounded(messages: Sequence[Message]) -> list[list[Message]]:
    batches: list[list[Message]] = [[]]
    size = 0
    for message in messages:
        weight = weigh(message)
        if batches[-1] and (len(batches[-1]) == BATCH_ROWS or size + weight > BATCH_BYTES):
            batches.append([])
            size = 0
        batches[-1].append(message)
        size += weight
    return batches if batches[0] else []


async def _insert_or_bisect(
    database: Database,
    batch: Sequence[Message],
    known: dict[str, Message],
    created: set[str],
    refused: dict[str, MessageStoreError],
) -> None:
    """Store a batch whole; when its content is refused, halve it until the culprits are alone."""
    try:
        stored, new = await _insert_batch(database, batch)
    except RecordRefused as error:
        if len(batch) == 1:
            refused[batch[0].message_id] = error
            return
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            await _insert_or_bisect(database, half, known, created, refused)
    else:
        known |= stored
        created |= new


async def _insert_batch(
    database: Database, batch: Sequence[Message]
) -> tuple[dict[str, Message], set[str]]:
    """Store unique messages sorted by message_id; return what is stored now, and which are new."""
    missing = list(batch)
    stored: dict[str, Message] = {}
    created: set[str] = set()
    write: Callable[[Sequence[Message]], Awaitable[dict[str, Message]]] = partial(_write, database)
    for _ in range(_ATTEMPTS):
        rows = await write(missing)
        stored |= rows
        created |= set(rows)
        missing = [message for message in missing if message.message_id not in stored]
        stored |= await _existing(database, [message.message_id for message in missing])
        missing = [message for message in missing if message.message_id not in stored]
        if not missing:
            return stored, created
        # What is in neither met a placeholder, or was hard-deleted between the two statements.
        write = partial(_write_expected, database)
    raise DatabaseUnavailable("A message kept being deleted while it was stored; try again later.")


async def _write(database: Database, batch: Sequence[Message]) -> dict[str, Message]:
    """Insert in one statement, which commits by itself; return what is new."""
    rows = await database.write(sql("insert_messages"), to_document(batch))
    new = {row["message_id"] for row in rows}
    return {message.message_id: message for message in batch if message.message_id in new}


async def _write_expected(database: Database, batch: Sequence[Message]) -> dict[str, Message]:
    """Insert messages that statuses came of before, and apply those; return what is new."""

    async def work(connection: Connection) -> dict[str, Message]:
        await connection.execute(
            sql("remove_placeholders"), [message.message_id for message in batch]
        )
        rows = await connection.fetch(sql("insert_messages"), to_document(batch))
        new = {row["message_id"] for row in rows}
        stored = {message.message_id: message for message in batch if message.message_id in new}
        await apply_waiting(connection, stored)
        return stored

    return await database.transact(work)


async def _existing(database: Database, message_ids: Sequence[str]) -> dict[str, Message]:
    if not message_ids:
        return {}
    return await read_many(database, (await find_keys(database, message_ids)).values())


def _in_order(
    messages: Sequence[Message],
    known: dict[str, Message],
    created: set[str],
    refused: dict[str, MessageStoreError],
) -> BatchResult:
    """Answer in the order of the call: of the same id twice, the first is the one created."""
    stored: list[StoredMessage] = []
    failures: list[RefusedMessage] = []
    unanswered = set(created)
    for index, message in enumerate(messages):
        message_id = message.message_id
        if message_id in refused:
            failures.append(RefusedMessage(index, message_id, refused[message_id]))
            continue
        stored.append(StoredMessage(known[message_id], message_id in unanswered))
        unanswered.discard(message_id)
    return BatchResult(stored, failures)
