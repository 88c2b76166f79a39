"""MessageService: the use cases, in the words of those who build and run bots."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from messagestore.database.reader import Reader
from messagestore.errors import InvalidMessage
from messagestore.event import Rewriting, StatusChanged
from messagestore.message import Direction, MediaType, Message, NewMessage, Status, StoredMessage
from messagestore.preparation import Preparation, Recordable
from messagestore.repository.conversations import (
    ConversationPage,
    ConversationRepository,
    MessageStats,
)
from messagestore.repository.messages import MessageRepository
from messagestore.repository.page import Page, check_limit
from messagestore.repository.recorder import Recorder
from messagestore.repository.records import Record, Written
from messagestore.repository.search import search
from messagestore.repository.statuses import ChangeResult


class MessageService:
    """Logs messages and answers what people ask; raises MessageStoreError and its kinds."""

    def __init__(
        self,
        reader: Reader,
        messages: MessageRepository,
        recorder: Recorder,
        preparation: Preparation,
    ) -> None:
        self._reader = reader
        self._messages = messages
        self._recorder = recorder
        self._prepare = preparation
        self._conversations = ConversationRepository(reader)

    # Logging

    async def log_incoming_message(self, message: NewMessage) -> StoredMessage:
        """Store what came in. Raises InvalidMessage when it is not an incoming message."""
        if message.direction is not Direction.INCOMING:
            raise InvalidMessage("direction must be incoming here", field="direction")
        return await self._messages.create(message)

    async def log_outgoing_message(
        self,
        context_id: str,
        recipient: str,
        content: str | None,
        reply_to: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> StoredMessage:
        """Store what goes out: `queued` under an id of ours, or `sent` under the provider's.

        `options` are those of `Preparation.outgoing`: message_id, context_type, sender, status, …
        """
        new = self._prepare.outgoing(context_id, recipient, content, reply_to, metadata, **options)
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
        return await self._recorder.confirm(self._prepare.sent(queued, message_id))

    async def update_message_status(
        self,
        message_id: str,
        status: Status,
        error: str | None = None,
        at: datetime | None = None,
    ) -> ChangeResult:
        """Raise a message's status; one whose message has not come yet waits for it.

        Any order and any repetition of the same statuses ends the same (DESIGN, rule 4).
        """
        return await self.apply_status(
            StatusChanged(message_id=message_id, status=status, error_message=error, at=at)
        )

    # Events of providers

    async def apply_status(self, event: StatusChanged) -> ChangeResult:
        """Apply a provider's status."""
        return await self._recorder.change_status(self._prepare.status(event))

    async def apply_rewrite(self, event: Rewriting) -> ChangeResult:
        """Apply an edit, a reaction or a deletion; before its message it waits for that.

        An edit keeps the earlier text, a reaction is its sender's latest, a deletion hides.
        """
        return await self._recorder.rewrite(self._prepare.rewrite(event))

    def prepare(self, event: Recordable) -> Record:
        """Return the record of an event. Raises InvalidMessage where it cannot be stored."""
        return self._prepare.record(event)

    async def write_many(self, records: Sequence[Record]) -> list[Written | Exception]:
        """Write records in their order; one that is refused has its error in its place."""
        return await self._recorder.write_many(records)

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
        source = self._reader.about(context_id)
        return await search(source, context_id, query, limit=limit, before=before)

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
