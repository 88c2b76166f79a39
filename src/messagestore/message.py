"""The record: what a bot hands in (NewMessage) and what the store holds (Message)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
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
from messagestore.sanitizer import Sanitizer

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
        for field in ("message_id", "context_id", "sender", "recipient"):
            check_id(field, getattr(self, field))
        for field in ("reply_to_message_id", "command_name"):
            if getattr(self, field) is not None:
                check_id(field, getattr(self, field))
        for field in ("content", "media_url", "media_content_type", "error_message"):
            check_text(field, getattr(self, field))
        for field in ("created_at", "delivered_at", "read_at"):
            check_time(field, getattr(self, field))
        for field in ("is_bot_command", "is_admin_command"):
            check_type(field, getattr(self, field), bool, "True or False")
        check_size(self.media_size)
        check_type("metadata", self.metadata, Mapping, "a JSON object (dict)")
        self._coerce("direction", Direction)
        self._coerce("context_type", ContextType)
        self._coerce("media_type", MediaType, optional=True)
        self._coerce("status", Status, optional=True)

    def _coerce(self, field: str, enum: type[StrEnum], *, optional: bool = False) -> None:
        value = getattr(self, field)
        if value is None and optional:
            return
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
        values = {field: getattr(new, field) for field in NewMessage.__struct_fields__}
        notes = _clean(values)
        values["created_at"] = _created_at(new.created_at, now, notes)
        if notes:
            values["metadata"][NOTES_KEY] = notes | values["metadata"].get(NOTES_KEY, {})
        values["status"] = new.status or (
            Status.DELIVERED if new.direction is Direction.INCOMING else Status.QUEUED
        )
        return cls(id=new_id(values["created_at"]), **values)

    @property
    def has_media(self) -> bool:
        """Whether anything but text came with it."""
        return self.media_type is not None


class StoredMessage(msgspec.Struct, frozen=True):
    """What storing came to: the row, and whether it is new (False: it was there before)."""

    message: Message
    created: bool


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    """Make the values holdable in place; return the notes about what was changed."""
    sanitizer = Sanitizer()
    for field, value in values.items():
        if isinstance(value, str) and not isinstance(value, StrEnum):
            values[field] = sanitizer.text(value, field=field)
    values["metadata"] = clean_metadata(values["metadata"], sanitizer)
    if not isinstance(values["metadata"].get(NOTES_KEY, {}), dict):
        raise InvalidMessage(f"metadata.{NOTES_KEY} is kept for the store", field="metadata")
    changes = {field: count for field, count in sanitizer.changes.items() if count}
    return {"replaced": changes} if changes else {}


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
