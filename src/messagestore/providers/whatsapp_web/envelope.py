"""The `message` object of WhatsApp: one key that says what the message is, maybe in wrappers.

`conversation`, `imageMessage`, … is that key; beside it may stand keys that carry nothing a person
said (`messageContextInfo` is often the first). Wrappers (disappearing, seen once, with a caption,
edited) hold another message in `message`.
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
    "pollCreationMessageV2": MediaType.POLL,
    "pollCreationMessageV3": MediaType.POLL,
    "pollCreationMessageV5": MediaType.POLL,  # the fourth is a wrapper around one of the others
}
_OTHER_WRAPPERS = frozenset({"eventCoverImage", "pollCreationMessageV4", "statusAddYours"})
_VIEW_ONCE = frozenset({"viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension"})
_BESIDE = frozenset({"senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage"})
"""Keys of encryption, which travel beside a message or alone."""

_MAX_WRAPPERS = 5


def unwrapped(message: JsonObject) -> JsonObject:
    """Return the innermost message, or the same one."""
    return _layers(message)[-1]


def is_view_once(message: JsonObject) -> bool:
    """Return whether it could be opened only once."""
    return any(key in _VIEW_ONCE for layer in _layers(message) for key in layer)


def media_key(message: JsonObject) -> str | None:
    """Return the key that says what carries media in a message."""
    return next((key for key in MEDIA_TYPES if isinstance(message.get(key), dict)), None)


def content_key(message: JsonObject) -> str | None:
    """Return the key that says what a message is, or None where it says nothing."""
    if isinstance(message.get("conversation"), str) and message["conversation"]:
        return "conversation"
    known = media_key(message)
    named = (key for key, part in message.items() if _is_content(key, part))
    return known or next(named, None)


def carries_keys_only(message: JsonObject) -> bool:
    """Return whether it is an exchange of encryption keys, and nothing else."""
    return content_key(message) is None and any(key in _BESIDE for key in message)


def context_info(message: JsonObject) -> JsonObject:
    """Return what a message says of the one that it answers, and of its forwarding."""
    parts = [part for part in message.values() if isinstance(part, dict)]
    inside = next((found for part in parts if (found := child(part, "contextInfo"))), {})
    return inside or child(message, "contextInfo")


def _layers(message: JsonObject) -> list[JsonObject]:
    layers = [message]
    for _ in range(_MAX_WRAPPERS):
        inner = next((found for key in layers[-1] if (found := _inside(layers[-1], key))), None)
        if inner is None:
            break
        layers.append(inner)
    return layers


def _inside(message: JsonObject, key: str) -> JsonObject:
    is_wrapper = key.endswith("Message") or key in _VIEW_ONCE | _OTHER_WRAPPERS
    return child(message, key, "message") if is_wrapper else {}


def _is_content(key: str, part: object) -> bool:
    return "Message" in key and key not in _BESIDE and isinstance(part, dict)
