"""The `message_id` of a ctx; docs/reference/identifiers.md has the forms."""

import re

from messagestore.providers.fields import checked_identifier, child, children, identifier
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.session import digest

_GLOBAL = re.compile(r"wamid\..+|(SM|MM)[0-9a-f]{32}", re.ASCII | re.DOTALL)
"""Ids that WhatsApp and Twilio make unique themselves; any other is unique in its chat only."""

_ID_PATHS = (
    ("message_id",),  # Meta
    ("key", "id"),  # Baileys
    ("MessageSid",),  # Twilio
    ("SmsMessageSid",),
    ("SmsSid",),
    ("id", "_serialized"),  # whatsapp-web.js
    ("message", "id"),  # Telegram
    ("call", "id"),
)
_RESPONSE_PATHS = (
    ("message_id",),
    ("key", "id"),
    ("sid",),
    ("id", "_serialized"),
)


def message_id_of(ctx: JsonObject, context_id: str) -> str:
    """Return the id of a ctx.

    Without any id, it is a digest of the ctx: the same ctx twice is the same message. What
    `send_message` gives has a random `ref` each time, so that equal words stay two messages.
    """
    found = _first(ctx, _ID_PATHS) or _of_response(child(ctx, "respMessage")) or _string_id(ctx)
    return global_id(found or digest(ctx), context_id)


def global_id(found: str, context_id: str) -> str:
    """Return an id in its globally unique form."""
    if _GLOBAL.fullmatch(found):
        return found
    return checked_identifier(f"builderbot:{context_id}:{found}", "message_id")


def _of_response(response: JsonObject) -> str | None:
    """Return the id in what a provider answered to a send: Meta's is in `messages[0].id`."""
    for sent in children(response, "messages"):
        return identifier(sent, "id")
    return _first(response, _RESPONSE_PATHS) or _string_id(response)


def _string_id(part: JsonObject) -> str | None:
    """Return `id` where it is the id itself (Venom, WPPConnect)."""
    return None if isinstance(part.get("id"), dict) else identifier(part, "id")


def _first(part: JsonObject, paths: tuple[tuple[str, ...], ...]) -> str | None:
    return next((value for path in paths if (value := identifier(part, *path))), None)
