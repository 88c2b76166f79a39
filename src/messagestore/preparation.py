"""Preparation: messages and events become records, cleaned, timed, and whole in themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

import msgspec

from messagestore.checks import (
    check_id,
    check_text,
    check_time,
    check_type,
    is_sane_time,
    parse_enum,
)
from messagestore.event import (
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    Rewriting,
    StatusChanged,
)
from messagestore.identifiers import truncate_to_millisecond
from messagestore.message import (
    ContextType,
    Direction,
    MediaType,
    Message,
    NewMessage,
    Status,
    clean_metadata,
)
from messagestore.repository.keys import Key
from messagestore.repository.messages import Clock
from messagestore.repository.records import (
    ChangeStatus,
    ConfirmSent,
    Edit,
    Hide,
    React,
    Record,
    Rewrite,
    StoreMessage,
)
from messagestore.repository.status_changes import StatusChange
from messagestore.sanitizer import Sanitizer

LOCAL_PREFIX = "local:"
"""What the message_id of an outgoing message begins with until the provider has given it one."""

E = TypeVar("E", bound=msgspec.Struct)

Recordable = MessageReceived | StatusChanged | Rewriting


def new_local_id() -> str:
    """Return a message_id of ours, for what the provider has not named yet."""
    return f"{LOCAL_PREFIX}{uuid4()}"


class Preparation:
    """Makes records. Everything here raises InvalidMessage where a record cannot be made."""

    def __init__(self, clock: Clock, bot: str) -> None:
        self._clock = clock
        self._bot = bot

    def record(self, event: Recordable) -> Record:
        """Return the record of an event."""
        match event:
            case MessageReceived(message=message):
                return self.message(message)
            case StatusChanged():
                return ChangeStatus(self.status(event))
            case _:
                return self.rewrite(event)

    def rewrite(self, event: Rewriting) -> Rewrite:
        """Return the record of an event that rewrites a message."""
        check_id("message_id", event.message_id)
        match event:
            case MessageEdited():
                return Edit(_clean_edit(event), self._time(event.at))
            case ReactionChanged():
                check_id("sender", event.sender)
                return React(
                    _clean_texts(event, "message_id", "sender", "emoji"), self._time(event.at)
                )
            case MessageDeleted():
                return Hide(_clean_texts(event, "message_id", "reason"), self._clock())

    def message(self, new: NewMessage) -> StoreMessage:
        """Return the record of a new message."""
        return StoreMessage(Message.from_new(new, now=self._clock()))

    def sent(self, queued: Message, message_id: str | None) -> ConfirmSent:
        """Return the record that a queued message was sent, under this id if there is one."""
        chosen = queued.message_id if message_id is None else message_id
        check_id("message_id", chosen)
        return ConfirmSent(Key.of(queued), _clean_id(chosen), self._clock())

    def outgoing(  # noqa: PLR0913 (columns of the record, named at the call)
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
        error_message: str | None = None,
        media_url: str | None = None,
        media_type: MediaType | None = None,
    ) -> NewMessage:
        """Return what goes out: `queued` under an id of ours, or `sent` under the provider's."""
        return NewMessage(
            message_id=message_id or new_local_id(),
            context_id=context_id,
            context_type=context_type,
            direction=Direction.OUTGOING,
            sender=sender or self._bot,
            recipient=recipient,
            content=content,
            media_url=media_url,
            media_type=media_type,
            status=status or (Status.SENT if message_id else Status.QUEUED),
            error_message=error_message,
            metadata=metadata or {},
            reply_to_message_id=reply_to,
        )

    def status(self, event: StatusChanged) -> StatusChange:
        """Return the change that a status event means."""
        check_id("message_id", event.message_id)
        check_text("error", event.error_message)
        return StatusChange(
            message_id=_clean_id(event.message_id),
            status=parse_enum("status", event.status, Status),
            error=_clean_texts(event, "error_message").error_message,
            at=self._time(event.at),
            received_at=self._clock(),
        )

    def _time(self, claimed: datetime | None) -> datetime:
        """Return the provider's time when it can be true, else ours, to the millisecond."""
        check_time("at", claimed)
        now = self._clock()
        if claimed is None or not is_sane_time(claimed, now):
            claimed = now
        return truncate_to_millisecond(claimed)


def _clean_edit(event: MessageEdited) -> MessageEdited:
    check_id("edit_id", event.edit_id)
    check_type("metadata", event.metadata, Mapping, "a JSON object (dict)")
    clean = _clean_texts(
        event, "message_id", "edit_id", "content", "media_url", "media_content_type"
    )
    metadata = clean_metadata(event.metadata, Sanitizer())
    return msgspec.structs.replace(clean, metadata=metadata)


def _clean_id(message_id: str) -> str:
    """Return the id as `Message.from_new` stores it, so that it is found by it."""
    return Sanitizer().text(message_id, field="message_id")


def _clean_texts(event: E, *fields: str) -> E:
    """Return the event with these texts made holdable."""
    sanitizer = Sanitizer()
    values = {field: getattr(event, field) for field in fields}
    for field, value in values.items():
        check_text(field, value)
        values[field] = None if value is None else sanitizer.text(value, field=field)
    return msgspec.structs.replace(event, **values)
