"""What a message says and carries, before it is known whether it is new or an edit."""

from datetime import datetime
from typing import Any

import msgspec

from messagestore.checks import MAX_MEDIA_SIZE
from messagestore.event import MessageEdited
from messagestore.message import MediaType
from messagestore.sanitizer import Sanitizer

_MAX_DIGITS = len(str(MAX_MEDIA_SIZE))


class Content(msgspec.Struct, kw_only=True, frozen=True):
    """The part of a message that depends on its type; `metadata` holds the lifted fields."""

    content: str | None = None
    media_url: str | None = None
    media_type: MediaType | None = None
    media_content_type: str | None = None
    media_size: int | None = None
    metadata: dict[str, Any] = {}


def edited(
    content: Content, *, message_id: str, edit_id: str, at: datetime | None, raw: dict[str, Any]
) -> MessageEdited:
    """Return the edit that puts this content in place of an older one.

    Its parts are cleaned here: unlike those of a new message, nothing cleans them later.
    """
    sanitizer = Sanitizer()

    def clean(value: str | None) -> str | None:
        return None if value is None else sanitizer.text(value, field="edit")

    metadata = content.metadata | {"raw_edit": raw}
    return MessageEdited(
        message_id=message_id,
        edit_id=edit_id,
        at=at,
        content=clean(content.content),
        media_url=clean(content.media_url),
        media_type=content.media_type,
        media_content_type=clean(content.media_content_type),
        metadata=sanitizer.json_object(metadata, field="metadata"),
    )


def sane_size(value: object) -> int | None:
    """Return a size in bytes from a number or its digits, or None."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MAX_MEDIA_SIZE else None
