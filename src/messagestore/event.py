"""Events: what a provider's payload means to us.

An adapter turns a payload into a list of these; nothing in them needs the database. A target is
named by its `message_id` in the globally unique form of docs/reference/identifiers.md.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from messagestore.message import MediaType, NewMessage, Status


class MessageReceived(msgspec.Struct, frozen=True, kw_only=True, tag="message"):
    """A message, incoming or outgoing (an echo of one sent from elsewhere)."""

    message: NewMessage


class StatusChanged(msgspec.Struct, frozen=True, kw_only=True, tag="status"):
    """How far an outgoing message got. `context_id` is given where the provider names it."""

    message_id: str
    status: Status
    at: datetime | None = None
    error_message: str | None = None
    context_id: str | None = None


class MessageEdited(msgspec.Struct, frozen=True, kw_only=True, tag="edit"):
    """A new text, or new media, for a message that was sent before.

    `edit_id` makes a repeated delivery harmless. A field that is None stays as it was.
    """

    message_id: str
    edit_id: str
    at: datetime | None = None
    content: str | None = None
    media_url: str | None = None
    media_type: MediaType | None = None
    media_content_type: str | None = None
    metadata: Mapping[str, Any] = {}


class MessageDeleted(msgspec.Struct, frozen=True, kw_only=True, tag="delete"):
    """A message that was taken back in the chat: a soft delete with its reason."""

    message_id: str
    reason: str
    at: datetime | None = None


class ReactionChanged(msgspec.Struct, frozen=True, kw_only=True, tag="reaction"):
    """A sender's reaction to a message; `emoji` None takes it back."""

    message_id: str
    sender: str
    emoji: str | None
    at: datetime | None = None


class Ignored(msgspec.Struct, frozen=True, kw_only=True, tag="ignored"):
    """Something that is accepted and stores nothing; `reason` says what it was.

    `unknown` tells what the adapter does not understand from what it need not.
    """

    reason: str
    unknown: bool = False


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """A part of a payload that should have been a message and cannot be one; `reason` says why."""

    reason: str


Rewriting = MessageEdited | MessageDeleted | ReactionChanged
"""What rewrites a message that is stored already."""

Event = MessageReceived | StatusChanged | Rewriting | Ignored | Refused
