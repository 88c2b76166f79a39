"""What a bot sends, from the call before it leaves: the messages to store as queued."""

from collections.abc import Callable
from typing import Any

import msgspec

from messagestore.message import Direction, NewMessage, Status
from messagestore.providers.content import Content, composed
from messagestore.providers.fields import child, first_text, identifier, number, present, text
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import REMOVED
from messagestore.providers.telegram.calls import Call
from messagestore.providers.telegram.contents import content_of
from messagestore.providers.telegram.identity import global_id
from messagestore.providers.telegram.media import MEDIA_TYPES, media_content
from messagestore.providers.telegram.messages import PROVIDER
from messagestore.providers.telegram.parties import context_type_of
from messagestore.providers.telegram.sent_parts import SENT_PARTS

_FILES = {f"send{kind.replace('_', '')}": kind for kind in MEDIA_TYPES}
_TAKEN_OVER = {
    "forwardmessage": "forward",
    "forwardmessages": "forward",
    "copymessage": "copy",
    "copymessages": "copy",
}
_ALBUM = "sendmediagroup"


def queued_messages(call: Call, new_id: Callable[[], str]) -> list[NewMessage]:
    """Return the messages that a call sends, each with an id of `new_id`; none for other calls.

    Text is as the bot's author wrote it, `parse_mode` included. Raises InvalidMessage.
    """
    contents = _contents(call)
    if not contents:
        return []
    chat = identifier(call.chat, "chat", "id") or ""
    parties = Parties(
        direction=Direction.OUTGOING,
        sender=call.bot,
        recipient=chat,
        context_id=call.context_id,
        context_type=context_type_of(call.chat),
    )
    return [
        composed(
            parties,
            content,
            message_id=new_id(),
            status=Status.QUEUED,
            reply_to_message_id=_reply_to(call),
            metadata={"provider": PROVIDER} | _about(call.parameters),
            raw=call.parameters,
        )
        for content in contents
    ]


def _contents(call: Call) -> list[Content]:
    parameters = call.parameters
    if kind := _FILES.get(call.method):
        return [_file(kind, parameters.get(kind), parameters)]
    if call.method == _ALBUM:
        return [_album_part(part) for part in _list(parameters.get("media"))]
    if how := _TAKEN_OVER.get(call.method):
        return _taken_over(call, how)
    read = SENT_PARTS.get(call.method)
    return [content_of(read(parameters))] if read else []


def _list(value: Any) -> list[JsonObject]:
    items = value if isinstance(value, list) else []
    return [item if isinstance(item, dict) else {} for item in items]


def _album_part(part: JsonObject) -> Content:
    kind = text(part, "type") or ""
    return _file(kind if kind in MEDIA_TYPES else "document", part.get("media"), part)


def _file(kind: str, sent: Any, parameters: JsonObject) -> Content:
    """Read a file: an id, a link, or an upload, of which the call tells no more than that.

    A link to a file of Telegram's had the bot's token in it, and leads nowhere without.
    """
    caption: JsonObject = {"caption": parameters.get("caption"), kind: {}}
    if not isinstance(sent, str) or sent.startswith("attach:") or REMOVED in sent:
        return media_content(caption, kind)
    if "://" in sent:
        return msgspec.structs.replace(media_content(caption, kind), media_url=sent)
    return media_content(caption | {kind: {"file_id": sent}}, kind)


def _taken_over(call: Call, how: str) -> list[Content]:
    """Read what is forwarded or copied: the words are Telegram's, the answer may tell them."""
    source = identifier(call.parameters, "from_chat_id")
    numbers = call.parameters.get("message_ids", [call.parameters.get("message_id")])
    return [
        Content(
            content=text(call.parameters, "caption"),
            metadata=present(
                kind=how,
                forwarded=True if how == "forward" else None,
                source_message_id=global_id(call.bot, source or "", str(number)),
            ),
        )
        for number in (numbers if isinstance(numbers, list) else [])
    ]


def _reply_to(call: Call) -> str | None:
    answered = child(call.parameters, "reply_parameters")
    number = identifier(answered, "message_id")
    number = number or identifier(call.parameters, "reply_to_message_id")
    if number is None:
        return None
    other_chat = identifier(answered, "chat_id")
    return global_id(call.bot, other_chat, number) if other_chat else call.message_id(number)


def _about(parameters: JsonObject) -> JsonObject:
    return present(
        parse_mode=first_text(parameters, "parse_mode"),
        thread_id=number(parameters, "message_thread_id"),
        direct_messages_topic_id=number(parameters, "direct_messages_topic_id"),
        business_connection_id=text(parameters, "business_connection_id"),
        quote=text(parameters, "reply_parameters", "quote"),
    )
