"""What Telegram answers to a call: the ids of what was sent, and what the call changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from messagestore.event import Event, MessageDeleted, MessageEdited, ReactionChanged
from messagestore.message import NewMessage
from messagestore.providers.content import edited
from messagestore.providers.fields import children, identifier, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.telegram.calls import Call
from messagestore.providers.telegram.contents import content_of
from messagestore.providers.telegram.identity import message_id_of
from messagestore.providers.telegram.messages import edited_message
from messagestore.providers.telegram.reactions import emoji_of
from messagestore.providers.timestamp import moment

_EDITS = frozenset(
    {
        "editmessagetext",
        "editmessagecaption",
        "editmessagemedia",
        "editmessagechecklist",
        "editmessagelivelocation",
        "stopmessagelivelocation",
    }
)


def sent_ids(call: Call, messages: Sequence[NewMessage], result: Any) -> list[str | None]:
    """Return the globally unique ids of what was sent, in its order; None for one without.

    Messages that cannot be forwarded or copied are left out without a word (`copyMessages`): when
    there are fewer answers than messages, nothing tells which are whose, and none gets an id.
    """
    parts = _parts(result)
    if len(parts) != len(messages):
        return [None] * len(messages)
    return [_id_of(call, part) for part in parts]


def change_events(
    call: Call, messages: Sequence[NewMessage], result: Any, sequence: str
) -> Iterator[Event]:
    """Yield what a call changed that succeeded; `sequence` rises from call to call.

    Of what was sent, the answer tells what the call could not: the ids of files, the words of a
    forward. Raises InvalidMessage.
    """
    if call.method in _EDITS:
        yield from _edits(call, result, sequence)
    elif call.method in ("deletemessage", "deletemessages"):
        yield from _deletions(call)
    elif call.method == "setmessagereaction":
        yield ReactionChanged(
            message_id=message_id_of(call.bot, call.chat | call.parameters),
            sender=call.bot,
            emoji=emoji_of(children(call.parameters, "reaction")),
        )
    else:
        yield from _completions(call, messages, result)


def error_of(answer: JsonObject) -> str:
    """Return the sentence of an answer that says no: `400 Bad Request: chat not found`."""
    code = identifier(answer, "error_code")
    words = text(answer, "description") or "an error without a description"
    return f"{code} {words}" if code else words


def _parts(result: Any) -> list[JsonObject]:
    parts = result if isinstance(result, list) else [result]
    return [part if isinstance(part, dict) else {} for part in parts]


def _id_of(call: Call, part: JsonObject) -> str | None:
    """Return an id; 0 is the number of what is only scheduled (Message, `message_id`)."""
    number = identifier(part, "message_id")
    if number is None or (number == "0" and "ephemeral_message_id" not in part):
        return None
    return message_id_of(call.bot, part, context_id=call.context_id)


def _completions(
    call: Call, messages: Sequence[NewMessage], result: Any
) -> Iterator[MessageEdited]:
    for message, part in zip(messages, _parts(result), strict=False):
        message_id = _id_of(call, part)
        if message_id is None or "chat" not in part:
            continue
        content = content_of(part)
        if content.media_type or (content.content and not message.content):
            yield edited(
                content,
                message_id=message_id,
                edit_id=f"{message_id}#sent",
                at=moment(part.get("date")),
                raw=without_secrets(part),
            )


def _edits(call: Call, result: Any, sequence: str) -> Iterator[MessageEdited]:
    """Yield the edit; of a message that was sent inline Telegram tells neither id nor chat."""
    for part in _parts(result):
        if (message_id := _id_of(call.in_chat_of(part), part)) is not None:
            yield edited_message(call.bot, part, sequence, message_id=message_id)


def _deletions(call: Call) -> Iterator[MessageDeleted]:
    numbers = call.parameters.get("message_ids", [call.parameters.get("message_id")])
    for number in numbers if isinstance(numbers, list) else []:
        yield MessageDeleted(message_id=call.message_id(str(number)), reason="deleted by the bot")
