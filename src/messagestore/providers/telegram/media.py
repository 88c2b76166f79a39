"""Files. A message has their ids, never links: a link to a file contains the bot's token."""

from messagestore.message import MediaType
from messagestore.providers.content import Content, sane_size
from messagestore.providers.fields import children, flag, number, present, text
from messagestore.providers.payload import JsonObject

MEDIA_TYPES = {
    "live_photo": MediaType.VIDEO,
    "animation": MediaType.VIDEO,
    "photo": MediaType.IMAGE,
    "video": MediaType.VIDEO,
    "video_note": MediaType.VIDEO,
    "audio": MediaType.AUDIO,
    "voice": MediaType.AUDIO,
    "document": MediaType.DOCUMENT,
    "sticker": MediaType.STICKER,
}
"""In the order in which to look: an animation has `document` too, a live photo `photo`."""


def media_content(message: JsonObject, kind: str) -> Content:
    """Return the content of a message with a file, or with a photo in several sizes."""
    part = _file(message, kind)
    return Content(
        content=text(message, "caption"),
        media_type=MEDIA_TYPES[kind],
        media_content_type=text(part, "mime_type"),
        media_size=sane_size(part.get("file_size")),
        metadata=present(
            kind=kind,
            media_id=text(part, "file_id"),
            media_unique_id=text(part, "file_unique_id"),
            filename=text(part, "file_name"),
            duration=number(part, "duration"),
            voice=True if kind == "voice" else None,
            animated=True if kind == "animation" else flag(part, "is_animated"),
            sticker_emoji=text(part, "emoji"),
            sticker_set=text(part, "set_name"),
        ),
    )


def paid_media_content(message: JsonObject) -> Content:
    """Return the content of media that must be paid for: the first stands for all of them."""
    paid = message.get("paid_media")
    first: JsonObject = {}
    if isinstance(paid, dict):
        first = next(iter(children(paid, "paid_media")), {})
    kind = text(first, "type") or ""
    content = media_content(first, kind) if kind in MEDIA_TYPES else Content()
    lifted = present(
        kind="paid_media", star_count=number(paid, "star_count") if isinstance(paid, dict) else None
    )
    return Content(
        content=text(message, "caption"),
        media_type=content.media_type or MediaType.OTHER,
        media_content_type=content.media_content_type,
        media_size=content.media_size,
        metadata=content.metadata | lifted,
    )


def _file(message: JsonObject, kind: str) -> JsonObject:
    value = message.get(kind)
    if isinstance(value, list):
        return max(children(message, kind), key=_area, default={})
    return value if isinstance(value, dict) else {}


def _area(size: JsonObject) -> float:
    return (number(size, "width") or 0) * (number(size, "height") or 0)
