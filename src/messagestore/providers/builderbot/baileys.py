"""The `message` object of Baileys, WhatsApp's own format, which ctx carries unchanged.

It has one key that says what the message is (`conversation`, `imageMessage`, …), and may wrap that
in another message (disappearing, seen once, with caption, edited).
"""

from messagestore.message import MediaType
from messagestore.providers.fields import child
from messagestore.providers.payload import JsonObject

MEDIA_TYPES = {
    "imageMessage": MediaType.IMAGE,
    "videoMessage": MediaType.VIDEO,
    "ptvMessage": MediaType.VIDEO,
    "audioMessage": MediaType.AUDIO,
    "documentMessage": MediaType.DOCUMENT,
    "stickerMessage": MediaType.STICKER,
    "locationMessage": MediaType.LOCATION,
    "liveLocationMessage": MediaType.LOCATION,
    "contactMessage": MediaType.CONTACTS,
    "contactsArrayMessage": MediaType.CONTACTS,
    "orderMessage": MediaType.ORDER,
    "pollCreationMessage": MediaType.POLL,
    "pollCreationMessageV3": MediaType.POLL,
}
_WRAPPERS = (
    "ephemeralMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "documentWithCaptionMessage",
    "editedMessage",
)
_MAX_WRAPPERS = 5


def unwrapped(ctx: JsonObject) -> JsonObject:
    """Return the innermost message of a ctx, or an empty object."""
    message = child(ctx, "message")
    for _ in range(_MAX_WRAPPERS):
        inner = next(
            (found for key in _WRAPPERS if (found := child(message, key, "message"))), None
        )
        if inner is None:
            break
        message = inner
    return message


def kind_of(message: JsonObject) -> str | None:
    """Return the key that says what carries media in a message."""
    return next((key for key in MEDIA_TYPES if isinstance(message.get(key), dict)), None)


def context_info(message: JsonObject) -> JsonObject:
    """Return what a message says of the one that it answers, and of its forwarding."""
    parts = [part for part in message.values() if isinstance(part, dict)]
    return next((found for part in parts if (found := child(part, "contextInfo"))), {})
