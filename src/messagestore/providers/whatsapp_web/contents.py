"""What a message says and carries, by the key that says what it is."""

from collections.abc import Callable

import msgspec

from messagestore.providers.content import Content
from messagestore.providers.fields import child, first_text, plain_word, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.cards import (
    event_content,
    invitation_content,
    order_content,
    product_content,
)
from messagestore.providers.whatsapp_web.choices import (
    buttons_content,
    interactive_content,
    interactive_reply_content,
    list_content,
    poll_content,
    reply_content,
    template_content,
)
from messagestore.providers.whatsapp_web.envelope import (
    MEDIA_TYPES,
    content_key,
    is_view_once,
    unwrapped,
)
from messagestore.providers.whatsapp_web.media import (
    contacts_content,
    media_content,
    place_content,
)

_KINDS = {
    "buttonsMessage": "buttons",
    "buttonsResponseMessage": "button",
    "conversation": "text",
    "extendedTextMessage": "text",
    "interactiveResponseMessage": "interactive",
    "listResponseMessage": "interactive",
    "liveLocationMessage": "location",
    "pollUpdateMessage": "poll_vote",
    "ptvMessage": "video",
    "templateButtonReplyMessage": "button",
}


def content_of(wrapped: JsonObject) -> Content:
    """Return the content; of a kind that is not known, whatever looks like text."""
    message = unwrapped(wrapped)
    key = content_key(message)
    content = _read(message, key)
    lifted = present(
        kind=kind_of(key),
        view_once=True if is_view_once(wrapped) else None,
        transcript=text(message, "speechToText"),  # Evolution API's
    )
    # Evolution API's copy of the file can be read; what WhatsApp names is encrypted.
    url = text(message, "mediaUrl") or content.media_url
    return msgspec.structs.replace(content, media_url=url, metadata=lifted | content.metadata)


def kind_of(key: str | None) -> str:
    """Return our word for a key: that of its media, or the key without `Message`."""
    if key is None:
        return "unknown"
    word = str(_KINDS.get(key) or MEDIA_TYPES.get(key) or key.partition("Message")[0])
    return word if plain_word(word) == word else "unknown"


def _read(message: JsonObject, key: str | None) -> Content:
    if key is None:
        return Content()
    if key == "conversation":
        return Content(content=text(message, key))
    part = child(message, key)
    if key in _MEDIA:
        return _MEDIA[key](key, part)
    return _READERS.get(key, _unknown)(part)


def _text(part: JsonObject) -> Content:
    return Content(content=text(part, "text"))


def _unknown(part: JsonObject) -> Content:
    """Read a kind that WhatsApp adds after this was written: `kind` names it, `raw` has it all."""
    return Content(content=first_text(part, "text", "caption", "body", "title", "name"))


_MEDIA: dict[str, Callable[[str, JsonObject], Content]] = {
    **dict.fromkeys(("contactMessage", "contactsArrayMessage"), contacts_content),
    **dict.fromkeys(("locationMessage", "liveLocationMessage"), place_content),
    **dict.fromkeys(
        (
            "imageMessage",
            "videoMessage",
            "ptvMessage",
            "audioMessage",
            "documentMessage",
            "stickerMessage",
        ),
        media_content,
    ),
}
_READERS: dict[str, Callable[[JsonObject], Content]] = {
    **{key: poll_content for key in MEDIA_TYPES if key.startswith("pollCreation")},
    "buttonsMessage": buttons_content,
    "buttonsResponseMessage": reply_content,
    "eventMessage": event_content,
    "extendedTextMessage": _text,
    "groupInviteMessage": invitation_content,
    "interactiveMessage": interactive_content,
    "interactiveResponseMessage": interactive_reply_content,
    "listMessage": list_content,
    "listResponseMessage": reply_content,
    "newsletterAdminInviteMessage": invitation_content,
    "orderMessage": order_content,
    "productMessage": product_content,
    "templateButtonReplyMessage": reply_content,
    "templateMessage": template_content,
}
