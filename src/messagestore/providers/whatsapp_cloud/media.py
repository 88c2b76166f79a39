"""Pictures, films, sounds, files and stickers.

A webhook carries the media's id (good for 7 days) and for some accounts a URL (good for 5 minutes,
and only with the bot's token); the size is not told.
"""

from messagestore.message import MediaType
from messagestore.providers.content import Content, sane_size
from messagestore.providers.fields import first_text, flag, present, text
from messagestore.providers.payload import JsonObject

MEDIA_TYPES = {
    "image": MediaType.IMAGE,
    "video": MediaType.VIDEO,
    "audio": MediaType.AUDIO,
    "voice": MediaType.AUDIO,
    "document": MediaType.DOCUMENT,
    "sticker": MediaType.STICKER,
}


def media_content(part: JsonObject, media_type: MediaType) -> Content:
    """Return the content of a media object."""
    return Content(
        content=text(part, "caption"),
        media_url=first_text(part, "url", "link"),
        media_type=media_type,
        media_content_type=text(part, "mime_type"),
        media_size=sane_size(part.get("file_size")),
        metadata=present(
            media_id=text(part, "id"),
            media_sha256=text(part, "sha256"),
            filename=text(part, "filename"),
            voice=flag(part, "voice"),
            animated=flag(part, "animated"),
        ),
    )
