"""What became of a message that the bot sent."""

from messagestore.event import Event, Ignored, StatusChanged
from messagestore.message import Status
from messagestore.providers.fields import first_text, plain_word, required_identifier
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import moment
from messagestore.providers.twilio.addresses import named
from messagestore.providers.twilio.failure import sentence_of
from messagestore.providers.twilio.messages import message_id_of

STATUSES = {
    "accepted": Status.QUEUED,
    "scheduled": Status.QUEUED,
    "queued": Status.QUEUED,
    "sending": Status.QUEUED,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}
CANCELED = "canceled before it was sent"

_ABOUT_INCOMING = frozenset({"receiving", "received"})


def is_status(form: JsonObject) -> bool:
    """Return whether a webhook is about a message of the bot; those of people have a `Body`."""
    word = _word(form)
    return word in STATUSES or ("Body" not in form and word not in _ABOUT_INCOMING)


def status_event(form: JsonObject) -> Event:
    """Return the event of a status callback. Its context is whom the message went to."""
    word = _word(form)
    status = STATUSES.get(word)
    if status is None:
        return Ignored(reason=f"status {plain_word(word)} is not known", unknown=True)
    return StatusChanged(
        message_id=message_id_of(form) or required_identifier(form, "MessageSid"),
        status=status,
        at=moment(form.get("Timestamp")),
        error_message=failure(form, word) if status is Status.FAILED else None,
        context_id=named(form, "To"),
    )


def failure(form: JsonObject, word: str) -> str:
    """Return why a message did not arrive; Twilio's own word where it gives no reason."""
    return sentence_of(form) or (CANCELED if word == "canceled" else word)


def _word(form: JsonObject) -> str:
    return (first_text(form, "MessageStatus", "SmsStatus") or "").lower()
