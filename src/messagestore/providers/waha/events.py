"""The events of a session that are about messages."""

from collections.abc import Callable
from typing import Any

from messagestore.event import Event
from messagestore.providers.fields import child
from messagestore.providers.kinds import kinds, unread
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

_NO_MESSAGES = kinds("""
    call.accepted call.received call.rejected chat.archive engine.event event.response
    event.response.failed group.join group.leave group.v2.join group.v2.leave
    group.v2.participants group.v2.update label.chat.added label.chat.deleted label.deleted
    label.upsert poll.vote poll.vote.failed presence.update session.status state.change
""")
"""The other events of https://waha.devlike.pro/docs/how-to/events/"""


def event_of(session: Session, envelope: JsonObject) -> Event:
    """Return the event of a webhook; its `timestamp` is the time of what has none of its own."""
    name = envelope["event"]
    if reader := _READERS.get(name):
        return reader(session, child(envelope, "payload"), envelope.get("timestamp"))
    return unread("event", name, _NO_MESSAGES)
