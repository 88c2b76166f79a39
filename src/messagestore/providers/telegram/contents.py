"""What a message says and carries: Telegram has no type, a message is what it has a field for."""

from collections.abc import Callable

from messagestore.message import MediaType
from messagestore.providers.content import Content
from messagestore.providers.fields import child, first_text, plain_word, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.telegram.envelope import ENVELOPE
from messagestore.providers.telegram.media import MEDIA_TYPES, media_content, paid_media_content
from messagestore.providers.telegram.parts import PARTS
from messagestore.providers.telegram.rich_text import rich_text
from messagestore.providers.telegram.services import SERVICES, service_content


def content_of(message: JsonObject) -> Content:
    """Return the content; of a kind that is not known, its name and whatever looks like text."""
    if _has(message, "text"):
        return Content(content=text(message, "text"), metadata={"kind": "text"})
    for kind, read in _READERS.items():
        if _has(message, kind):
            return read(message)
    for kind in MEDIA_TYPES:
        if _has(message, kind):
            return media_content(message, kind)
    for service in SERVICES:
        if _has(message, service):
            return service_content(message, service)
    return _unknown(message)


def _has(message: JsonObject, key: str) -> bool:
    """Whether there is such a field; python-telegram-bot writes those that are not as false."""
    return message.get(key) is not None and message[key] is not False


def _rich(message: JsonObject) -> Content:
    words = rich_text(child(message, "rich_message"))
    return Content(content=words or None, metadata={"kind": "rich_message"})


def _unknown(message: JsonObject) -> Content:
    """Read a kind that Telegram adds after this was written, named by a field that is not known."""
    known = (key for key in message if key not in ENVELOPE and _has(message, key))
    kinds = (key for key in known if plain_word(key) == key)
    kind = next(kinds, "unknown")
    part = child(message, kind)
    return Content(
        content=first_text(part, "text", "caption", "title") or text(message, "caption"),
        media_type=MediaType.OTHER if text(part, "file_id") else None,
        metadata=present(kind=kind, media_id=text(part, "file_id")),
    )


_READERS: dict[str, Callable[[JsonObject], Content]] = {
    "rich_message": _rich,
    "paid_media": paid_media_content,
    **PARTS,
}
