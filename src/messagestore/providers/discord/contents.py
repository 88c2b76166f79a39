"""What a message says and carries."""

import msgspec

from messagestore.message import MediaType
from messagestore.providers.content import Content
from messagestore.providers.discord.components import button_labels, shown_media, shown_text
from messagestore.providers.discord.kinds import WRITTEN_TYPES, type_of
from messagestore.providers.discord.media import media_of
from messagestore.providers.fields import child, children, present, text
from messagestore.providers.payload import JsonObject

_FORWARD = 1
"""The type of a `message_reference` that carries a copy, `message_snapshots`, of what it names."""


def content_of(message: JsonObject) -> Content:
    """Return the content; of a forward, that of the message that was forwarded."""
    source = forwarded_message(message) or message
    media = media_of(source) or shown_media(source) or Content()
    shown = text(source, "content") or shown_text(source) or media.content or _embedded(source)
    return msgspec.structs.replace(
        media,
        content=shown,
        metadata=media.metadata
        | present(
            kind=_kind(message, source, media.media_type),
            buttons=button_labels(source) or None,
            embed_titles=_embed_titles(source) or None,
        ),
    )


def forwarded_message(message: JsonObject) -> JsonObject:
    """Return the copy of the message that this one forwards, or an empty object."""
    if child(message, "message_reference").get("type") != _FORWARD:
        return {}
    snapshots = children(message, "message_snapshots")
    return child(snapshots[0], "message") if snapshots else {}


def _kind(message: JsonObject, source: JsonObject, media_type: MediaType | None) -> str:
    """Return what it is: a notice's type, or for what somebody wrote what it carries."""
    written = type_of(message)
    if written not in WRITTEN_TYPES:
        return written
    if media_type:
        return str(media_type)
    if text(source, "content"):
        return "text"
    if children(source, "embeds"):
        return "embed"
    return "components" if children(source, "components") else "text"


def _embedded(message: JsonObject) -> str | None:
    """Return the words of the first embed: all that a person sees of a message without a text."""
    embeds = children(message, "embeds")
    if not embeds:
        return None
    words = [found for key in ("title", "description") if (found := text(embeds[0], key))]
    return "\n".join(words) or None


def _embed_titles(message: JsonObject) -> list[str]:
    return [title for embed in children(message, "embeds") if (title := text(embed, "title"))]
