"""The events of the library that are about messages."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from messagestore.event import Event, Ignored, MessageDeleted
from messagestore.providers.attempt import each_part
from messagestore.providers.baileys.updates import reaction_update, receipt_update, update_event
from messagestore.providers.fields import child
from messagestore.providers.kinds import kinds, unread
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.key import Key
from messagestore.providers.whatsapp_web.messages import message_event
from messagestore.providers.whatsapp_web.session import Session

_Reader = Callable[[Session, JsonObject], Event]

_NO_MESSAGES = kinds("""
    blocklist.set blocklist.update call chats.delete chats.lock chats.phoneNumberShare
    chats.update chats.upsert connection.update contacts.update contacts.upsert creds.update
    group-participants.update group.join-request group.member-tag.update groups.update
    groups.upsert labels.association labels.edit lid-mapping.update message-capping.update
    messages.media-update messaging-history.status newsletter-participants.update
    newsletter-settings.update newsletter.reaction newsletter.view presence.update
    settings.update
""")
"""BaileysEventMap of src/Types/Events.ts, but for the past (`messaging-history.set`)."""


def events_of(session: Session, part: JsonObject) -> Iterator[Event]:
    """Yield the events of one object: an event of the library, or a message."""
    if "key" in part:
        yield message_event(session, part)
        return
    name, data = part.get("event"), part.get("data", part)
    if "event" not in part and "messages" in part:
        name = "messages.upsert"
    if name == "messages.delete":
        yield from _deletions(session, data)
    elif isinstance(name, str) and name in _READERS:
        place, reader = _READERS[name]
        yield from each_part(_list(data, place), place, _each(session, reader))
    else:
        yield unread("event", name, _NO_MESSAGES)


def _each(session: Session, reader: _Reader) -> Callable[[JsonObject], Iterable[Event]]:
    def events(part: JsonObject) -> Iterable[Event]:
        return [reader(session, part)]

    return events


def _list(data: Any, name: str) -> Any:
    """Return the array: `messages.upsert` has it in an object; one thing alone counts as one."""
    if not isinstance(data, dict):
        return data
    return data.get(name, [data])


def _deletions(session: Session, data: Any) -> Iterator[Event]:
    """Yield what the account's owner deleted on a phone, for themselves only."""
    if isinstance(data, dict) and data.get("all") is True:
        yield Ignored(reason="a chat that was cleared on the phone")
        return
    yield from each_part(_list(data, "keys"), "keys", _each(session, _deletion))


def _deletion(session: Session, part: JsonObject) -> Event:
    message_id = Key.of(child(part, "key") or part).message_id(session)
    if message_id is None:
        return Ignored(reason="a deletion without the id of a message")
    return MessageDeleted(message_id=message_id, reason="deleted on the bot's own phone")


_READERS: dict[str, tuple[str, _Reader]] = {
    "messages.upsert": ("messages", message_event),
    "messages.update": ("updates", update_event),
    "message-receipt.update": ("receipts", receipt_update),
    "messages.reaction": ("reactions", reaction_update),
}
