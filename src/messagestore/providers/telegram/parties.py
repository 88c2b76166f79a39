"""Who wrote to whom, and in which context."""

from messagestore.message import ContextType, Direction
from messagestore.providers.fields import identifier, present, required_identifier, text
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.telegram.identity import context_id_of


def parties_of(bot: str, message: JsonObject) -> Parties:
    """Read both ends; raises InvalidMessage where no chat is named.

    Who wrote on behalf of a chat is that chat (`sender_chat`): of an anonymous administrator and of
    a channel's post in its group, `from` is one fake user for all of Telegram.
    """
    chat = required_identifier(message, "chat", "id")
    person = identifier(message, "from", "id")
    author = identifier(message, "sender_chat", "id") or person or chat
    outgoing = _is_outgoing(bot, message, chat, person)
    return Parties(
        direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
        sender=author,
        recipient=chat if outgoing else bot,
        context_id=context_id_of(message),
        context_type=context_type_of(message),
    )


def context_type_of(message: JsonObject) -> ContextType:
    """Return `group` for every type of chat but `private`; without a type the id's sign tells."""
    declared = text(message, "chat", "type")
    if declared is None:
        chat = identifier(message, "chat", "id") or ""
        return ContextType.GROUP if chat.startswith(("-", "@")) else ContextType.PRIVATE
    return ContextType.PRIVATE if declared == "private" else ContextType.GROUP


def about_parties(message: JsonObject) -> JsonObject:
    """Return the names of the sender and of the chat."""
    return about_person(message, "from") | present(
        chat_type=text(message, "chat", "type"),
        chat_title=text(message, "chat", "title"),
        chat_username=text(message, "chat", "username") if _is_named(message) else None,
        author_signature=text(message, "author_signature"),
        business_connection_id=text(message, "business_connection_id"),
    )


def about_person(part: JsonObject, key: str) -> JsonObject:
    """Return the names of a user, unless a chat speaks through a fake one."""
    if text(part, "sender_chat", "type"):
        return present(profile_name=text(part, "sender_chat", "title"))
    names = (text(part, key, "first_name"), text(part, key, "last_name"))
    return present(
        profile_name=" ".join(name for name in names if name) or None,
        username=text(part, key, "username"),
        language_code=text(part, key, "language_code"),
    )


def _is_named(message: JsonObject) -> bool:
    return context_type_of(message) is ContextType.GROUP


def _is_outgoing(bot: str, message: JsonObject, chat: str, person: str | None) -> bool:
    """Return whether the bot wrote it, or the business account that it acts for.

    In a private chat of a business account, the chat's id is that of the other person.
    """
    if bot in (person, identifier(message, "sender_business_bot", "id")):
        return True
    return "business_connection_id" in message and person is not None and person != chat
