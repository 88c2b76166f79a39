"""Threads: a message, what it answers, and what answers it."""

from uuid import UUID

import msgspec

from messagestore.database.reader import Source
from messagestore.message import Message
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_messages

MAX_DEPTH = 100
"""How far up and down a thread is followed; replies in a circle end there too."""


class Thread(msgspec.Struct, frozen=True):
    """A message with its ancestors (oldest first) and its replies, direct or not (oldest first)."""

    ancestors: list[Message]
    message: Message
    replies: list[Message]


async def read_thread(source: Source, message: Message, limit: int) -> Thread:
    """Read the thread of a message within its conversation, up to `limit` replies."""
    rows = []
    if message.reply_to_message_id:
        rows = await source.fetch(
            sql("get_thread_ancestors"),
            message.context_id,
            message.reply_to_message_id,
            MAX_DEPTH,
        )
    seen = {message.id}
    ancestors = [found for found in to_messages(rows) if not _was_seen(found, seen)]
    rows = await source.fetch(
        sql("get_thread_replies"), message.context_id, message.message_id, MAX_DEPTH, limit
    )
    replies = [found for found in to_messages(rows) if not _was_seen(found, seen)]
    return Thread(ancestors[::-1], message, replies)


def _was_seen(message: Message, seen: set[UUID]) -> bool:
    if message.id in seen:
        return True
    seen.add(message.id)
    return False
