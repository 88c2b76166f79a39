"""The events of an instance that are about messages."""

from collections.abc import Callable, Iterable, Iterator

from messagestore.errors import InvalidMessage
from messagestore.event import Event, Ignored, MessageDeleted, MessageEdited
from messagestore.providers.attempt import each_part
from messagestore.providers.fields import child
from messagestore.providers.kinds import kinds, unread
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.changes import REVOKED, protocol_event
from messagestore.providers.whatsapp_web.key import Key
from messagestore.providers.whatsapp_web.messages import message_event
from messagestore.providers.whatsapp_web.protocols import unread_protocol
from messagestore.providers.whatsapp_web.session import Session
from messagestore.providers.whatsapp_web.statuses import status_event

_Reader = Callable[[Session, JsonObject], Event]

_NO_MESSAGES = kinds("""
    application.startup call chats.delete chats.set chats.update chats.upsert connection.update
    contacts.set contacts.update contacts.upsert creds.update group.participants.update
    group.update groups.update groups.upsert instance.create instance.delete labels.association
    labels.edit logout.instance presence.update qrcode.updated remove.instance status.instance
    typebot.change.status typebot.start
""")
"""The enum Events of src/api/types/wa.types.ts, but for the past: `messages.set` has messages."""


def events_of(session: Session, envelope: JsonObject) -> Iterator[Event]:
    """Yield the events of a webhook, whose name is written `messages.upsert` or MESSAGES_UPSERT."""
    name = envelope["event"].lower().replace("_", ".").replace("-", ".")
    reader = _READERS.get(name)
    if reader is None:
        yield unread("event", name, _NO_MESSAGES)
        return

    def events(part: JsonObject) -> Iterable[Event]:
        return [reader(session, part)]

    data = envelope.get("data")
    yield from each_part(data if isinstance(data, list) else [data], "data", events)


def _status(session: Session, data: JsonObject) -> Event:
    """Return the event of a receipt.

    `messageId` is a key of Evolution's own database. DELETED is no status: Evolution makes it of
    every update without one, votes included, and what is deleted has an event of its own.
    """
    return status_event(session, _key(data), data.get("status"), data.get("messageTimestamp"))


def _deletion(session: Session, data: JsonObject) -> Event:
    message_id = _key(data).message_id(session)
    if message_id is None:
        return Ignored(reason="a deletion without the id of a message")
    return MessageDeleted(message_id=message_id, reason=REVOKED)


def _change(session: Session, data: JsonObject) -> Event:
    """Return the event of a `protocolMessage`, which comes without the message around it.

    Its key names the chat as its author sees it. In a private chat that is the bot itself where
    the other one edits, and nothing tells whose message it is. Raises InvalidMessage then. What is
    deleted is told by `messages.delete` too.
    """
    key = _key(data)
    message_id = key.message_id(session)
    if message_id is None:
        return unread_protocol(data)
    event = protocol_event(message_id, data, data.get("timestampMs"))
    if key.chat != session.account:
        return event
    if isinstance(event, MessageEdited):
        sentence = "key.remoteJid is the bot itself: Evolution API does not say whose message it is"
        raise InvalidMessage(sentence, field="remoteJid")
    return Ignored(reason="a deletion in a chat that is not named")


def _key(data: JsonObject) -> Key:
    """Read the key, which is in `key`, or spread over `data` with the id as `keyId`."""
    spread = data | {"id": data["keyId"]} if "keyId" in data else data
    return Key.of({"key": child(data, "key") or spread})


_READERS: dict[str, _Reader] = {
    "messages.upsert": message_event,
    "send.message": message_event,
    "messages.update": _status,
    "messages.delete": _deletion,
    "messages.edited": _change,
    "send.message.update": _change,
}
