"""What a message says and carries, by the key that says what it is."""

from collections.abc import Callable

import msgspec

from messagestore.message import MediaType
from messagestore.providers.content import Content
from messagestore.providers.fields import child, first_text, number, plain_word, present, text
from messagestore.providers.payload import JsonObject
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


def _order(part: JsonObject) -> Content:
    return Content(
        content=first_text(part, "message", "orderTitle"),
        media_type=MediaType.ORDER,
        metadata=present(
            order_id=text(part, "orderId"),
            order_title=text(part, "orderTitle"),
            order_item_count=number(part, "itemCount"),
        ),
    )


def _product(part: JsonObject) -> Content:
    product = child(part, "product")
    return Content(
        content=text(part, "body") or text(product, "title"),
        metadata=present(
            product_retailer_id=first_text(product, "retailerId", "productId"),
            product_title=text(product, "title"),
        ),
    )


def _invitation(part: JsonObject) -> Content:
    return Content(
        content=first_text(part, "caption", "groupName", "newsletterName"),
        metadata=present(
            invited_to=first_text(part, "groupJid", "newsletterJid"),
            invited_to_name=first_text(part, "groupName", "newsletterName"),
        ),
    )


def _event(part: JsonObject) -> Content:
    return Content(
        content=text(part, "name"),
        metadata=present(
            event_description=text(part, "description"),
            event_starts=first_text(part, "startTime"),
            location_name=text(part, "location", "name"),
        ),
    )


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
    "eventMessage": _event,
    "extendedTextMessage": _text,
    "groupInviteMessage": _invitation,
    "interactiveMessage": interactive_content,
    "interactiveResponseMessage": interactive_reply_content,
    "listMessage": list_content,
    "listResponseMessage": reply_content,
    "newsletterAdminInviteMessage": _invitation,
    "orderMessage": _order,
    "productMessage": _product,
    "templateButtonReplyMessage": reply_content,
    "templateMessage": template_content,
}
