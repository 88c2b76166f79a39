"""What became of a message that the business sent."""

from messagestore.event import Event, Ignored, StatusChanged
from messagestore.message import Status
from messagestore.providers.fields import children, identifier, plain_word, required_identifier
from messagestore.providers.kinds import unread
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import moment
from messagestore.providers.whatsapp_cloud.change import Change, phone
from messagestore.providers.whatsapp_cloud.failure import sentence_of_all

_STATUSES = {
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "played": Status.READ,  # a voice message was heard
    "failed": Status.FAILED,
}

_OF_OTHERS = ("call", "payment")


def status_event(change: Change, part: JsonObject) -> Event:
    """Return the event of a status object.

    Calls and payments have statuses too, under the same key and with words of their own; a failed
    payment is not a failed message. In a group every participant has a status of their own: the
    message is as far as whoever got furthest. `recipient_id` is then the group's id (Meta, groups).
    """
    kind = part.get("type", "message")
    if change.field == "calls" or kind in _OF_OTHERS:
        other = "call" if change.field == "calls" else kind
        return Ignored(reason=f"the status of a {other}, not of a message")
    if kind != "message":
        return unread("a status of type", kind, ())
    word = part.get("status")
    status = _STATUSES.get(word.lower()) if isinstance(word, str) else None
    if status is None:
        return Ignored(reason=f"status {plain_word(word)} is not known", unknown=True)
    errors = children(part, "errors") or change.errors
    return StatusChanged(
        message_id=required_identifier(part, "id"),
        status=status,
        at=moment(part.get("timestamp")),
        error_message=sentence_of_all(errors) if status is Status.FAILED else None,
        context_id=phone(part, "recipient_id") or identifier(part, "recipient_user_id"),
    )
