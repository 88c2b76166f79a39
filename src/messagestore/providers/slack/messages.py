"""Messages, and what becomes of them: `message` events and their subtypes."""

import hashlib
from typing import Any

from messagestore.event import Event, Ignored, MessageDeleted, MessageEdited, MessageReceived
from messagestore.providers.content import Content, composed, edited
from messagestore.providers.fields import (
    checked_identifier,
    child,
    first_text,
    identifier,
    present,
    required_identifier,
    text,
)
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.slack.contents import content_of
from messagestore.providers.slack.installation import Installation, context_type_of
from messagestore.providers.timestamp import moment

DELETED = "deleted in Slack"


def message_event(installation: Installation, event: JsonObject) -> Event:
    """Return the event of a `message` or `app_mention`; raises InvalidMessage.

    A mention repeats a message, with the same channel and `ts`, so that it is stored once.
    """
    match event.get("subtype"):
        case "message_changed":
            return _change(installation, event)
        case "message_deleted":
            return _deletion(installation, event, required_identifier(event, "deleted_ts"))
        case "message_replied":
            return Ignored(reason="a notice that a thread goes on")
        case _:
            return _message(installation, event)


def edit_id_of(message_id: str, ts: str, content: Content) -> str:
    """Return the id of an edit, the same for the bot's own call and for its echo.

    Slack gives an edit its second only; a bot may edit several times in it.
    """
    digest = hashlib.sha256((content.content or "").encode("utf-8", "surrogatepass")).hexdigest()
    return checked_identifier(f"{message_id}#{ts}-{digest[:16]}", "edit_id")


def _message(installation: Installation, event: JsonObject) -> MessageReceived:
    channel, ts = required_identifier(event, "channel"), required_identifier(event, "ts")
    thread = identifier(event, "thread_ts")
    context_type = context_type_of(channel, text(event, "channel_type"))
    new = composed(
        installation.parties(event, channel, context_type),
        content_of(event),
        message_id=installation.message_id(channel, ts),
        created_at=moment(ts),
        reply_to_message_id=installation.message_id(channel, thread)
        if thread and thread != ts
        else None,
        metadata=installation.metadata() | _about(event),
        raw=without_secrets(event),
    )
    return MessageReceived(message=new)


def _about(event: JsonObject) -> dict[str, Any]:
    profile = child(event, "user_profile")
    return present(
        profile_name=first_text(profile, "display_name", "real_name")
        or text(event, "bot_profile", "name"),
        username=text(event, "username") or text(profile, "name"),
        bot_id=text(event, "bot_id"),
        app_id=text(event, "app_id") or text(event, "bot_profile", "app_id"),
        channel_type=text(event, "channel_type"),
        thread_ts=text(event, "thread_ts"),
        client_msg_id=text(event, "client_msg_id"),
    )


def _change(installation: Installation, event: JsonObject) -> Event:
    """Return what a change means; a preview of a link, say, is one in which nothing was edited.

    A deleted message that has answers becomes a tombstone, whose place in the thread stays.
    """
    message, before = child(event, "message"), child(event, "previous_message")
    ts = identifier(message, "ts") or required_identifier(before, "ts")
    if text(message, "subtype") == "tombstone":
        return _deletion(installation, event, ts)
    content = content_of(message)
    if before and content == content_of(before) and not _marked(message, before):
        return Ignored(reason="a change that leaves text, blocks and files as they were")
    return _edit(installation, event, ts, content)


def _marked(message: JsonObject, before: JsonObject) -> bool:
    """Return whether Slack marks an edit, or the blocks differ: then Slack does not mark it."""
    return any(message.get(key) != before.get(key) for key in ("edited", "blocks"))


def _edit(
    installation: Installation, event: JsonObject, ts: str, content: Content
) -> MessageEdited:
    """Return the edit, timed by the event: `edited.ts` has whole seconds."""
    message, changed_at = child(event, "message"), identifier(event, "ts")
    message_id = installation.message_id(required_identifier(event, "channel"), ts)
    edit_ts = identifier(message, "edited", "ts") or changed_at
    return edited(
        content,
        message_id=message_id,
        edit_id=edit_id_of(message_id, edit_ts or ts, content),
        at=moment(changed_at),
        raw=without_secrets(message),
    )


def _deletion(installation: Installation, event: JsonObject, ts: str) -> MessageDeleted:
    return MessageDeleted(
        message_id=installation.message_id(required_identifier(event, "channel"), ts),
        reason=DELETED,
        at=moment(event.get("ts")),
    )
