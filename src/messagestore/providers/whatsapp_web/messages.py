"""A WAMessage (`key`, `message`, `messageTimestamp`, `pushName`, …) becomes one event."""

from typing import Any

from messagestore.errors import InvalidMessage
from messagestore.event import Event, Ignored, MessageReceived
from messagestore.message import Direction, NewMessage
from messagestore.providers.content import composed
from messagestore.providers.fields import child, first_text, flag, identifier, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import moment
from messagestore.providers.whatsapp_web.addresses import is_broadcast_list
from messagestore.providers.whatsapp_web.changes import protocol_event, reaction_event
from messagestore.providers.whatsapp_web.contents import content_of
from messagestore.providers.whatsapp_web.envelope import (
    carries_keys_only,
    context_info,
    unwrapped,
)
from messagestore.providers.whatsapp_web.kept import kept
from messagestore.providers.whatsapp_web.key import Key
from messagestore.providers.whatsapp_web.notices import WAITING, notice_content, notice_of
from messagestore.providers.whatsapp_web.origin import about_origin, reply_to
from messagestore.providers.whatsapp_web.protocols import unread_protocol
from messagestore.providers.whatsapp_web.session import Session
from messagestore.providers.whatsapp_web.statuses import REFUSED_BY_WHATSAPP, own_status


def message_event(session: Session, wa_message: JsonObject) -> Event:
    """Return the event of a WAMessage; raises InvalidMessage where it cannot be one."""
    key = Key.of(wa_message)
    message = unwrapped(child(wa_message, "message"))
    if target := _target(session, key, message, "reactionMessage"):
        return _reaction(session, key, target, wa_message)
    protocol = child(message, "protocolMessage")
    if target := _target(session, key, message, "protocolMessage"):
        return protocol_event(target, protocol, wa_message.get("messageTimestamp"))
    if protocol:
        return unread_protocol(protocol)
    if carries_keys_only(message):
        return Ignored(reason="an exchange of encryption keys")
    return MessageReceived(message=_new_message(session, key, wa_message))


def _target(session: Session, key: Key, message: JsonObject, name: str) -> str | None:
    """Return the id of what a message is about; it is in the same chat.

    Its own key has the chat as its author sees it, so that the chat of the outer key counts.
    """
    found = identifier(child(message, name), "key", "id")
    return session.message_id(key.chat, found) if found else None


def _reaction(session: Session, key: Key, target: str, wa_message: JsonObject) -> Event:
    reaction = child(unwrapped(child(wa_message, "message")), "reactionMessage")
    sender = key.parties(session).sender
    return reaction_event(target, sender, reaction, wa_message.get("messageTimestamp"))


def _new_message(session: Session, key: Key, wa_message: JsonObject) -> NewMessage:
    word = None if child(wa_message, "message") else notice_of(wa_message)
    content = notice_content(word, wa_message) if word else content_of(child(wa_message, "message"))
    info = child(wa_message, "contextInfo") or context_info(unwrapped(child(wa_message, "message")))
    parties = key.parties(session)
    status = own_status(wa_message.get("status"), parties.direction)
    quoted = reply_to(info) or _voted(wa_message)
    return composed(
        parties,
        content,
        message_id=_id(session, key, waiting=word == WAITING),
        status=status,
        error_message=REFUSED_BY_WHATSAPP if status == "failed" else None,
        created_at=moment(wa_message.get("messageTimestamp")),
        reply_to_message_id=session.message_id(key.chat, quoted) if quoted else None,
        metadata=session.metadata()
        | _about(key, parties.direction, wa_message)
        | about_origin(info),
        raw=kept(wa_message),
    )


def _id(session: Session, key: Key, *, waiting: bool) -> str:
    """Return the id; of a message that is waited for another, as it comes under its own.

    Raises InvalidMessage where the key has none.
    """
    if key.id is None:
        raise InvalidMessage("key.id is missing", field="id")
    return session.message_id(key.chat, f"waiting:{key.id}" if waiting else key.id)


def _voted(wa_message: JsonObject) -> str | None:
    vote = child(wa_message, "message", "pollUpdateMessage")
    return identifier(vote, "pollCreationMessageKey", "id")


def _about(key: Key, direction: Direction, wa_message: JsonObject) -> dict[str, Any]:
    incoming = direction is Direction.INCOMING
    inner = child(wa_message, "key")
    source = text(wa_message, "source")
    listed = is_broadcast_list(key.chat) or flag(wa_message, "broadcast")
    return present(
        profile_name=first_text(wa_message, "pushName", "verifiedBizName") if incoming else None,
        username=first_text(inner, "participantUsername", "remoteJidUsername"),
        source=source if source != "unknown" else None,
        broadcast=True if listed else None,
    )
