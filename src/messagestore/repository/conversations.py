"""Conversations and their counters: a key lookup at any size."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from messagestore.database.reader import Reader
from messagestore.errors import InvalidQuery
from messagestore.message import ContextType
from messagestore.repository.page import END_OF_TIME, check_limit
from messagestore.repository.queries import sql
from messagestore.repository.rows import CONTEXT_TYPES, in_order

_COLUMNS = (
    "context_id",
    "context_type",
    "total",
    "incoming",
    "outgoing",
    "with_media",
    "commands",
    "failed",
    "first_message_at",
    "last_message_at",
)


class MessageStats(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of the messages that are not deleted."""

    total: int = 0
    incoming: int = 0
    outgoing: int = 0
    with_media: int = 0
    commands: int = 0
    failed: int = 0


class Conversation(MessageStats, frozen=True, kw_only=True):
    """A context with its counters and its first and last activity."""

    context_id: str
    context_type: ContextType
    first_message_at: datetime
    last_message_at: datetime


class ConversationPage(msgspec.Struct, frozen=True):
    """Conversations, last active first, and where the next page begins (None: no more)."""

    conversations: list[Conversation]
    next: str | None


class ConversationRepository:
    """Reads the table `conversations`; it is written by the statements that write messages."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get(self, context_id: str) -> MessageStats:
        """Count a conversation; all zero when it has no message."""
        row = await self._reader.about(context_id).fetch_row(sql("get_message_stats"), context_id)
        return _stats(row) if row else MessageStats()

    async def get_total(self) -> MessageStats:
        """Count all conversations together: reads each conversation once, and no message."""
        row = await self._reader.fetch_row(sql("get_total_stats"))
        return _stats(row) if row else MessageStats()

    async def list(self, *, limit: int = 50, before: str | None = None) -> ConversationPage:
        """List conversations, last active first; `before` is a page's `next`."""
        check_limit(limit)
        rows = await self._reader.fetch(sql("list_conversations"), *_read_cursor(before), limit + 1)
        known = _conversations(rows)
        cursor = _write_cursor(known[limit - 1]) if len(known) > limit else None
        return ConversationPage(known[:limit], cursor)


def _stats(row: asyncpg.Record) -> MessageStats:
    return MessageStats(
        total=row["total"],
        incoming=row["incoming"],
        outgoing=row["outgoing"],
        with_media=row["with_media"],
        commands=row["commands"],
        failed=row["failed"],
    )


def _conversations(rows: Sequence[asyncpg.Record]) -> list[Conversation]:
    return [
        Conversation(
            context_id=context_id,
            context_type=CONTEXT_TYPES[context_type],
            total=total,
            incoming=incoming,
            outgoing=outgoing,
            with_media=with_media,
            commands=commands,
            failed=failed,
            first_message_at=first_message_at,
            last_message_at=last_message_at,
        )
        for (
            context_id,
            context_type,
            total,
            incoming,
            outgoing,
            with_media,
            commands,
            failed,
            first_message_at,
            last_message_at,
        ) in in_order(rows, _COLUMNS)
    ]


def _write_cursor(conversation: Conversation) -> str:
    return f"{conversation.last_message_at.isoformat()}/{conversation.context_id}"


def _read_cursor(cursor: str | None) -> tuple[datetime, str]:
    if cursor is None:
        return END_OF_TIME, ""
    moment, separator, context_id = cursor.partition("/")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if not separator or at is None or at.tzinfo is None:
        raise InvalidQuery("before must be the `next` of a page of conversations")
    return at, context_id
