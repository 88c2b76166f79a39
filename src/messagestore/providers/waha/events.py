"""The events of a session that are about messages."""

from collections.abc import Callable
from typing import Any

from messagestore.event import Event, Ignored
from messagestore.providers.fields import child, plain_word
from messagestore.providers.payload import JsonObject
from messagestore.providers.waha.acknowledgements import acknowledgement_event
from messagestore.providers.waha.changes import edited_event, reaction_event, revoked_event
from messagestore.providers.waha.messages import message_event, waiting_event
from messagestore.providers.whatsapp_web.session import Session

_READERS: dict[str, Callable[[Session, JsonObject, Any], Event]] = {
    "message": message_event,
    "message.any": message_event,
    "message.ack": acknowledgement_event,
    "message.ack.group": acknowledgement_event,
    "message.edited": edited_event,
    "message.reaction": reaction_event,
    "message.revoked": revoked_event,
    "message.waiting": waiting_event,
}


def event_of(session: Session, envelope: JsonObject) -> Event:
    """Return the event of a webhook; its `timestamp` is the time of what has none of its own."""
    name = envelope["event"]
    if reader := _READERS.get(name):
        return reader(session, child(envelope, "payload"), envelope.get("timestamp"))
    word = plain_word(name.replace(".", "_"))
    return Ignored(reason=f"event {word} carries no messages")
