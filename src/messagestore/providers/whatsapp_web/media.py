"""Pictures, films, sounds, files, stickers and places."""

from typing import Any

from messagestore.providers.content import Content, sane_size
from messagestore.providers.fields import children, first_text, flag, number, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import long_integer
from messagestore.providers.whatsapp_web.envelope import MEDIA_TYPES
from messagestore.providers.whatsapp_web.vcards import about_contacts


def media_content(key: str, part: JsonObject) -> Content:
    """Return the content of a file; `url` leads to it encrypted, `mediaKey` (in `raw`) opens it."""
    return Content(
        content=text(part, "caption"),
        media_url=first_text(part, "url", "URL"),
        media_type=MEDIA_TYPES[key],
        media_content_type=text(part, "mimetype"),
        media_size=_size(part.get("fileLength")),
        metadata=present(
            filename=first_text(part, "fileName", "title"),
            voice=flag(part, "ptt"),
            animated=flag(part, "isAnimated"),
            duration=_whole(part, "seconds"),
            width=_whole(part, "width"),
            height=_whole(part, "height"),
            media_sha256=text(part, "fileSha256"),
            video_note=True if key == "ptvMessage" else None,
        ),
    )


def place_content(key: str, part: JsonObject) -> Content:
    """Return the content of a place, or of where somebody is for a while."""
    return Content(
        content=first_text(part, "name", "comment", "caption"),
        media_type=MEDIA_TYPES[key],
        metadata=present(
            latitude=number(part, "degreesLatitude"),
            longitude=number(part, "degreesLongitude"),
            location_name=text(part, "name"),
            location_address=text(part, "address"),
            location_url=text(part, "url"),
            live=True if key == "liveLocationMessage" or flag(part, "isLive") else None,
        ),
    )


def contacts_content(key: str, part: JsonObject) -> Content:
    """Return the content of one shared contact, or of several."""
    cards = children(part, "contacts") or [part]
    names = (text(card, "displayName") for card in cards)
    return Content(
        media_type=MEDIA_TYPES[key],
        metadata=about_contacts(names, [text(card, "vcard") for card in cards]),
    )


def _size(told: Any) -> int | None:
    return sane_size(long_integer(told) if isinstance(told, dict) else told)


def _whole(part: JsonObject, key: str) -> int | None:
    return sane_size(part.get(key))
