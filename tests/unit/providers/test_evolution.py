import json
from typing import Any

import pytest

from messagestore.errors import InvalidPayload
from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    Refused,
    StatusChanged,
)
from messagestore.message import ContextType, Direction, Status
from messagestore.providers.redaction import REMOVED

from .bodies import only_message, parse

BOT, PERSON, GROUP = "12025550100", "13125550177", "120363000000000042@g.us"
JID = f"{PERSON}@s.whatsapp.net"
KEY = {"remoteJid": JID, "fromMe": False, "id": "3EB0AA", "participant": ""}
ID = f"whatsapp:{BOT}:{PERSON}:3EB0AA"


def told(event: str, data: Any, **envelope: Any) -> list[Event]:
    sender = f"{BOT}@s.whatsapp.net"
    body = {"event": event, "instance": "shop", "data": data, "sender": sender, "apikey": "K3Y"}
    return parse("evolution", body | envelope)


def wa(message: Any, **fields: Any) -> dict[str, Any]:
    key = KEY | fields.pop("key", {})
    return {"key": key, "message": message, "messageTimestamp": 1788000000} | fields


def test_a_text_in_both_spellings_of_the_event() -> None:
    data = wa({"conversation": "oi"}, pushName="Eva", status="DELIVERY_ACK", source="android")
    for event in ("messages.upsert", "MESSAGES_UPSERT", "messages-upsert"):
        new = only_message(told(event, data))
        assert (new.message_id, new.context_type) == (ID, ContextType.PRIVATE)
        assert (new.sender, new.recipient, new.context_id) == (PERSON, BOT, PERSON)
        assert (new.content, new.status) == ("oi", Status.DELIVERED)
        assert dict(new.metadata) == {
            "provider": "evolution", "session": "shop", "kind": "text", "profile_name": "Eva",
            "source": "android", "raw": data,
        }  # fmt: skip
    assert only_message(told("messages.upsert", [data])).message_id == ID


def test_the_same_message_has_the_same_id_as_through_baileys() -> None:
    data = wa({"conversation": "oi"})
    other = {
        "event": "messages.upsert",
        "data": {"messages": [data]},
        "me": {"id": f"{BOT}:2@c.us"},
    }
    assert only_message(parse("baileys", other)).message_id == ID
    assert only_message(told("messages.upsert", data)).message_id == ID


def test_neither_the_api_key_nor_a_file_is_kept() -> None:
    """Keep the envelope in `raw`, or take `base64` out of `kept`, to see this fail."""
    message = {"imageMessage": {"url": "https://a.example.com/1.enc"}, "base64": "RklMRQ==",
               "mediaUrl": "https://b.example.com/1.jpg"}  # fmt: skip
    new = only_message(told("messages.upsert", wa(message)))
    kept = json.dumps(dict(new.metadata))
    assert "K3Y" not in kept
    assert "RklMRQ==" not in kept
    assert new.metadata["raw"]["message"]["base64"] == REMOVED
    assert new.media_url == "https://b.example.com/1.jpg"


def test_what_is_answered_is_beside_the_message() -> None:
    info = {"stanzaId": "Q1", "participant": JID, "isForwarded": True}
    data = wa({"conversation": "sim"}, contextInfo=info, key={"fromMe": True}, status="PENDING")
    new = only_message(told("send.message", data))
    assert new.reply_to_message_id == f"whatsapp:{BOT}:{PERSON}:Q1"
    assert (new.direction, new.status, new.sender) == (Direction.OUTGOING, Status.QUEUED, BOT)
    assert new.metadata["forwarded"] is True


def test_over_the_cloud_api_ids_are_those_of_meta() -> None:
    key = {"id": "wamid.A1", "participant": None}
    message = {"conversation": "oi", "contextInfo": {"stanzaId": "wamid.Q1"}}
    new = only_message(told("messages.upsert", wa(message, key=key, source="unknown")))
    assert (new.message_id, new.reply_to_message_id) == ("wamid.A1", "wamid.Q1")
    assert "source" not in new.metadata


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ERROR", Status.FAILED),
        ("PENDING", Status.QUEUED),
        ("SERVER_ACK", Status.SENT),
        ("DELIVERY_ACK", Status.DELIVERED),
        ("READ", Status.READ),
        ("PLAYED", Status.READ),
    ],
)
def test_statuses_are_words(word: str, status: Status) -> None:
    data = {"keyId": "3EB0AA", "remoteJid": JID, "fromMe": True, "messageId": "cm1", "status": word}
    [event] = told("messages.update", data)
    assert isinstance(event, StatusChanged)
    assert (event.message_id, event.status) == (ID, status)


def test_a_status_of_deleted_deletes_nothing() -> None:
    """Evolution says it of votes too: `status[update.status] ?? 'DELETED'`."""
    [event] = told("messages.update", {"keyId": "3EB0AA", "remoteJid": JID, "status": "DELETED"})
    assert isinstance(event, Ignored)


def test_deletions_in_both_forms() -> None:
    for data in (KEY, {"id": "cm1", "key": KEY, "status": "DELETED"}):
        [event] = told("messages.delete", data)
        assert isinstance(event, MessageDeleted)
        assert event.message_id == ID


def edit(chat: str, kind: Any = 14) -> dict[str, Any]:
    key = {"remoteJid": chat, "fromMe": True, "id": "3EB0AA"}
    new = {"conversation": "melhor"}
    return {"key": key, "type": kind, "editedMessage": new, "timestampMs": "1788000000417"}


def test_edits() -> None:
    for event, chat in (("send.message.update", JID), ("messages.edited", GROUP)):
        [found] = told(event, edit(chat))
        assert isinstance(found, MessageEdited)
        assert found.content == "melhor"
        place = PERSON if chat == JID else GROUP
        assert found.message_id == f"whatsapp:{BOT}:{place}:3EB0AA"


def test_an_edit_whose_chat_is_not_told_is_refused_and_not_put_elsewhere() -> None:
    own = f"{BOT}@s.whatsapp.net"
    [event] = told("messages.edited", edit(own))
    assert isinstance(event, Refused)
    [deleted] = told("messages.edited", edit(own, kind="REVOKE"))
    assert isinstance(deleted, Ignored)
    [other] = told("messages.edited", {"type": "EPHEMERAL_SETTING"})
    assert isinstance(other, Ignored)


def test_other_events_and_what_is_no_event() -> None:
    assert told("qrcode.updated", {}) == [Ignored(reason="event qrcode_updated carries no message")]
    others: list[Any] = [{}, {"event": None}, []]
    for payload in others:
        with pytest.raises(InvalidPayload):
            parse("evolution", payload)
