"""What a bot sends by Discord's HTTP API, from a request and its answer.

A path is the route below `/api/v10`, such as `/channels/1180/messages`. The payload is the JSON of
the body; with files it is the form's field `payload_json`.
Source: https://docs.discord.com/developers/resources/message and …/interactions
"""

import mimetypes
import re

import msgspec

from messagestore.message import NewMessage, Status
from messagestore.providers.discord.kinds import LOADING, REPLY, has_flag
from messagestore.providers.discord.messages import new_message
from messagestore.providers.discord.snowflake import optional_id
from messagestore.providers.fields import child, children, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets

_CREATE = re.compile(r"/channels/(?P<channel>\d+)/messages")
_EXECUTE = re.compile(r"/webhooks/\d+/[^/]+")
_POST = re.compile(r"/channels/\d+/threads")
_CALLBACK = re.compile(r"/interactions/\d+/[^/]+/callback")

_ANSWER = 4
"""The callback of an interaction that sends a message."""

_FORWARD = 1


class Place(msgspec.Struct, frozen=True):
    """Where a message goes: its channel, and the server of that (None: a direct chat)."""

    channel_id: str
    guild_id: str | None = None


def sent_message(
    request: tuple[str, str, JsonObject],
    *,
    message_id: str,
    account: str,
    place: Place | None = None,
) -> NewMessage | None:
    """Return the message that a request (method, path, payload) sends, as queued; else None.

    A request names no server, and those to webhooks and interactions no channel: without `place`
    the former counts as a direct chat, and of the latter nothing is known before the answer.
    Raises InvalidMessage where the message cannot be stored.
    """
    method, path, payload = request
    created = _CREATE.fullmatch(path) if method == "POST" else None
    if created and place is None:
        place = Place(created["channel"])
    sent = payload if created else _sent_elsewhere(method, path, payload)
    if sent is None or place is None:
        return None
    new = new_message(_as_message(sent, account, place), account)
    return msgspec.structs.replace(
        new,
        message_id=message_id,
        created_at=None,
        status=Status.QUEUED,
        metadata=dict(new.metadata) | {"raw": without_secrets(sent)},
    )


def created_message(method: str, path: str, answer: object, place: Place | None) -> JsonObject:
    """Return the message object in the answer to a request that sends; else an empty one.

    The server of `place` is put into it.
    """
    if method != "POST" or not isinstance(answer, dict):
        return {}
    if _CALLBACK.fullmatch(path):
        answer = child(answer, "resource", "message")
    elif _POST.fullmatch(path):
        answer = child(answer, "message")  # the first of a new thread, in a forum
    elif not (_CREATE.fullmatch(path) or _EXECUTE.fullmatch(path)):
        return {}
    if text(answer, "id") is None or has_flag(answer, LOADING):
        return {}
    return placed(answer, place)


def placed(message: JsonObject, place: Place | None) -> JsonObject:
    """Return a message object with its server, which no answer names."""
    if place is None or place.guild_id is None:
        return message
    return {"guild_id": place.guild_id} | message


def created_id(message: JsonObject) -> str | None:
    """Return the `message_id` of a message object."""
    return optional_id(message, "id")


def _sent_elsewhere(method: str, path: str, payload: JsonObject) -> JsonObject | None:
    """Return what a webhook or the answer to an interaction sends."""
    if method != "POST":
        return None
    if _EXECUTE.fullmatch(path):
        return payload
    if _CALLBACK.fullmatch(path) and payload.get("type") == _ANSWER:
        return child(payload, "data")
    return None


def _as_message(sent: JsonObject, account: str, place: Place) -> JsonObject:
    """Return the request's payload in the form of the message that it will be."""
    reference = child(sent, "message_reference")
    answers = "message_id" in reference and reference.get("type") != _FORWARD
    stickers = sent.get("sticker_ids")
    return sent | {
        "id": "0",
        "author": {"id": account, "bot": True},
        "channel_id": place.channel_id,
        "guild_id": place.guild_id,
        "type": REPLY if answers else 0,
        "message_reference": _with_texts(reference),
        "attachments": [_as_attachment(file) for file in children(sent, "attachments")],
        "sticker_items": [{"id": str(found)} for found in stickers]
        if isinstance(stickers, list)
        else [],
    }


def _as_attachment(file: JsonObject) -> JsonObject:
    """Return a file as far as a request describes it; `id` is only its place in the form."""
    guessed, _ = mimetypes.guess_type(text(file, "filename") or "")
    return {"content_type": guessed} | {key: file[key] for key in file if key != "id"}


def _with_texts(reference: JsonObject) -> JsonObject:
    """Return a reference with its ids as text; client libraries may give numbers."""
    return {key: str(value) if key.endswith("_id") else value for key, value in reference.items()}
