"""Records: what is to be written, whole in itself, so that it can be kept and written later.

A record names everything that its writing needs (ids, times, cleaned text), and writing it twice
changes nothing the second time. That is what makes it safe to keep one that may have been written.
"""

from datetime import datetime

import msgspec

from messagestore.event import MessageDeleted, MessageEdited, ReactionChanged
from messagestore.message import Message, StoredMessage
from messagestore.repository.keys import Key
from messagestore.repository.status_changes import StatusChange
from messagestore.repository.statuses import ChangeResult


class StoreMessage(msgspec.Struct, frozen=True, tag="store"):
    """Store a complete message."""

    message: Message


class ChangeStatus(msgspec.Struct, frozen=True, tag="status"):
    """Raise the status of a message."""

    change: StatusChange


class ConfirmSent(msgspec.Struct, frozen=True, tag="sent"):
    """Give a queued message the provider's id, and the status `sent`."""

    queued: Key
    message_id: str
    at: datetime


class Edit(msgspec.Struct, frozen=True, tag="edit"):
    """Give a message a new text."""

    edit: MessageEdited
    at: datetime


class React(msgspec.Struct, frozen=True, tag="react"):
    """Keep a reaction on its message."""

    reaction: ReactionChanged
    at: datetime


class Hide(msgspec.Struct, frozen=True, tag="hide"):
    """Hide a message that was taken back in the chat."""

    deletion: MessageDeleted
    at: datetime


Rewrite = Edit | React | Hide
"""What changes a message that is stored, or waits for it."""

Record = StoreMessage | ChangeStatus | ConfirmSent | Rewrite

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder[Record](Record)


def encode(record: Record) -> bytes:
    """Return the record as JSON, which a person can read in the quarantine."""
    return _encoder.encode(record)


def decode(data: bytes) -> Record:
    """Read a record back. Raises msgspec.MsgspecError where it is none."""
    try:
        record: Record = _decoder.decode(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(type(error).__name__) from None
    return record


def target_of(record: Record) -> str:
    """Return the message_id that a record is about."""
    match record:
        case StoreMessage(message=message):
            return message.message_id
        case ChangeStatus(change=change):
            return change.message_id
        case ConfirmSent(queued=queued):
            return queued.message_id
        case Edit(edit=event) | React(reaction=event) | Hide(deletion=event):
            return event.message_id


Written = StoredMessage | ChangeResult | Message | None
"""What writing a record came to; None when the queued message that it confirms is not stored."""
