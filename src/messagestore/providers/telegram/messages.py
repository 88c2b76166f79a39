"""A message object becomes a new message, or the edit of one."""

import re
from typing import Any

from messagestore.event import MessageEdited
from messagestore.message import Direction, NewMessage
from messagestore.providers.content import composed, edited
from messagestore.providers.fields import (
    checked_identifier,
    child,
    children,
    identifier,
    number,
    present,
    text,
)
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.telegram.contents import content_of
from messagestore.providers.telegram.identity import message_id_of
from messagestore.providers.telegram.origins import about_origin, reply_to
from messagestore.providers.telegram.parties import about_parties, parties_of
from messagestore.providers.timestamp import moment

PROVIDER = "telegram"

_COMMAND = re.compile(r"/(\w{1,64})(?:@\w+)?")


def new_message(bot: str, message: JsonObject) -> NewMessage:
    """Return the record of a message object; raises InvalidMessage."""
    parties = parties_of(bot, message)
    content = content_of(message)
    pinned = child(message, "pinned_message")
    command = command_in(message) if parties.direction is Direction.INCOMING else None
    return composed(
        parties,
        content,
        message_id=message_id_of(bot, message),
        created_at=moment(message.get("date")),
        reply_to_message_id=reply_to(bot, message, parties.context_id),
        is_bot_command=command is not None,
        command_name=command,
        metadata={"provider": PROVIDER}
        | about_parties(message)
        | about_origin(message)
        | present(
            thread_id=number(message, "message_thread_id"),
            direct_messages_topic_id=number(child(message, "direct_messages_topic"), "topic_id"),
            media_group_id=identifier(message, "media_group_id"),
            pinned_message_id=message_id_of(bot, pinned, context_id=parties.context_id)
            if identifier(pinned, "message_id")
            else None,
        ),
        raw=without_secrets(message),
    )


def edited_message(
    bot: str, message: JsonObject, sequence: str, *, message_id: str | None = None
) -> MessageEdited:
    """Return the edit that a message object with `edit_date` is.

    `sequence` is the update's number: it is the same when Telegram delivers an update again, and
    puts two edits of one second in their order. Raises InvalidMessage.
    """
    message_id = message_id or message_id_of(bot, message)
    second = identifier(message, "edit_date") or "0"
    return edited(
        content_of(message),
        message_id=message_id,
        edit_id=checked_identifier(f"{message_id}#{second}.{sequence.zfill(20)}", "edit_id"),
        at=moment(message.get("edit_date")),
        raw=without_secrets(message),
    )


def command_in(message: JsonObject) -> str | None:
    """Return the name of the command that a message begins with, without `@` and the bot's name."""
    for words, entities in (("text", "entities"), ("caption", "caption_entities")):
        content = text(message, words)
        if content and any(_is_command(entity) for entity in children(message, entities)):
            found = _COMMAND.match(content)
            return found[1].casefold() if found else None
    return None


def _is_command(entity: JsonObject) -> bool:
    offset: Any = entity.get("offset")
    return entity.get("type") == "bot_command" and offset == 0 and not isinstance(offset, bool)
