"""MessageService: the use cases, in the words of those who build and run bots."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from messagestore.checks import check_id, check_text, check_time, is_sane_time, parse_enum
from messagestore.database.database import Database
from messagestore.errors import InvalidMessage, MessageNotFound
from messagestore.event import MessageDeleted, MessageEdited, ReactionChanged, StatusChanged
from messagestore.identifiers import truncate_to_millisecond
from messagestore.message import (
    ContextType,
    Direction,
    MediaType,
    Message,
    NewMessage,
    Status,
    StoredMessage,
    clean_metadata,
)
from messagestore.repository import amendments
from messagestore.repository.conversations import (
    ConversationPage,
    ConversationRepository,
    MessageStats,
)
from messagestore.repository.insertion import BatchResult
from messagestore.repository.messages import Clock, MessageRepository
from messagestore.repository.page import Page, check_limit
from messagestore.repository.search import search
from messagestore.repository.statuses import StatusChange, StatusResult, apply_status
from messagestore.sanitizer import Sanitizer

LOCAL_PREFIX = "local:"
"""What the message_id of an outgoing message begins with until the provider has given it one."""


class MessageService:
    """Logs messages and answers what people ask; raises MessageStoreError and its kinds."""

    def __init__(
        self, database: Database, messages: MessageRepository, *, clock: Clock, bot: str
    ) -> None:
        self._database = database
        self._messages = messages
        self._conversations = ConversationRepository(database)
        self._clock = clock
        self._bot = bot

    # Logging

    async def log_incoming_message(self, message: NewMessage) -> StoredMessage:
        """Store what came in. Raises InvalidMessage when it is not an incoming message."""
        if message.direction is not Direction.INCOMING:
            raise InvalidMessage("direction must be incoming here", field="direction")
        return await self._messages.create(message)

    async def log_message(self, message: NewMessage) -> StoredMessage:
        """Store a message of either direction, as a provider reported it."""
        return await self._messages.create(message)

    async def log_messages(self, messages: Sequence[NewMessage]) -> BatchResult:
        """Store many messages; those that are refused are listed and harm no other."""
        return await self._messages.create_many(messages)

    async def log_outgoing_message(  # noqa: PLR0913 (columns of the record, named at the call)
        self,
        context_id: str,
        recipient: str,
        content: str | None,
        reply_to: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        *,
        message_id: str | None = None,
        context_type: ContextType = ContextType.PRIVATE,
        sender: str | None = None,
        status: Status | None = None,
        media_url: str | None = None,
        media_type: MediaType | None = None,
    ) -> StoredMessage:
        """Store what goes out: `queued` under an id of ours, or `sent` under the provider's."""
        new = NewMessage(
            message_id=message_id or f"{LOCAL_PREFIX}{uuid4()}",
            context_id=context_id,
            context_type=context_type,
            direction=Direction.OUTGOING,
            sender=sender or self._bot,
            recipient=recipient,
            content=content,
            media_url=media_url,
            media_type=media_type,
            status=status or (Status.SENT if message_id else Status.QUEUED),
            metadata=metadata or {},
            reply_to_message_id=reply_to,
        )
        return await self._messages.create(new)

    async def log_outgoing_media_message(  # noqa: PLR0913, PLR0917 (as above)
        self,
        context_id: str,
        recipient: str,
        content: str | None,
        media_url: str,
        media_type: MediaType,
        reply_to: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> StoredMessage:
        """Store an outgoing message with media; `content` is its caption."""
        return await self.log_outgoing_message(
            context_id,
            recipient,
            content,
            reply_to,
            metadata,
            media_url=media_url,
            media_type=media_type,
            **options,
        )

    async def confirm_sent(self, queued: Message, message_id: str | None) -> Message | None:
        """Turn a queued message into a sent one with the provider's id, where there is one.

        Returns the row, the provider's echo of it if that was stored first; None when it is gone.
        """
        chosen = queued.message_id if message_id is None else message_id
        if chosen != queued.message_id:
            check_id("message_id", chosen)
        return await amendments.confirm_sent(self._database, queued, chosen, self._clock())

    async def update_message_status(
        self,
        message_id: str,
        status: Status,
        error: str | None = None,
        at: datetime | None = None,
    ) -> StatusResult:
        """Raise a message's status; one whose message has not come yet waits for it.

        Any order and any repetition of the same statuses ends the same (DESIGN, rule 4).
        """
        return await self.apply_status(
            StatusChanged(message_id=message_id, status=status, error_message=error, at=at)
        )

    # Events of providers

    async def apply_status(self, event: StatusChanged) -> StatusResult:
        """Apply a provider's status."""
        check_id("message_id", event.message_id)
        check_text("error", event.error_message)
        error = event.error_message
        change = StatusChange(
            message_id=event.message_id,
            status=parse_enum("status", event.status, Status),
            error=None if error is None else Sanitizer().text(error, field="error"),
            at=self._time(event.at),
            received_at=self._clock(),
        )
        return await apply_status(self._database, change)

    async def apply_edit(self, event: MessageEdited) -> Message | None:
        """Give a message its new text, keeping the earlier; None when it is not stored."""
        sanitizer = Sanitizer()
        given: dict[str, Any] = {}
        for field in ("edit_id", "content", "media_url", "media_content_type"):
            value = getattr(event, field)
            check_text(field, value)
            given[field] = None if value is None else sanitizer.text(value, field=field)
        given["metadata"] = clean_metadata(event.metadata, sanitizer)
        clean = msgspec.structs.replace(event, **given)
        at = self._time(event.at)
        return await amendments.rewrite(
            self._database,
            event.message_id,
            lambda message: amendments.with_edit(message, clean, at),
        )

    async def apply_reaction(self, event: ReactionChanged) -> Message | None:
        """Keep a sender's reaction on its message; None when that is not stored."""
        check_id("sender", event.sender)
        check_text("emoji", event.emoji)
        at = self._time(event.at)
        return await amendments.rewrite(
            self._database,
            event.message_id,
            lambda message: amendments.with_reaction(message, event, at),
        )

    async def apply_deletion(self, event: MessageDeleted) -> Message | None:
        """Hide a message that was taken back in the chat; None when it is not stored."""
        try:
            return await self._messages.soft_delete(event.message_id, reason=event.reason)
        except MessageNotFound:
            return None

    # Questions

    async def get_last_messages(self, context_id: str, count: int = 10) -> list[Message]:
        """Return the last messages of a conversation, oldest first: as a chat is read."""
        page = await self._messages.get_conversation_history(context_id, limit=count)
        return page.messages[::-1]

    async def search_messages(
        self, context_id: str | None, query: str, limit: int = 50, *, before: str | None = None
    ) -> Page:
        """Search in one conversation or (None) in all, newest first.

        All terms must occur; `"a phrase"` stays together, `-word` must not occur.
        """
        check_limit(limit)
        return await search(self._database, context_id, query, limit=limit, before=before)

    async def get_message_stats(self, context_id: str | None = None) -> MessageStats:
        """Count a conversation, or (None) all of them."""
        if context_id is None:
            return await self._conversations.get_total()
        return await self._conversations.get(context_id)

    async def list_conversations(
        self, *, limit: int = 50, before: str | None = None
    ) -> ConversationPage:
        """List conversations with their counters, last active first."""
        return await self._conversations.list(limit=limit, before=before)

    async def get_failed_messages(
        self, context_id: str | None = None, *, limit: int = 50, before: str | None = None
    ) -> Page:
        """Return what could not be sent, in one conversation or (None) anywhere."""
        return await self._messages.get_failed_messages(context_id, limit=limit, before=before)

    async def get_media_messages(
        self,
        context_id: str,
        *,
        media_type: MediaType | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> Page:
        """Return a conversation's messages with media."""
        return await self._messages.get_media_messages(
            context_id, media_type=media_type, limit=limit, before=before
        )

    def _time(self, claimed: datetime | None) -> datetime:
        """Return the provider's time when it can be true, else ours, to the millisecond."""
        check_time("at", claimed)
        now = self._clock()
        if claimed is None or not is_sane_time(claimed, now):
            claimed = now
        return truncate_to_millisecond(claimed)
