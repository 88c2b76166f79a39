"""What a bot sends through Slack's Web API: a method, its arguments, and what came back."""

import json
import mimetypes
from typing import Any

import msgspec

from messagestore.message import Direction, NewMessage, Status
from messagestore.providers.content import composed
from messagestore.providers.fields import children, identifier, present, text
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject, objects_in_text
from messagestore.providers.redaction import without_secrets
from messagestore.providers.slack.contents import content_of
from messagestore.providers.slack.installation import Installation, answered_id, context_type_of

UPLOAD = "files.completeUploadExternal"
SCHEDULE = "chat.scheduleMessage"

POST = "chat.postMessage"
EPHEMERAL = "chat.postEphemeral"

_KINDS = {
    POST: None,
    "chat.startStream": None,
    EPHEMERAL: "ephemeral",
    "chat.meMessage": "me_message",
    SCHEDULE: None,
    UPLOAD: "file_share",
}
_JSON = ("blocks", "attachments", "files")
"""Arguments that may be given as JSON in a string."""


def sends(method: str) -> bool:
    """Return whether a method of the Web API sends messages."""
    return method in _KINDS


def arguments_of(*parts: Any) -> JsonObject:
    """Return the arguments of a call as plain JSON, without its token.

    A client library takes them as `params`, `data` or `json`, with objects of its own inside.
    """
    merged = {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
    plain: JsonObject = json.loads(json.dumps(merged, default=_plain))
    for key in _JSON:
        if isinstance(plain.get(key), str):
            plain[key] = objects_in_text(plain[key])
    return {key: value for key, value in plain.items() if key != "token"}


def queued(
    method: str, arguments: JsonObject, installation: Installation, *, message_id: str
) -> NewMessage | None:
    """Return the message that a call is about to send, or None where it sends none.

    Raises InvalidMessage.
    """
    channel = _channel(arguments)
    if method not in _KINDS or channel is None:
        return None
    thread = identifier(arguments, "thread_ts")
    kind = _KINDS[method] or "text"
    person = identifier(arguments, "user") if method == EPHEMERAL else None
    content = content_of(_said(method, arguments))
    return composed(
        Parties(
            direction=Direction.OUTGOING,
            sender=installation.bot,
            recipient=person or channel,
            context_id=channel,
            context_type=context_type_of(channel, None),
        ),
        msgspec.structs.replace(content, metadata=content.metadata | {"kind": kind}),
        status=Status.QUEUED,
        message_id=message_id,
        reply_to_message_id=installation.message_id(channel, thread) if thread else None,
        metadata=installation.metadata()
        | present(
            thread_ts=thread,
            post_at=_number(arguments, "post_at"),
            response_type=text(arguments, "response_type"),
        ),
        raw=without_secrets(arguments),
    )


def sent(
    method: str, message: NewMessage, answer: JsonObject, installation: Installation
) -> NewMessage:
    """Return the message as Slack has taken it: its id, its channel, its status.

    To a person (`U…`) or a name (`#general`) it goes through the channel that the answer names. A
    scheduled one stays queued: Slack gives it another id when it posts it. The answer to an upload
    does not tell the id of the message that shows it: its echo does.
    """
    channel = identifier(answer, "channel") or message.context_id
    ts = identifier(answer, "message_ts" if method == EPHEMERAL else "ts")
    if method == SCHEDULE and (scheduled := identifier(answer, "scheduled_message_id")):
        ts = f"scheduled-{scheduled}"
    if method == UPLOAD and (file := text(dict(message.metadata), "media_id")):
        ts = f"file-{file}"
    moved = channel != message.context_id and message.recipient == message.context_id
    return msgspec.structs.replace(
        message,
        message_id=answered_id(installation, answer, channel, ts) if ts else message.message_id,
        context_id=channel,
        context_type=context_type_of(channel, None),
        recipient=channel if moved else message.recipient,
        status=Status.QUEUED if method == SCHEDULE else Status.SENT,
    )


def error_of(answer: JsonObject) -> str | None:
    """Return Slack's word for why a call failed (`channel_not_found`), or None."""
    return None if answer.get("ok") else text(answer, "error") or "an answer without ok"


def _channel(arguments: JsonObject) -> str | None:
    """Return the channel; an upload may name several, each of which shows it: the first."""
    named = identifier(arguments, "channel") or identifier(arguments, "channel_id")
    return named or (text(arguments, "channels") or "").partition(",")[0] or None


def _said(method: str, arguments: JsonObject) -> JsonObject:
    """Return the arguments in the form of a message."""
    if method != UPLOAD:
        return arguments
    files = [_file(file) for file in children(arguments, "files")]
    return arguments | {"text": text(arguments, "initial_comment"), "files": files}


def _file(uploaded: JsonObject) -> JsonObject:
    """Return a file as messages have it: an upload names its id and a title, often its name."""
    title = text(uploaded, "title")
    content_type, _ = mimetypes.guess_type(title or "")
    return {"id": uploaded.get("id"), "name": title, "mimetype": content_type}


def _plain(value: Any) -> Any:
    """Return an object of the client library (a block, say) as the JSON that it sends."""
    return value.to_dict() if hasattr(value, "to_dict") else str(value)


def _number(arguments: JsonObject, key: str) -> int | None:
    value = arguments.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:16])
    return value if isinstance(value, int) and not isinstance(value, bool) else None
