"""Keys: where the message with a provider's id is."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from messagestore.identifiers import time_of
from messagestore.message import Message
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_message, to_messages

_NIL = UUID(int=0)
"""The id of a placeholder, in the queries too: no message has it, as ids carry their time."""


Place = tuple[str, datetime, UUID]
"""The context_id, created_at and id of a message: $1 to $3 of the statements that touch one."""


class Fetches(Protocol):
    """What runs a statement: a connection inside a transaction, or the database by itself."""

    async def fetch(self, query: str, /, *args: Any) -> list[Any]:
        """Run a statement and return its rows."""
        ...


class Key(msgspec.Struct, frozen=True):
    """The full key of a message. `created_at` is in the id, so no lookup of it is needed."""

    message_id: str
    context_id: str
    id: UUID

    @property
    def place(self) -> Place:
        """The parameters $1 to $3 of the statements that touch one message."""
        return self.context_id, time_of(self.id), self.id

    @classmethod
    def of(cls, message: Message) -> "Key":
        """Return the key of a message."""
        return cls(message.message_id, message.context_id, message.id)


def topics_of(message: Message) -> tuple[str, str, UUID]:
    """Return what a write of a message is about, for a Reader."""
    return message.context_id, message.message_id, message.id


async def claim_keys(source: Fetches, keys: Iterable[Key]) -> set[str]:
    """Take message_ids that nothing is stored under; return those that were free.

    Waits for a writer that is storing one. The keys come sorted by message_id.
    """
    columns = zip(*((key.message_id, key.context_id, key.id) for key in keys), strict=True)
    rows = await source.fetch(sql("claim_keys"), *map(list, columns))
    return {row["message_id"] for row in rows}


async def hold_placeholders(source: Fetches, message_ids: Sequence[str]) -> set[str]:
    """Let placeholders stand for messages that have not come, for what waits for them.

    They are locked until the transaction ends. Returns the message_ids of these; a message that is
    not among them came meanwhile. The message_ids come sorted.
    """
    await claim_keys(source, [Key(message_id, "", _NIL) for message_id in message_ids])
    held = await source.fetch(sql("lock_placeholders"), message_ids)
    return {row["message_id"] for row in held}


async def find_keys(source: Fetches, message_ids: Iterable[str]) -> dict[str, Key]:
    """Return the keys of those message_ids that are stored, by message_id."""
    rows = await source.fetch(sql("find_keys"), list(message_ids))
    return {row["message_id"]: Key(**row) for row in rows}


async def find_key(source: Fetches, message_id: str) -> Key | None:
    """Return the key of one message_id, or None."""
    return (await find_keys(source, [message_id])).get(message_id)


async def read_many(source: Fetches, keys: Iterable[Key]) -> dict[str, Message]:
    """Return the messages with those keys, hidden ones too, by message_id."""
    messages = await read_places(source, [key.place for key in keys])
    return {message.message_id: message for message in messages}


async def read_places(source: Fetches, places: Sequence[Place]) -> list[Message]:
    """Return the messages that are there, hidden ones too."""
    if not places:
        return []
    contexts, times, ids = columns_of(places)
    query = sql("get_messages")
    return to_messages(await source.fetch(query, contexts, times, ids, *days_of(times)))


def columns_of(places: Sequence[Place]) -> tuple[list[str], list[datetime], list[UUID]]:
    """Return what statements for many messages take: context_ids, created_ats and ids."""
    contexts, times, ids = zip(*places, strict=True)
    return list(contexts), list(times), list(ids)


def days_of(times: Sequence[datetime]) -> tuple[datetime, datetime]:
    """Return the beginning of the first day of these times and the end of the last, in UTC.

    What such statements look at is bounded by it, so that they concern few months. Whole days, for
    PostgreSQL is to take that for many messages, and look each one up by its key: with the times
    themselves it looked through all that were made at the same one.
    """
    first, last = min(times).astimezone(UTC), max(times).astimezone(UTC)
    return (
        first.replace(hour=0, minute=0, second=0, microsecond=0),
        last.replace(hour=23, minute=59, second=59, microsecond=999_999),
    )


async def read(source: Fetches, key: Key, *, include_deleted: bool = True) -> Message | None:
    """Return the message with that key, or None."""
    rows = await source.fetch(sql("get_by_key"), *key.place, include_deleted)
    return to_message(rows[0]) if rows else None
