"""The ids of messages and contexts; docs/reference/identifiers.md has the forms."""

import re

from messagestore.errors import InvalidSettings
from messagestore.message import UNKNOWN_PARTY
from messagestore.providers.fields import checked_identifier, identifier, required_identifier
from messagestore.providers.payload import JsonObject

_ACCOUNT = re.compile(r"(?:bot)?(\d{1,20})(?::.*)?", re.ASCII | re.DOTALL)


def bot_id(account: str | None) -> str:
    """Return the bot's numeric id from itself or from the bot's token, which begins with it.

    Without an account it is `unknown`: an update never names the bot that it is for.
    """
    if account is None:
        return UNKNOWN_PARTY
    found = _ACCOUNT.fullmatch(account.strip())
    if found is None:
        raise InvalidSettings("account must be the bot's numeric id, or its token")
    return found[1]


def context_id_of(message: JsonObject) -> str:
    """Return the chat's id; raises InvalidMessage where there is none.

    A chat of a business account, and one that the bot is a guest in, may have the id of another
    chat that the bot is in itself (Message, `business_connection_id` and `guest_query_id`).
    """
    chat = required_identifier(message, "chat", "id")
    connection = identifier(message, "business_connection_id")
    if connection:
        return checked_identifier(f"{connection}:{chat}", "context_id")
    return f"guest:{chat}" if identifier(message, "guest_query_id") else chat


def message_id_of(bot: str, message: JsonObject, *, context_id: str | None = None) -> str:
    """Return the globally unique id of a message; its own number is unique in its chat only.

    An ephemeral message has the number 0, and an id that is used again after it is gone.
    """
    number = required_identifier(message, "message_id")
    if ephemeral := identifier(message, "ephemeral_message_id"):
        number = f"ephemeral-{ephemeral}-{identifier(message, 'date')}"
    return global_id(bot, context_id or context_id_of(message), number)


def global_id(bot: str, context_id: str, number: str) -> str:
    """Return a number that Telegram makes unique in a chat in its globally unique form."""
    return checked_identifier(f"telegram:{bot}:{context_id}:{number}", "message_id")
