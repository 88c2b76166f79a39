"""What happens to an earlier message: reactions, edits, deletions."""

from datetime import datetime
from typing import Any

import msgspec

from messagestore.event import (
    Event,
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
)
from messagestore.providers.content import Content, edited
from messagestore.providers.fields import checked_identifier, child, clean, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import moment
from messagestore.providers.whatsapp_web.contents import content_of
from messagestore.providers.whatsapp_web.kept import kept
from messagestore.providers.whatsapp_web.protocols import EDIT, REVOKE, purpose, unread_protocol
from messagestore.providers.whatsapp_web.session import digest

REVOKED = "revoked by its sender"


def reaction_event(message_id: str, sender: str, reaction: JsonObject, at: Any) -> Event:
    """Return the event of a reaction, which without text is taken back."""
    emoji = text(reaction, "text")
    return ReactionChanged(
        message_id=message_id,
        sender=sender,
        emoji=clean(emoji) if emoji else None,
        at=moment(reaction.get("senderTimestampMs")) or moment(at),
    )


def protocol_event(message_id: str, protocol: JsonObject, at: Any) -> Event:
    """Return the event of a `protocolMessage`, which is about the message with that id."""
    kind = purpose(protocol)
    if kind == REVOKE:
        return MessageDeleted(message_id=message_id, reason=REVOKED, at=moment(at))
    if kind == EDIT:
        # What is logged twice, with and without milliseconds, must be one edit: seconds count.
        when = moment(protocol.get("timestampMs")) or moment(at)
        return edit_event(message_id, content_of(child(protocol, "editedMessage")), when, protocol)
    return unread_protocol(protocol)


def edit_event(
    message_id: str, content: Content, at: datetime | None, raw: JsonObject
) -> MessageEdited:
    """Return an edit; WhatsApp names it in one of its events only, so what it says is its id."""
    said = digest(msgspec.to_builtins(content, enc_hook=str))
    seconds = int(at.timestamp()) if at else 0
    return edited(
        content,
        message_id=message_id,
        edit_id=checked_identifier(f"{message_id}#edit-{seconds}-{said[7:19]}", "id"),
        at=at.replace(microsecond=0) if at else None,
        raw=kept(raw),
    )
