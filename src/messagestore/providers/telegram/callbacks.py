"""A tap on an inline button: what the person says is what the button reads."""

from messagestore.message import ContextType, Direction, NewMessage
from messagestore.providers.content import Content, composed
from messagestore.providers.fields import (
    child,
    identifier,
    number,
    present,
    required_identifier,
    text,
)
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.telegram.identity import context_id_of, global_id, message_id_of
from messagestore.providers.telegram.messages import PROVIDER
from messagestore.providers.telegram.parties import about_person, context_type_of


def tapped_button(bot: str, query: JsonObject) -> NewMessage:
    """Return the record of a callback query; raises InvalidMessage.

    It tells no time. The message with the button may be too old to be told (then it has no
    keyboard), or one that was sent inline into a chat that is not told: then the context is the
    person.
    """
    message = child(query, "message")
    person = required_identifier(query, "from", "id")
    context_id = context_id_of(message) if message else person
    data = text(query, "data") or text(query, "game_short_name")
    title = _title(message, data)
    return composed(
        Parties(
            direction=Direction.INCOMING,
            sender=person,
            recipient=bot,
            context_id=context_id,
            context_type=context_type_of(message) if message else ContextType.PRIVATE,
        ),
        Content(
            content=title or data,
            metadata=present(kind="callback_query", reply_id=data, reply_title=title),
        ),
        message_id=global_id(bot, "callback", required_identifier(query, "id")),
        reply_to_message_id=message_id_of(bot, message, context_id=context_id)
        if identifier(message, "message_id")
        else None,
        metadata={"provider": PROVIDER}
        | about_person(query, "from")
        | present(
            chat_type=text(message, "chat", "type"),
            chat_title=text(message, "chat", "title"),
            thread_id=number(message, "message_thread_id"),
            inline_message_id=text(query, "inline_message_id"),
        ),
        raw=without_secrets(query),
    )


def _title(message: JsonObject, data: str | None) -> str | None:
    """Return what the button with this data reads; None where it is not there (any more)."""
    rows = child(message, "reply_markup").get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in row if isinstance(row, list) else []:
            if isinstance(button, dict) and data and button.get("callback_data") == data:
                return text(button, "text")
    return None
