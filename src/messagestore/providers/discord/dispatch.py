"""A dispatch becomes events, by its name."""

from collections.abc import Callable, Iterable

from messagestore.event import Event, Ignored
from messagestore.providers.discord.interactions import interaction_event
from messagestore.providers.discord.messages import (
    message_created,
    message_deleted,
    message_updated,
    messages_deleted,
)
from messagestore.providers.discord.reactions import reaction_added, reaction_removed
from messagestore.providers.fields import child, plain_word, text
from messagestore.providers.kinds import kinds, unread
from messagestore.providers.payload import JsonObject

_DISPATCH = 0
"""The gateway's operation that carries events; the others keep the connection alive."""

_Reader = Callable[[JsonObject, str | None], Iterable[Event]]

_READERS: dict[str, _Reader] = {
    "MESSAGE_CREATE": lambda part, account: [message_created(part, account)],
    "MESSAGE_UPDATE": lambda part, account: [message_updated(part, account)],
    "MESSAGE_DELETE": lambda part, _: [message_deleted(part)],
    "MESSAGE_DELETE_BULK": lambda part, _: messages_deleted(part),
    "MESSAGE_REACTION_ADD": lambda part, _: [reaction_added(part)],
    "MESSAGE_REACTION_REMOVE": lambda part, _: [reaction_removed(part)],
    "INTERACTION_CREATE": lambda part, account: [interaction_event(part, account)],
}
_NO_MESSAGES = kinds("""
    MESSAGE_POLL_VOTE_ADD MESSAGE_POLL_VOTE_REMOVE MESSAGE_REACTION_REMOVE_ALL
    MESSAGE_REACTION_REMOVE_EMOJI
""")
"""The other dispatches whose names begin so; only those can be about messages."""

_PREFIXES = ("LOBBY_", "GAME_DIRECT_")
"""Webhook events of games' chats are named like those of the gateway, behind these."""


def dispatch_events(part: JsonObject, account: str | None) -> Iterable[Event]:
    """Return the events of a dispatch, of a webhook event or of an interaction."""
    if "t" in part:
        if part.get("op", _DISPATCH) != _DISPATCH:
            return [Ignored(reason="an operation of the gateway that carries no event")]
        return _events(text(part, "t"), child(part, "d"), account)
    if "event" in part:
        event = child(part, "event")
        return _events(text(event, "type"), child(event, "data"), account)
    if "application_id" in part and "type" in part:
        return _posted(part, account)
    return [Ignored(reason="neither a dispatch, nor a webhook event, nor an interaction")]


def _events(name: str | None, data: JsonObject, account: str | None) -> Iterable[Event]:
    bare = name or ""
    for prefix in _PREFIXES:
        bare = bare.removeprefix(prefix)
    reader = _READERS.get(bare)
    if reader is None and bare.startswith("MESSAGE_"):
        return [unread("event", bare, _NO_MESSAGES)]
    if reader is None:
        return [Ignored(reason=f"{plain_word(name)} carries no message")]
    return reader(data, account)


def _posted(part: JsonObject, account: str | None) -> Iterable[Event]:
    """Return what Discord posted to the application: an interaction, or its check (type 0)."""
    if part["type"] == 0 and "token" not in part:
        return [Ignored(reason="Discord's check that the application answers")]
    return [interaction_event(part, account)]
