"""The past of a number that moves from the WhatsApp Business app to the platform ("coexistence").

Source: Meta's `history` webhook. Its messages come in threads, one a person, with the last known
status of each. Media of the last 14 days comes later, in further webhooks of the same field.
"""

from collections.abc import Iterator
from typing import Any

from messagestore.event import Event, Ignored, MessageReceived
from messagestore.message import Direction, Status
from messagestore.providers.attempt import each_part
from messagestore.providers.content import edited
from messagestore.providers.fields import (
    checked_identifier,
    child,
    children,
    identifier,
    number,
    present,
    text,
)
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.whatsapp_cloud.change import Change, phone
from messagestore.providers.whatsapp_cloud.contents import content_of
from messagestore.providers.whatsapp_cloud.failure import code_of
from messagestore.providers.whatsapp_cloud.messages import message_event, new_message
from messagestore.providers.whatsapp_cloud.parties import history_parties

_STATUSES = {
    "PENDING": Status.QUEUED,
    "SENT": Status.SENT,
    "ERROR": Status.FAILED,
    "DELIVERED": Status.DELIVERED,
    "READ": Status.READ,
    "PLAYED": Status.READ,
}
_NOT_MESSAGES = frozenset({"reaction", "edit", "revoke"})


def history_events(change: Change, chunk: JsonObject) -> Iterator[Event]:
    """Yield the messages of one chunk; one without threads says why there are none."""
    if chunk.get("threads") is None:
        codes = [code_of(error) for error in children(chunk, "errors")]
        yield Ignored(reason=f"history is not shared, code {codes[0] if codes else 'unknown'}")
        return
    extra = present(
        history=True,
        history_phase=number(child(chunk, "metadata"), "phase"),
    )

    def thread_events(thread: JsonObject) -> Iterator[Event]:
        person = phone(thread, "id") or identifier(thread, "context", "user_id")

        def events(message: JsonObject) -> list[Event]:
            return [_past_event(change, person, message, extra)]

        return each_part(thread.get("messages", []), "messages", events)

    yield from each_part(chunk["threads"], "threads", thread_events)


def history_media_events(change: Change, message: JsonObject) -> Iterator[Event]:
    """Yield a message whose media is told after the message itself, by the same id.

    The message may be stored already, as a `media_placeholder`: then storing it again changes
    nothing, and the edit fills in what it carries.
    """
    parties = history_parties(change, None, message)
    event = message_event(change, message, parties)
    if not isinstance(event, MessageReceived):
        yield event
        return
    new = new_message(change, message, parties, extra={"history": True})
    yield MessageReceived(message=new)
    yield edited(
        content_of(message),
        message_id=new.message_id,
        edit_id=checked_identifier(f"{new.message_id}#media", "id"),
        at=new.created_at,
        raw=without_secrets(message),
    )


def _past_event(
    change: Change, person: str | None, message: JsonObject, extra: dict[str, Any]
) -> Event:
    parties = history_parties(change, person, message)
    if text(message, "type") in _NOT_MESSAGES:
        return message_event(change, message, parties)
    word = text(message, "history_context", "status") or ""
    status = _STATUSES.get(word.upper())
    if status and parties.direction is Direction.INCOMING:
        status = max(status, Status.DELIVERED, key=lambda known: known.rank)
    return MessageReceived(
        message=new_message(change, message, parties, status=status, extra=extra)
    )
