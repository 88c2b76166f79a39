"""How far a message got: `ack` from -1 to 4, and `ackName`."""

from typing import Any

import msgspec

from messagestore.event import Event, Ignored
from messagestore.message import UNKNOWN_PARTY
from messagestore.providers.fields import text
from messagestore.providers.payload import JsonObject
from messagestore.providers.waha.identity import WahaId
from messagestore.providers.waha.parties import key_of
from messagestore.providers.whatsapp_web.session import Session
from messagestore.providers.whatsapp_web.statuses import status_event

_WORDS = ("ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED")
_NAMES = {"SERVER": "SERVER_ACK", "DEVICE": "DELIVERY_ACK"}


def whatsapp_status(payload: JsonObject) -> Any:
    """Return WhatsApp's word for an `ack`, or for the `ackName` where there is none."""
    ack, name = payload.get("ack"), text(payload, "ackName")
    if isinstance(ack, int) and not isinstance(ack, bool) and -1 <= ack < len(_WORDS) - 1:
        return _WORDS[ack + 1]
    return _NAMES.get(name, name) if name else ack


def acknowledgement_event(session: Session, payload: JsonObject, at: Any) -> Event:
    """Return the event of a receipt; in a group it is that of one participant."""
    known = WahaId.of(payload, "id")
    if known is None:
        return Ignored(reason="a receipt without the id of a message")
    # The chat of the id, as that of the message: `from` may be the bot itself.
    key = msgspec.structs.replace(key_of(payload, known), chat=known.chat or UNKNOWN_PARTY)
    return status_event(session, key, whatsapp_status(payload), at)
