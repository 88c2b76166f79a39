"""What a message object says and carries, by its `type`."""

from collections.abc import Callable

from messagestore.message import MediaType
from messagestore.providers.content import Content
from messagestore.providers.fields import child, children, first_text, number, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_cloud.media import MEDIA_TYPES, media_content
from messagestore.providers.whatsapp_cloud.replies import button_content, interactive_content


def content_of(message: JsonObject) -> Content:
    """Return the content; of a type that is not known, whatever looks like text or media."""
    kind = text(message, "type") or ""
    part = child(message, kind)
    if kind in MEDIA_TYPES:
        return media_content(part, MEDIA_TYPES[kind])
    if kind == "contacts":
        return _contacts(children(message, "contacts"))
    return _READERS.get(kind, _unknown)(part)


def _text(part: JsonObject) -> Content:
    return Content(content=text(part, "body"))


def _location(part: JsonObject) -> Content:
    return Content(
        content=text(part, "name"),
        media_type=MediaType.LOCATION,
        metadata=present(
            latitude=number(part, "latitude"),
            longitude=number(part, "longitude"),
            location_name=text(part, "name"),
            location_address=text(part, "address"),
            location_url=text(part, "url"),
        ),
    )


def _contacts(cards: list[JsonObject]) -> Content:
    """Shared contacts: every name and number of them, flat, so that `@>` finds one."""
    names = [name for card in cards if (name := text(card, "name", "formatted_name"))]
    phones = [
        found
        for card in cards
        for entry in children(card, "phones")
        if (found := first_text(entry, "phone", "wa_id"))
    ]
    return Content(
        media_type=MediaType.CONTACTS,
        metadata=present(contact_names=names or None, contact_phones=phones or None),
    )


def _order(part: JsonObject) -> Content:
    return Content(
        content=text(part, "text"),
        media_type=MediaType.ORDER,
        metadata=present(
            order_catalog_id=text(part, "catalog_id"),
            order_items=children(part, "product_items") or None,
        ),
    )


def _system(part: JsonObject) -> Content:
    """Read that a person's number or identity changed; `wa_id` is the number from now on."""
    return Content(
        content=text(part, "body"),
        metadata=present(
            system_type=text(part, "type"),
            new_wa_id=first_text(part, "wa_id", "new_wa_id"),
            new_user_id=text(part, "user_id"),
            identity_hash=text(part, "identity"),
        ),
    )


def _template(part: JsonObject) -> Content:
    """Read a template that was sent: its name; the words are on Meta's side."""
    return Content(
        metadata=present(
            template_name=text(part, "name"), template_language=text(part, "language", "code")
        )
    )


def _unsupported(part: JsonObject) -> Content:
    return Content(metadata=present(unsupported_type=text(part, "type")))


def _media_placeholder(_: JsonObject) -> Content:
    """Read media of the past, of which a later webhook tells more (see `history`)."""
    return Content(media_type=MediaType.OTHER)


def _unknown(part: JsonObject) -> Content:
    """Read a type that Meta adds after this was written: `kind` names it and `raw` has it all."""
    if text(part, "mime_type"):
        return media_content(part, MediaType.OTHER)
    return Content(content=first_text(part, "body", "text", "caption", "title"))


_READERS: dict[str, Callable[[JsonObject], Content]] = {
    "button": button_content,
    "interactive": interactive_content,
    "location": _location,
    "media_placeholder": _media_placeholder,
    "order": _order,
    "system": _system,
    "template": _template,
    "text": _text,
    "unsupported": _unsupported,
}
