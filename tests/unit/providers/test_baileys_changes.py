from typing import Any

import pytest

from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
    StatusChanged,
)
from messagestore.message import Status

from .bodies import parse
from .test_baileys_messages import BOT, GROUP, HIDDEN, JID, ME, PERSON, upsert, wa

TARGET = f"whatsapp:{BOT}:{PERSON}:T1"
KEY = {"remoteJid": JID, "fromMe": True, "id": "T1"}


def told(event: str, data: Any) -> list[Event]:
    return parse("baileys", {"event": event, "data": data, "me": ME})


@pytest.mark.parametrize(
    ("number", "word", "status"),
    [
        (0, "ERROR", Status.FAILED),
        (1, "PENDING", Status.QUEUED),
        (2, "SERVER_ACK", Status.SENT),
        (3, "DELIVERY_ACK", Status.DELIVERED),
        (4, "READ", Status.READ),
        (5, "PLAYED", Status.READ),
    ],
)
def test_the_statuses(number: int, word: str, status: Status) -> None:
    for value in (number, word):
        update = {"status": value, "messageTimestamp": 1788000000}
        [event] = told("messages.update", [{"key": KEY, "update": update}])
        assert isinstance(event, StatusChanged)
        assert (event.message_id, event.status, event.context_id) == (TARGET, status, PERSON)
        assert (event.error_message is None) == (status is not Status.FAILED)


def test_unknown_statuses_change_nothing() -> None:
    for value in (6, -1, True, "HEARD", None, [1]):
        [event] = told("messages.update", [{"key": KEY, "update": {"status": value}}])
        assert isinstance(event, Ignored)
    [other] = told("messages.update", [{"key": KEY, "update": {"starred": True}}])
    assert isinstance(other, Ignored)


def test_a_hidden_chat_is_not_named_as_the_context_of_a_status() -> None:
    [event] = told("messages.update", [{"key": KEY | {"remoteJid": HIDDEN},
                                        "update": {"status": 3}}])  # fmt: skip
    assert isinstance(event, StatusChanged)
    assert (event.message_id, event.context_id) == (f"whatsapp:{BOT}:{HIDDEN}:T1", None)


@pytest.mark.parametrize(
    ("field", "status"),
    [
        ("receiptTimestamp", Status.DELIVERED),
        ("readTimestamp", Status.READ),
        ("playedTimestamp", Status.READ),
    ],
)
def test_receipts_of_a_group(field: str, status: Status) -> None:
    key = KEY | {"remoteJid": GROUP, "participant": HIDDEN}
    [event] = told("message-receipt.update", [{"key": key, "receipt": {field: 1788000000}}])
    assert isinstance(event, StatusChanged)
    assert (event.message_id, event.status) == (f"whatsapp:{BOT}:{GROUP}:T1", status)


def test_one_edit_that_is_told_twice_has_one_id() -> None:
    """Baileys gives an edit as a message and as an update; the second has no id of its own."""
    better = {"conversation": "better"}
    protocol = {"type": 14, "key": {"id": "T1", "remoteJid": f"{BOT}@s.whatsapp.net"},
                "editedMessage": better, "timestampMs": "1788000000417"}  # fmt: skip
    [first] = upsert(wa({"editedMessage": {"message": {"protocolMessage": protocol}}}))
    update = {"message": {"editedMessage": {"message": better}}, "messageTimestamp": 1788000000}
    [second] = told("messages.update", [{"key": KEY, "update": update}])
    assert isinstance(first, MessageEdited)
    assert isinstance(second, MessageEdited)
    assert (first.message_id, first.content) == (TARGET, "better")
    assert (first.edit_id, first.at) == (second.edit_id, second.at)
    update["messageTimestamp"] = 1788000001
    [again] = told("messages.update", [{"key": KEY, "update": update}])
    assert isinstance(again, MessageEdited)
    assert again.edit_id != first.edit_id


def test_deletions() -> None:
    protocol = {"protocolMessage": {"type": 0, "key": {"id": "T1"}}}
    update = {"message": None, "messageStubType": 1, "key": {"id": "D1"}}
    for events in (
        upsert(wa(protocol)),
        told("messages.update", [{"key": KEY, "update": update}]),
        told("messages.delete", {"keys": [KEY]}),
    ):
        [event] = events
        assert isinstance(event, MessageDeleted)
        assert event.message_id == TARGET
    [cleared] = told("messages.delete", {"jid": JID, "all": True})
    assert isinstance(cleared, Ignored)


@pytest.mark.parametrize(("text", "emoji"), [("🎉", "🎉"), ("", None), (None, None)])
def test_reactions(text: str | None, emoji: str | None) -> None:
    reaction = {"text": text, "senderTimestampMs": {"low": -2020638976, "high": 416, "x": 1}}
    own = {"reaction": reaction | {"key": {"remoteJid": JID, "fromMe": False, "id": "R1"}}}
    for events in (
        upsert(wa({"reactionMessage": reaction | {"key": {"id": "T1"}}})),
        told("messages.reaction", [{"key": KEY} | own]),
    ):
        [event] = events
        assert isinstance(event, ReactionChanged)
        assert (event.message_id, event.emoji, event.sender) == (TARGET, emoji, PERSON)
        assert event.at is not None
