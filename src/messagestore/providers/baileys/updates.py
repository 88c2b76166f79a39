"""What becomes of messages: receipts, edits, deletions, reactions, poll votes."""

from messagestore.event import Event, Ignored, MessageDeleted
from messagestore.providers.fields import child
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import moment
from messagestore.providers.whatsapp_web.changes import REVOKED, edit_event, reaction_event
from messagestore.providers.whatsapp_web.contents import content_of
from messagestore.providers.whatsapp_web.envelope import content_key, unwrapped
from messagestore.providers.whatsapp_web.key import Key
from messagestore.providers.whatsapp_web.notices import notice_of
from messagestore.providers.whatsapp_web.session import Session
from messagestore.providers.whatsapp_web.statuses import status_event

_RECEIPTS = (("playedTimestamp", "PLAYED"), ("readTimestamp", "READ"))
_DELIVERED = ("receiptTimestamp", "DELIVERY_ACK")


def update_event(session: Session, part: JsonObject) -> Event:
    """Return the event of `{key, update}`; an edit and a deletion are updates of `message`."""
    key, update = Key.of(part), child(part, "update")
    at = update.get("messageTimestamp")
    message_id = key.message_id(session)
    if message_id is None:
        return Ignored(reason="an update without the id of a message")
    if notice_of(update) == "revoke":
        return MessageDeleted(message_id=message_id, reason=REVOKED, at=moment(at))
    message = child(update, "message")
    if content_key(unwrapped(message)):
        return edit_event(message_id, content_of(message), moment(at), update)
    if "status" in update:
        return status_event(session, key, update["status"], at)
    return Ignored(reason="an update that changes nothing of what is stored")


def receipt_update(session: Session, part: JsonObject) -> Event:
    """Return the event of `{key, receipt}`, one of a group's participants.

    The message is as far as whoever got furthest.
    """
    receipt = child(part, "receipt")
    for name, word in (*_RECEIPTS, _DELIVERED):
        if at := receipt.get(name):
            return status_event(session, Key.of(part), word, at)
    return Ignored(reason="a receipt that tells no time")


def reaction_update(session: Session, part: JsonObject) -> Event:
    """Return the event of `{key, reaction}`; `reaction.key` is that of the reaction itself."""
    reaction = child(part, "reaction")
    target, author = Key.of(part), Key.of(child(reaction, "key"))
    message_id = target.message_id(session)
    if message_id is None:
        return Ignored(reason="a reaction without the id of a message")
    return reaction_event(message_id, author.parties(session).sender, reaction, None)
