from typing import Any

import pytest

from messagestore.event import Ignored, MessageDeleted, MessageEdited, ReactionChanged
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status
from messagestore.providers.discord.changes import changes_after
from messagestore.providers.discord.sends import (
    Place,
    created_id,
    created_message,
    sent_message,
)

BOT = "1190000000000000100"
CHANNEL = "/channels/1180000000000000011/messages"
WEBHOOK = "/webhooks/1199000000000000001/example-webhook-token"
CALLBACK = "/interactions/1549000000000000009/example-interaction-token/callback"
PLACE = Place("1180000000000000011", "1180000000000000001")


def queued(
    path: str, payload: dict[str, Any], place: Place | None = PLACE, method: str = "POST"
) -> NewMessage | None:
    return sent_message((method, path, payload), message_id="local:1", account=BOT, place=place)


def test_a_message_is_queued_as_it_leaves() -> None:
    new = queued(CHANNEL, {"content": "hello", "nonce": "n1", "tts": False})
    assert new is not None
    assert (new.message_id, new.status) == ("local:1", Status.QUEUED)
    assert (new.direction, new.sender) == (Direction.OUTGOING, BOT)
    assert new.context_id == new.recipient == "1180000000000000011"
    assert (new.context_type, new.content) == (ContextType.GROUP, "hello")
    assert new.created_at is None, "the store's clock: Discord has not seen it yet"
    assert new.metadata["nonce"] == "n1"
    assert new.metadata["raw"] == {"content": "hello", "nonce": "n1", "tts": False}


def test_without_a_server_it_is_private() -> None:
    new = queued(CHANNEL, {"content": "hello"}, place=None)
    assert new is not None
    assert new.context_type is ContextType.PRIVATE


def test_a_reply_and_a_forward() -> None:
    reference = {"message_id": 1549000000000000001, "channel_id": 11}
    reply = queued(CHANNEL, {"content": "yes", "message_reference": reference})
    forward = queued(CHANNEL, {"message_reference": reference | {"type": 1}})
    assert reply is not None
    assert forward is not None
    assert reply.reply_to_message_id == "discord:1549000000000000001"
    assert forward.reply_to_message_id is None


def test_files_stickers_and_polls_on_their_way_out() -> None:
    file = queued(CHANNEL, {"attachments": [{"id": 0, "filename": "shelf.png"}]})
    sticker = queued(CHANNEL, {"sticker_ids": [1197000000000000001]})
    poll = queued(CHANNEL, {"poll": {"question": {"text": "When?"}, "answers": []}})
    kinds = [found.media_type if found else None for found in (file, sticker, poll)]
    assert kinds == [MediaType.IMAGE, MediaType.STICKER, MediaType.POLL]


def test_webhooks_and_interactions_need_a_place() -> None:
    answer = {"type": 4, "data": {"content": "42", "flags": 64}}
    for path, payload in ((WEBHOOK, {"content": "42"}), (CALLBACK, answer)):
        assert queued(path, payload, place=None) is None
        new = queued(path, payload)
        assert new is not None
        assert new.content == "42"
        assert "token" not in str(new)


@pytest.mark.parametrize(
    ("method", "path", "payload"),
    [
        ("POST", "/channels/11/typing", {}),
        ("GET", CHANNEL, {}),
        ("PATCH", f"{CHANNEL}/5", {"content": "x"}),
        ("POST", CALLBACK, {"type": 5}),
        ("POST", CALLBACK, {"type": 7, "data": {"content": "x"}}),
        ("POST", f"{WEBHOOK}/messages/5", {}),
    ],
)
def test_what_sends_nothing(method: str, path: str, payload: dict[str, Any]) -> None:
    assert queued(path, payload, method=method) is None


def test_the_message_in_an_answer() -> None:
    message = {"id": "5", "channel_id": "1180000000000000011"}
    answers: list[tuple[str, Any]] = [
        (CHANNEL, message),
        (WEBHOOK, message),
        (CALLBACK, {"interaction": {}, "resource": {"type": 4, "message": message}}),
    ]
    for path, answer in answers:
        found = created_message("POST", path, answer, PLACE)
        assert created_id(found) == "discord:5"
        assert found["guild_id"] == "1180000000000000001"
    without: list[Any] = [None, "", [], {}, {"id": None}, message | {"flags": 1 << 7}]
    for answer in without:
        assert created_id(created_message("POST", CHANNEL, answer, None)) is None
    threads = "/channels/11/threads"
    assert created_message("POST", threads, {"id": "6"}, None) == {}
    assert created_message("POST", threads, {"id": "6", "message": message}, None) == message


def test_edits_by_the_bot() -> None:
    time = "2026-09-14T12:05:00.500000+00:00"
    message = {"id": "5", "channel_id": "11", "content": "new", "edited_timestamp": time}
    [edit] = changes_after(("PATCH", f"{CHANNEL}/5", {}), message, account=BOT)
    assert isinstance(edit, MessageEdited)
    assert (edit.message_id, edit.content) == ("discord:5", "new")
    [original] = changes_after(("PATCH", f"{WEBHOOK}/messages/@original", {}), message, account=BOT)
    assert original == edit
    answer = {"resource": {"message": message}}
    [tapped] = changes_after(("POST", CALLBACK, {"type": 7}), answer, account=BOT)
    assert tapped == edit
    unchanged = message | {"edited_timestamp": None}
    [ignored] = changes_after(("PATCH", f"{CHANNEL}/5", {}), unchanged, account=BOT)
    assert isinstance(ignored, Ignored)


def test_deletions_by_the_bot() -> None:
    for path in (f"{CHANNEL}/5", f"{WEBHOOK}/messages/5"):
        [deleted] = changes_after(("DELETE", path, {}), "", account=BOT)
        assert isinstance(deleted, MessageDeleted)
        assert deleted.message_id == "discord:5"
    bulk = ("POST", f"{CHANNEL}/bulk-delete", {"messages": ["5", "6"]})
    assert len(changes_after(bulk, "", account=BOT)) == 2
    assert changes_after(("DELETE", f"{WEBHOOK}/messages/@original", {}), "", account=BOT) == []


def test_reactions_by_the_bot() -> None:
    path = f"{CHANNEL}/5/reactions/%F0%9F%93%9A"
    [added] = changes_after(("PUT", f"{path}/@me", {}), "", account=BOT)
    assert added == ReactionChanged(message_id="discord:5", sender=BOT, emoji="📚")
    [removed] = changes_after(("DELETE", f"{path}/7", {}), "", account=BOT)
    assert removed == ReactionChanged(message_id="discord:5", sender="7", emoji=None)
    assert changes_after(("GET", f"{path}/7", {}), "", account=BOT) == []
