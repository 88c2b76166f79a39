"""What a bot edits, deletes and reacts with by Discord's HTTP API; paths are those of `sends`."""

import re
from urllib.parse import unquote

from messagestore.event import Event, MessageDeleted, ReactionChanged
from messagestore.providers.discord.messages import message_updated, messages_deleted
from messagestore.providers.discord.sends import Place, placed
from messagestore.providers.discord.snowflake import global_id
from messagestore.providers.fields import child, clean
from messagestore.providers.payload import JsonObject

_MESSAGE = re.compile(r"/(channels/\d+|webhooks/\d+/[^/]+)/messages/(?P<id>\d+|@original)")
_BULK = re.compile(r"/channels/\d+/messages/bulk-delete")
_REACTION = re.compile(
    r"/channels/\d+/messages/(?P<id>\d+)/reactions/(?P<emoji>[^/]+)/(?P<user>@me|\d+)"
)
_CALLBACK = re.compile(r"/interactions/\d+/[^/]+/callback")

_UPDATE = 7
"""The callback of an interaction that changes the message with the component."""


def changes_after(
    request: tuple[str, str, JsonObject],
    answer: object,
    *,
    account: str,
    place: Place | None = None,
) -> list[Event]:
    """Return what a request (method, path, payload) has changed, once it was answered.

    The answer that follows a "thinking…" counts as a message: see `message_updated`.
    """
    method, path, payload = request
    answered = placed(answer, place) if isinstance(answer, dict) else {}
    if method == "POST" and _BULK.fullmatch(path):
        return list(messages_deleted({"ids": payload.get("messages")}))
    if method == "POST" and _CALLBACK.fullmatch(path) and payload.get("type") == _UPDATE:
        updated = placed(child(answered, "resource", "message"), place)
        return [message_updated(updated, account)] if "id" in updated else []
    if found := _REACTION.fullmatch(path):
        return _reaction(method, found, account)
    if found := _MESSAGE.fullmatch(path):
        return _message_change(method, found["id"], answered, account)
    return []


def _message_change(method: str, snowflake: str, answered: JsonObject, account: str) -> list[Event]:
    if method == "PATCH" and answered:
        return [message_updated(answered, account)]
    if method == "DELETE" and snowflake.isdigit():
        return [MessageDeleted(message_id=global_id(snowflake), reason="deleted by the bot")]
    return []


def _reaction(method: str, found: re.Match[str], account: str) -> list[Event]:
    if method not in ("PUT", "DELETE"):
        return []
    return [
        ReactionChanged(
            message_id=global_id(found["id"]),
            sender=account if found["user"] == "@me" else found["user"],
            emoji=clean(unquote(found["emoji"])) if method == "PUT" else None,
        )
    ]
