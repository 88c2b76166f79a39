"""The payload of `message` and `message.any` becomes a message."""

from typing import Any

import msgspec

from messagestore.event import Event, MessageReceived
from messagestore.message import Direction, NewMessage
from messagestore.providers.content import Content, composed
from messagestore.providers.fields import child, flag, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import REMOVED
from messagestore.providers.timestamp import moment
from messagestore.providers.waha.acknowledgements import whatsapp_status
from messagestore.providers.waha.contents import content_of
from messagestore.providers.waha.identity import WahaId
from messagestore.providers.waha.parties import address, key_of, parties_of
from messagestore.providers.whatsapp_web.addresses import is_broadcast_list
from messagestore.providers.whatsapp_web.envelope import context_info, unwrapped
from messagestore.providers.whatsapp_web.kept import kept
from messagestore.providers.whatsapp_web.origin import about_origin, reply_to
from messagestore.providers.whatsapp_web.session import Session, digest
from messagestore.providers.whatsapp_web.statuses import REFUSED_BY_WHATSAPP, own_status

_PICTURED = frozenset({"document", "image", "location", "sticker", "video"})


def message_event(session: Session, payload: JsonObject, at: Any) -> Event:
    """Return the event of a message; both events that tell of one give it the same id."""
    known = WahaId.of(payload, "id") or WahaId(id=digest(payload))
    new = _new_message(session, payload, known, content_of(payload), at)
    return MessageReceived(message=new)


def waiting_event(session: Session, payload: JsonObject, at: Any) -> Event:
    """Return the event of a message that is waited for; it has an id of its own.

    The message comes under its id, and must not be taken for a repetition of this one.
    """
    known = WahaId.of(payload, "id") or WahaId(id=digest(payload))
    waiting = msgspec.structs.replace(known, id=f"waiting:{known.id}")
    new = _new_message(session, payload, waiting, Content(metadata={"kind": "waiting"}), at)
    return MessageReceived(message=new)


def _new_message(
    session: Session, payload: JsonObject, known: WahaId, content: Content, at: Any
) -> NewMessage:
    key = key_of(payload, known)
    parties = parties_of(session, key, payload)
    status = own_status(whatsapp_status(payload), parties.direction)
    info = _context_info(payload)
    quoted = WahaId.of(payload, "replyTo", "id")
    answered = quoted.id if quoted else reply_to(info)
    chat = known.chat or key.chat
    return composed(
        parties,
        content,
        message_id=known.message_id(session, key.chat),
        status=status,
        error_message=REFUSED_BY_WHATSAPP if status == "failed" else None,
        created_at=moment(payload.get("timestamp")) or moment(at),
        reply_to_message_id=session.message_id(chat, answered) if answered else None,
        metadata=session.metadata() | about_origin(info) | _about(payload, parties.direction, chat),
        raw=_raw(payload),
    )


def _raw(payload: JsonObject) -> dict[str, Any]:
    """Return the payload without files; WEBJS puts a picture into `body` where there is no text."""
    raw = kept(payload)
    word = text(payload, "_data", "type")
    if word in _PICTURED and text(payload, "_data", "body"):
        raw["_data"]["body"] = REMOVED
    if word == "location" and text(payload, "body"):
        raw["body"] = REMOVED
    return raw


def _context_info(payload: JsonObject) -> JsonObject:
    data = child(payload, "_data")
    return context_info(unwrapped(child(data, "message") or child(data, "Message")))


def _about(payload: JsonObject, direction: Direction, chat: str) -> dict[str, Any]:
    data = child(payload, "_data")
    name = text(data, "pushName") or text(data, "notifyName") or text(data, "Info", "PushName")
    return present(
        profile_name=name if direction is Direction.INCOMING else None,
        source=text(payload, "source"),
        forwarded=flag(data, "isForwarded") or None,
        broadcast=True if is_broadcast_list(chat) else None,
        reply_to_sender=address(child(payload, "replyTo"), "participant"),
    )
