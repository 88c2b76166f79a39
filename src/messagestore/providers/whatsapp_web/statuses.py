"""How far a message got, by WhatsApp's number or word (WebMessageInfo.Status)."""

from typing import Any

from messagestore.event import Event, Ignored, StatusChanged
from messagestore.message import Direction, Status
from messagestore.providers.fields import plain_word
from messagestore.providers.timestamp import moment
from messagestore.providers.whatsapp_web.key import Key
from messagestore.providers.whatsapp_web.session import Session

_WORDS = ("ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED")
_STATUSES = {
    "ERROR": Status.FAILED,
    "PENDING": Status.QUEUED,
    "SERVER_ACK": Status.SENT,
    "DELIVERY_ACK": Status.DELIVERED,
    "READ": Status.READ,
    "PLAYED": Status.READ,
}
REFUSED_BY_WHATSAPP = "WhatsApp did not accept it"


def status_of(value: Any) -> Status | None:
    """Return the status of a number or word, or None for none of them."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(_WORDS):
        value = _WORDS[value]
    return _STATUSES.get(value.upper()) if isinstance(value, str) else None


def own_status(value: Any, direction: Direction) -> Status | None:
    """Return the status of a message that is just told of; one that came in was delivered."""
    status = status_of(value)
    if status is None or direction is Direction.OUTGOING:
        return status
    return max(status, Status.DELIVERED, key=lambda known: known.rank)


def status_event(session: Session, key: Key, value: Any, at: Any) -> Event:
    """Return the event of a receipt; `at` is the provider's time of it."""
    status, message_id = status_of(value), key.message_id(session)
    if message_id is None:
        return Ignored(reason="a receipt without the id of a message")
    if status is None:
        return Ignored(reason=f"status {plain_word(value)} is not known", unknown=True)
    return StatusChanged(
        message_id=message_id,
        status=status,
        at=moment(at),
        error_message=REFUSED_BY_WHATSAPP if status is Status.FAILED else None,
        context_id=key.certain_context_id,
    )
