"""Messages, their edits and their deletions."""

from collections.abc import Iterator
from typing import Any

import msgspec

from messagestore.event import Event, Ignored, MessageDeleted, MessageReceived, Refused
from messagestore.message import NewMessage
from messagestore.providers.content import Content, composed, edited
from messagestore.providers.discord.contents import content_of, forwarded_message
from messagestore.providers.discord.kinds import (
    EPHEMERAL,
    IS_CROSSPOST,
    LOADING,
    SILENT,
    has_flag,
    type_of,
)
from messagestore.providers.discord.parties import message_parties
from messagestore.providers.discord.snowflake import (
    PROVIDER,
    global_id,
    optional_id,
    required_id,
    snowflake_time,
)
from messagestore.providers.fields import (
    checked_identifier,
    child,
    children,
    flag,
    present,
    required_identifier,
    text,
)
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.timestamp import moment

_DELETED = "deleted in Discord"
_ANSWERS = frozenset({"chat_input_command", "context_menu_command"})


def message_created(message: JsonObject, account: str | None) -> Event:
    """Return a new message. "The bot is thinking…" is none: the answer follows as an update."""
    if has_flag(message, LOADING):
        return Ignored(reason="the bot is still preparing this answer")
    return MessageReceived(message=new_message(message, account))


def message_updated(message: JsonObject, account: str | None) -> Event:
    """Return an edit, if it is one: `edited_timestamp` is set by people's edits only.

    Links that resolve, pins and threads that grow come as updates too, with the time of the last
    edit or none. The answer that a "thinking…" becomes has no such time either: it is stored as a
    message, and is a duplicate where it was complete from the start.
    """
    time = text(message, "edited_timestamp")
    if time is None:
        if type_of(message) in _ANSWERS and child(message, "author"):
            return message_created(message, account)
        return Ignored(reason="an update that is not an edit")
    message_id = required_id(message, "id")
    return edited(
        _edited_content(message),
        message_id=message_id,
        edit_id=checked_identifier(f"{message_id}:{time}", "edited_timestamp"),
        at=moment(time),
        raw=without_secrets(message),
    )


def message_deleted(message: JsonObject) -> Event:
    """Return a deletion; Discord does not say whether by the author or by a moderator."""
    return MessageDeleted(message_id=required_id(message, "id"), reason=_DELETED)


def messages_deleted(part: JsonObject) -> Iterator[Event]:
    """Yield the deletions of MESSAGE_DELETE_BULK: up to a hundred ids."""
    ids = part.get("ids")
    for place, snowflake in enumerate(ids if isinstance(ids, list) else []):
        if isinstance(snowflake, str) and snowflake:
            yield MessageDeleted(message_id=global_id(snowflake), reason=_DELETED)
        else:
            yield Refused(reason=f"ids[{place}] must be a string")
    if not ids or not isinstance(ids, list):
        yield Refused(reason="ids must be an array with a message's id at least")


def new_message(message: JsonObject, account: str | None) -> NewMessage:
    """Return the record of a message object. Raises InvalidMessage where it cannot be one."""
    snowflake = required_identifier(message, "id")
    reply = type_of(message) == "reply"
    return composed(
        message_parties(message, account),
        content_of(message),
        message_id=global_id(snowflake),
        created_at=moment(message.get("timestamp")) or snowflake_time(snowflake),
        reply_to_message_id=optional_id(message, "message_reference", "message_id")
        if reply
        else None,
        metadata={"provider": PROVIDER}
        | _about_author(message)
        | _about_place(message)
        | _about_origin(message, reply=reply),
        raw=without_secrets(message),
    )


def _edited_content(message: JsonObject) -> Content:
    """Return the new content; a text that was taken out is an empty one, as None keeps the old."""
    content = content_of(message)
    if content.content is None and message.get("content") == "":
        return msgspec.structs.replace(content, content="")
    return content


def _about_author(message: JsonObject) -> dict[str, Any]:
    author = child(message, "author")
    return present(
        profile_name=text(message, "member", "nick") or text(author, "global_name"),
        username=text(author, "username"),
        is_bot=flag(author, "bot") or None,
        webhook_id=text(message, "webhook_id"),
        application_id=text(message, "application_id"),
    )


def _about_place(message: JsonObject) -> dict[str, Any]:
    thread = child(message, "thread")
    return present(
        guild_id=text(message, "guild_id"),
        lobby_id=text(message, "lobby_id"),
        parent_channel_id=text(message, "channel", "parent_id"),
        thread_id=text(thread, "id"),
        thread_name=text(thread, "name"),
    )


def _about_origin(message: JsonObject, *, reply: bool) -> dict[str, Any]:
    """Return what a message comes from and whom it names.

    Of what a forward, a crosspost, a pin or the result of a poll refers to, nothing is answered.
    """
    reference = {} if reply else child(message, "message_reference")
    mentions = [found for user in children(message, "mentions") if (found := text(user, "id"))]
    return present(
        message_type=type_of(message),
        referenced_message_id=optional_id(reference, "message_id"),
        referenced_channel_id=text(reference, "channel_id"),
        forwarded=True if forwarded_message(message) else None,
        crossposted=has_flag(message, IS_CROSSPOST) or None,
        ephemeral=has_flag(message, EPHEMERAL) or None,
        silent=has_flag(message, SILENT) or None,
        interaction_id=text(message, "interaction_metadata", "id"),
        mention_ids=mentions or None,
        nonce=_nonce(message.get("nonce")),
    )


def _nonce(value: Any) -> str | None:
    """Return the sender's own mark on a message, a number or a text."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
