"""What a message says and carries, before it is known whether it is new or an edit."""

from datetime import datetime
from typing import Any

import msgspec

from messagestore.checks import MAX_MEDIA_SIZE
from messagestore.event import MessageEdited
from messagestore.message import Direction, MediaType, NewMessage, Status
from messagestore.providers.parties import Parties

_MAX_DIGITS = len(str(MAX_MEDIA_SIZE))

_SHOWN = {"image": MediaType.IMAGE, "video": MediaType.VIDEO, "audio": MediaType.AUDIO}
_WRITTEN = frozenset({"application", "text"})
_CARDS = frozenset({"text/vcard", "text/x-vcard"})


class Content(msgspec.Struct, kw_only=True, frozen=True):
    """The part of a message that depends on its type; `metadata` holds the lifted fields."""

    content: str | None = None
    media_url: str | None = None
    media_type: MediaType | None = None
    media_content_type: str | None = None
    media_size: int | None = None
    metadata: dict[str, Any] = {}


def composed(
    parties: Parties,
    content: Content,
    *,
    status: Status | None = None,
    metadata: dict[str, Any],
    raw: dict[str, Any],
    **columns: Any,
) -> NewMessage:
    """Return the record of a message: its ends, its content, and the columns that are neither.

    An outgoing one was sent when a provider reports it, unless `status` says otherwise. `raw` is
    the payload without secrets. Raises InvalidMessage.
    """
    outgoing = parties.direction is Direction.OUTGOING
    return NewMessage(
        status=status or (Status.SENT if outgoing else None),
        metadata=metadata | content.metadata | {"raw": raw},
        direction=parties.direction,
        sender=parties.sender,
        recipient=parties.recipient,
        context_id=parties.context_id,
        context_type=parties.context_type,
        content=content.content,
        media_url=content.media_url,
        media_type=content.media_type,
        media_content_type=content.media_content_type,
        media_size=content.media_size,
        **columns,
    )


def edited(
    content: Content, *, message_id: str, edit_id: str, at: datetime | None, raw: dict[str, Any]
) -> MessageEdited:
    """Return the edit that puts this content in place of an older one."""
    return MessageEdited(
        message_id=message_id,
        edit_id=edit_id,
        at=at,
        content=content.content,
        media_url=content.media_url,
        media_type=content.media_type,
        media_content_type=content.media_content_type,
        metadata=content.metadata | {"raw_edit": raw},
    )


def sane_size(value: object) -> int | None:
    """Return a size in bytes from a number or its digits, or None."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MAX_MEDIA_SIZE else None


def media_type_of_content(content_type: str | None) -> MediaType:
    """Return what a file is by its content type (`image/png`, `text/vcard`, …)."""
    essence = _essence(content_type)
    if essence in _CARDS:
        return MediaType.CONTACTS
    written = essence.partition("/")[0] in _WRITTEN
    return shown_type(content_type, MediaType.DOCUMENT if written else MediaType.OTHER)


def shown_type(content_type: str | None, otherwise: MediaType) -> MediaType:
    """Return what a chat shows a file as: a picture, a film or a sound, else `otherwise`."""
    return _SHOWN.get(_essence(content_type).partition("/")[0], otherwise)


def _essence(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
