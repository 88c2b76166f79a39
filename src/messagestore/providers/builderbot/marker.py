"""`_event_media__<uuid>` and the like: what BuilderBot puts into `body` where there is no text.

It is how flows are told apart inside the framework, and nothing that a person wrote.
"""

import re

from messagestore.message import MediaType

_MARKER = re.compile(r"_event_([a-z]+(?:_[a-z]+)*)__[0-9A-Za-z-]{8,64}", re.ASCII)

_MEDIA_TYPES = {
    "media": MediaType.OTHER,  # a picture, a film or a sticker: other fields say which
    "document": MediaType.DOCUMENT,
    "voice_note": MediaType.AUDIO,
    "location": MediaType.LOCATION,
    "contacts": MediaType.CONTACTS,
    "order": MediaType.ORDER,
}


def marker_of(body: object) -> str | None:
    """Return the marker's word (`media`, `voice_note`, …), or None for a text."""
    match = _MARKER.fullmatch(body) if isinstance(body, str) else None
    return match[1] if match else None


def media_type_of(marker: str | None) -> MediaType | None:
    """Return what a marker says of the media; None for `call`, `action` and no marker."""
    return None if marker is None else _MEDIA_TYPES.get(marker)
