"""What a message says and carries: WAHA's own fields, over those of the engine's message."""

from typing import Any

import msgspec

from messagestore.message import MediaType
from messagestore.providers.content import Content, sane_size
from messagestore.providers.fields import child, children, flag, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.contents import content_of as engine_content
from messagestore.providers.whatsapp_web.vcards import about_contacts

_WEBJS_KINDS = {"chat": "text", "ptt": "audio", "vcard": "contacts", "multi_vcard": "contacts",
                "poll_creation": "poll", "list_response": "interactive",
                "buttons_response": "button", "template_button_reply": "button"}  # fmt: skip
_NO_TEXT = frozenset({"contacts", "location"})
"""Kinds whose `body` is not what a person wrote: WEBJS puts a vCard or a picture of a map there."""


def content_of(payload: JsonObject) -> Content:
    """Return the content; `_data.message` (NOWEB) and `_data.Message` (GOWS) are WhatsApp's own."""
    data = child(payload, "_data")
    message = child(data, "message") or child(data, "Message")
    base = engine_content(message) if message else _webjs_content(data)
    media = child(payload, "media")
    return msgspec.structs.replace(
        base,
        content=_words(payload, base.metadata.get("kind"))
        or base.content
        or text(payload, "location", "description"),
        media_url=text(media, "url") or text(payload, "mediaUrl") or base.media_url,
        media_type=_media_type(payload, base),
        media_content_type=text(media, "mimetype") or base.media_content_type,
        metadata=_metadata(payload, base),
    )


def _webjs_content(data: JsonObject) -> Content:
    """Return what the message of WEBJS has beyond WAHA's own fields; others have no `type`."""
    word = text(data, "type")
    kind = _WEBJS_KINDS.get(word, word) if word else None
    options = [name for entry in children(data, "pollOptions") if (name := text(entry, "name"))]
    return Content(
        content=text(data, "caption") or text(data, "pollName"),
        media_type=MediaType(kind) if kind in list(MediaType) else None,
        media_size=sane_size(data.get("size")) if "mimetype" in data else None,
        metadata=present(
            kind=kind,
            voice=True if word == "ptt" else None,
            filename=text(data, "filename"),
            poll_options=options or None,
        ),
    )


def _words(payload: JsonObject, kind: str | None) -> str | None:
    return None if kind in _NO_TEXT else text(payload, "body")


def _media_type(payload: JsonObject, base: Content) -> MediaType | None:
    main = (text(payload, "media", "mimetype") or "").partition("/")[0]
    if base.media_type or not main:
        return base.media_type or _bare_type(payload)
    return MediaType(main) if main in {"image", "video", "audio"} else MediaType.DOCUMENT


def _bare_type(payload: JsonObject) -> MediaType | None:
    """Return what can be said of media that WAHA was told not to fetch, of places and contacts."""
    if child(payload, "location"):
        return MediaType.LOCATION
    if _texts(payload.get("vCards")):
        return MediaType.CONTACTS
    return MediaType.OTHER if flag(payload, "hasMedia") else None


def _metadata(payload: JsonObject, base: Content) -> dict[str, Any]:
    media, place = child(payload, "media"), child(payload, "location")
    found = _media_type(payload, base)
    kind = found or ("text" if text(payload, "body") or base.content else "unknown")
    own = present(
        filename=text(media, "filename"),
        media_error=text(media, "error"),
        latitude=_degrees(place.get("latitude")),
        longitude=_degrees(place.get("longitude")),
        location_name=text(place, "description"),
    )
    return (
        {"kind": str(kind)}
        | about_contacts((), _texts(payload.get("vCards")))
        | own
        | base.metadata
    )


def _degrees(value: Any) -> float | None:
    """Return a coordinate, which WAHA documents as text."""
    try:
        found = float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and abs(found) <= 180 else None  # noqa: PLR2004 (degrees)


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
