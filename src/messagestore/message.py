"""The record: what a bot hands in (NewMessage) and what the store holds (Message)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from messagestore.checks import (
    check_id,
    check_size,
    check_text,
    check_time,
    check_type,
    is_sane_time,
    parse_enum,
)
from messagestore.errors import InvalidMessage
from messagestore.identifiers import new_id, truncate_to_millisecond
from messagestore.sanitizer import Sanitizer, is_holdable

UNKNOWN_PARTY = "unknown"
"""The sender or recipient that a provider's payload does not name."""

NOTES_KEY = "messagestore"
"""The key of `metadata` under which the store says what it changed in a record."""


class Direction(StrEnum):
    """Which way a message went, seen from the bot."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class ContextType(StrEnum):
    """What a context is: a group or a conversation of two."""

    GROUP = "group"
    PRIVATE = "private"


class Status(StrEnum):
    """How far a message got, in rising order; the stored status never falls."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"

    @property
    def rank(self) -> int:
        """0 for queued, rising to 4 for read."""
        return list(Status).index(self)


class MediaType(StrEnum):
    """What a message carries besides text."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    POLL = "poll"
    ORDER = "order"
    OTHER = "other"


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to store.

    `message_id` is the provider's id made globally unique (docs/reference/identifiers.md);
    `created_at` the provider's time (None: now); `media_size` is in bytes; `status` None means
    `delivered` for an incoming message and `queued` for an outgoing one. Enum fields also take
    their string values. Raises InvalidMessage where a field cannot be stored.
    """

    message_id: str
    context_id: str
    direction: Direction
    sender: str
    recipient: str
    context_type: ContextType = ContextType.PRIVATE
    content: str | None = None
    media_url: str | None = None
    media_type: MediaType | None = None
    media_content_type: str | None = None
    media_size: int | None = None
    status: Status | None = None
    error_message: str | None = None
    metadata: Mapping[str, Any] = {}
    created_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    reply_to_message_id: str | None = None
    is_bot_command: bool = False
    is_admin_command: bool = False
    command_name: str | None = None

    def __post_init__(self) -> None:
        """Check every field, so that a wrong record fails where it is made."""
        check_id("message_id", self.message_id)
        check_id("context_id", self.context_id)
        check_id("sender", self.sender)
        check_id("recipient", self.recipient)
        if self.reply_to_message_id is not None:
            check_id("reply_to_message_id", self.reply_to_message_id)
        if self.command_name is not None:
            check_id("command_name", self.command_name)
        check_text("content", self.content)
        check_text("media_url", self.media_url)
        check_text("media_content_type", self.media_content_type)
        check_text("error_message", self.error_message)
        check_time("created_at", self.created_at)
        check_time("delivered_at", self.delivered_at)
        check_time("read_at", self.read_at)
        check_type("is_bot_command", self.is_bot_command, bool, "True or False")
        check_type("is_admin_command", self.is_admin_command, bool, "True or False")
        check_size(self.media_size)
        check_type("metadata", self.metadata, Mapping, "a JSON object (dict)")
        self._coerce("direction", self.direction, Direction)
        self._coerce("context_type", self.context_type, ContextType)
        if self.media_type is not None:
            self._coerce("media_type", self.media_type, MediaType)
        if self.status is not None:
            self._coerce("status", self.status, Status)

    def _coerce(self, field: str, value: object, enum: type[StrEnum]) -> None:
        if type(value) is not enum:
            msgspec.structs.force_setattr(self, field, parse_enum(field, value, enum))


class Message(msgspec.Struct, frozen=True):
    """A stored message: one row of the table `messages`, field by column, in the table's order.

    Takes its fields by position, too, for the sake of speed (repository/rows.py).
    """

    id: UUID
    message_id: str
    context_id: str
    context_type: ContextType
    direction: Direction
    sender: str
    recipient: str
    content: str | None
    media_url: str | None
    media_type: MediaType | None
    media_content_type: str | None
    media_size: int | None
    status: Status
    error_message: str | None
    metadata: dict[str, Any]
    created_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    reply_to_message_id: str | None
    is_bot_command: bool
    is_admin_command: bool
    command_name: str | None
    deleted_at: datetime | None = None
    is_deleted: bool = False

    @classmethod
    def from_new(cls, new: NewMessage, *, now: datetime) -> "Message":
        """Complete a new message: its id, its time, its status, and text that PostgreSQL holds.

        Raises InvalidMessage where the metadata is not JSON.
        """
        sanitizer = Sanitizer()
        texts = _clean_texts(new, sanitizer)
        metadata = clean_metadata(new.metadata, sanitizer)
        if not isinstance(metadata.get(NOTES_KEY, {}), dict):
            raise InvalidMessage(f"metadata.{NOTES_KEY} is kept for the store", field="metadata")
        notes: dict[str, Any] = {"replaced": sanitizer.changes} if sanitizer.changes else {}
        created_at = _created_at(new.created_at, now, notes)
        if notes:
            metadata[NOTES_KEY] = notes | metadata.get(NOTES_KEY, {})
        incoming = new.direction is Direction.INCOMING
        return cls(
            id=new_id(created_at),
            context_type=new.context_type,
            direction=new.direction,
            media_type=new.media_type,
            media_size=new.media_size,
            status=new.status or (Status.DELIVERED if incoming else Status.QUEUED),
            metadata=metadata,
            created_at=created_at,
            delivered_at=new.delivered_at,
            read_at=new.read_at,
            is_bot_command=new.is_bot_command,
            is_admin_command=new.is_admin_command,
            **texts,
        )

    @property
    def has_media(self) -> bool:
        """Whether anything but text came with it."""
        return self.media_type is not None


class StoredMessage(msgspec.Struct, frozen=True):
    """What storing came to: the row, and whether it is new (False: it was there before)."""

    message: Message
    created: bool


_TEXTS = (
    "message_id",
    "context_id",
    "sender",
    "recipient",
    "content",
    "media_url",
    "media_content_type",
    "error_message",
    "reply_to_message_id",
    "command_name",
)
_texts_of = attrgetter(*_TEXTS)


def _clean_texts(new: NewMessage, sanitizer: Sanitizer) -> dict[str, Any]:
    """Return the texts as PostgreSQL holds them, by column: nearly always they stay the same."""
    texts = dict(zip(_TEXTS, _texts_of(new), strict=True))
    if is_holdable("".join(filter(None, texts.values()))):
        return texts
    return {field: value and sanitizer.text(value, field=field) for field, value in texts.items()}


def clean_metadata(metadata: Mapping[str, Any], sanitizer: Sanitizer) -> dict[str, Any]:
    """Return metadata that PostgreSQL holds. Raises InvalidMessage where they are not JSON."""
    try:
        return sanitizer.json_object(metadata, field="metadata")
    except (TypeError, ValueError) as error:
        raise InvalidMessage(f"metadata is not JSON: {error}", field="metadata") from None


def _created_at(claimed: datetime | None, now: datetime, notes: dict[str, Any]) -> datetime:
    if claimed is not None and not is_sane_time(claimed, now):
        notes["provider_created_at"] = claimed.isoformat()
        claimed = None
    return truncate_to_millisecond(claimed or now)
