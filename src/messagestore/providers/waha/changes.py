"""What happens to an earlier message: reactions, edits, deletions."""

from typing import Any

from messagestore.errors import InvalidMessage
from messagestore.event import Event, MessageDeleted
from messagestore.providers.fields import child
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import moment
from messagestore.providers.waha.contents import content_of
from messagestore.providers.waha.identity import WahaId
from messagestore.providers.waha.parties import key_of, parties_of
from messagestore.providers.whatsapp_web.changes import REVOKED, edit_event
from messagestore.providers.whatsapp_web.changes import reaction_event as whatsapp_reaction
from messagestore.providers.whatsapp_web.session import Session


def reaction_event(session: Session, payload: JsonObject, at: Any) -> Event:
    """Return the event of `message.reaction`; empty text takes the reaction back."""
    reaction = child(payload, "reaction")
    key = key_of(payload, WahaId.of(payload, "id"))
    target = _required(WahaId.of(reaction, "messageId"), "reaction.messageId")
    sender = parties_of(session, key, payload).sender
    message_id = target.message_id(session, key.chat)
    return whatsapp_reaction(message_id, sender, reaction, payload.get("timestamp") or at)


def edited_event(session: Session, payload: JsonObject, at: Any) -> Event:
    """Return the event of `message.edited`; `id` is that of the edit, in WEBJS of the message."""
    action = WahaId.of(payload, "id")
    target = _required(WahaId.of(payload, "editedMessageId") or action, "editedMessageId")
    message_id = target.message_id(session, _chat(payload, action))
    return edit_event(
        message_id, content_of(payload), moment(at) or moment(payload.get("timestamp")), payload
    )


def revoked_event(session: Session, payload: JsonObject, at: Any) -> Event:
    """Return the event of `message.revoked`; `after` is the deletion, `before` what was there."""
    before, after = child(payload, "before"), child(payload, "after")
    action = WahaId.of(after, "id")
    named = WahaId.of(payload, "revokedMessageId") or WahaId.of(before, "id")
    target = _required(named or action, "revokedMessageId")
    message_id = target.message_id(session, _chat(after, action))
    return MessageDeleted(message_id=message_id, reason=REVOKED, at=moment(at))


def _chat(payload: JsonObject, action: WahaId | None) -> str:
    return action.chat if action and action.chat else key_of(payload, action).chat


def _required(found: WahaId | None, name: str) -> WahaId:
    if found is None:
        raise InvalidMessage(f"{name} is missing", field=name.rpartition(".")[2])
    return found
