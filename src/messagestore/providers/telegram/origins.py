"""Where a message comes from: what it answers, quotes, or forwards."""

from messagestore.providers.fields import child, first_text, identifier, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.telegram.identity import message_id_of


def reply_to(bot: str, message: JsonObject, context_id: str) -> str | None:
    """Return the id of the answered message, which is in the same chat."""
    answered = child(message, "reply_to_message")
    if identifier(answered, "message_id") is None:
        return None
    return message_id_of(bot, answered, context_id=context_id)


def about_origin(message: JsonObject) -> JsonObject:
    """Return what is said of a message's origin.

    An answer to a message of another chat names it in `external_reply`, if at all.
    """
    external = child(message, "external_reply")
    return _forward(message) | present(
        quote=text(message, "quote", "text"),
        external_reply_chat_id=identifier(external, "chat", "id"),
        external_reply_message_id=identifier(external, "message_id"),
        via_bot=text(message, "via_bot", "username"),
    )


def _forward(message: JsonObject) -> JsonObject:
    """Return who wrote a forwarded message first: a user, a hidden user, a group or a channel.

    Before version 7.0 `forward_from`, `forward_from_chat` and `forward_sender_name` said that.
    """
    origin = child(message, "forward_origin")
    if not origin and message.get("forward_date") is None:
        return {}
    chat = child(origin, "sender_chat") or child(origin, "chat")
    chat = chat or child(message, "forward_from_chat")
    user = child(origin, "sender_user") or child(message, "forward_from")
    hidden = text(origin, "sender_user_name") or text(message, "forward_sender_name")
    return present(
        forwarded=True,
        forward_from_id=identifier(chat, "id") or identifier(user, "id"),
        forward_from_name=hidden or text(chat, "title") or first_text(user, "first_name"),
        forward_message_id=identifier(origin, "message_id")
        or identifier(message, "forward_from_message_id"),
    )
