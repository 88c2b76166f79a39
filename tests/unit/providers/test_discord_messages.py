import json
from datetime import UTC, datetime
from typing import Any

import pytest

from messagestore.event import Event, Ignored, MessageDeleted, MessageEdited, Refused
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status
from messagestore.providers import get_provider
from tests.unit.providers.bodies import only_message, parse

BOT = "1190000000000000100"
PERSON = {"id": "1190000000000000171", "username": "maya.reads", "global_name": "Maya Okafor"}
EDITED = "2026-09-14T12:05:00.500000+00:00"


def message(**fields: Any) -> dict[str, Any]:
    basic = {
        "id": "1549000000000000001",
        "type": 0,
        "channel_id": "1180000000000000011",
        "author": PERSON,
        "content": "hello",
        "timestamp": "2026-09-14T12:00:00.125000+00:00",
        "edited_timestamp": None,
        "attachments": [],
        "embeds": [],
    }
    return basic | fields


def events(name: str, data: Any, account: str | None = BOT) -> list[Event]:
    body = {"op": 0, "s": 1, "t": name, "d": data}
    return get_provider("discord").parse(json.dumps(body).encode(), account=account)


def created(account: str | None = BOT, **fields: Any) -> NewMessage:
    return only_message(events("MESSAGE_CREATE", message(**fields), account))


def test_the_columns_of_a_message_in_a_server() -> None:
    new = created(guild_id="1180000000000000001")
    assert new.message_id == "discord:1549000000000000001"
    assert (new.context_id, new.context_type) == ("1180000000000000011", ContextType.GROUP)
    assert (new.sender, new.recipient) == (PERSON["id"], BOT)
    assert new.direction is Direction.INCOMING
    assert new.created_at == datetime(2026, 9, 14, 12, 0, 0, 125_000, tzinfo=UTC)
    assert new.metadata["guild_id"] == "1180000000000000001"


def test_a_direct_message_is_private_and_its_context_is_the_channel() -> None:
    new = created()
    assert (new.context_id, new.context_type) == ("1180000000000000011", ContextType.PRIVATE)


def test_a_notice_that_only_a_chat_of_several_has_makes_it_a_group() -> None:
    assert created(type=4, content="Readers").context_type is ContextType.GROUP


@pytest.mark.parametrize(
    ("account", "fields", "direction", "sender"),
    [
        (BOT, {"author": {"id": BOT, "bot": True}}, Direction.OUTGOING, BOT),
        (None, {"author": {"id": BOT, "bot": True}}, Direction.INCOMING, BOT),
        (BOT, {"author": {"id": "7", "bot": True}}, Direction.INCOMING, "7"),
        (BOT, {"author": {"id": "8"}, "webhook_id": "8"}, Direction.INCOMING, "8"),
        (
            BOT,
            {"author": {"id": "8"}, "webhook_id": "8", "application_id": BOT},
            Direction.OUTGOING,
            BOT,
        ),
    ],
)
def test_only_what_our_own_bot_wrote_is_outgoing(
    account: str | None, fields: dict[str, Any], direction: Direction, sender: str
) -> None:
    new = created(account, **fields)
    assert (new.direction, new.sender) == (direction, sender)
    assert new.status is (Status.SENT if direction is Direction.OUTGOING else None)


def test_a_message_without_a_time_has_that_of_its_snowflake() -> None:
    new = created(timestamp=None, id="1549000000000000001")
    assert new.created_at is not None
    assert new.created_at.date() == datetime(2026, 9, 14, tzinfo=UTC).date()
    assert created(timestamp=None, id="17").created_at is None


def test_only_type_19_is_a_reply() -> None:
    reference = {"type": 0, "message_id": "1549000000000000000", "channel_id": "11"}
    reply = created(type=19, message_reference=reference)
    assert reply.reply_to_message_id == "discord:1549000000000000000"
    assert "referenced_message_id" not in reply.metadata
    for number in (0, 6, 18, 21, 46):
        other = created(type=number, message_reference=reference)
        assert other.reply_to_message_id is None
        assert other.metadata["referenced_message_id"] == "discord:1549000000000000000"


def test_a_forward_carries_what_was_forwarded() -> None:
    copy = {"content": "the shelves", "attachments": [{"id": "1", "content_type": "image/png"}]}
    new = created(
        content="",
        message_reference={"type": 1, "message_id": "1549000000000000000"},
        message_snapshots=[{"message": copy}],
    )
    assert (new.content, new.media_type) == ("the shelves", MediaType.IMAGE)
    assert new.metadata["forwarded"] is True
    assert new.reply_to_message_id is None


def test_the_first_file_is_in_the_columns_and_all_are_in_metadata() -> None:
    files = [
        {"id": "1", "filename": "a.mp3", "content_type": "audio/mpeg", "size": 10, "url": "https://a"},
        {"id": "2", "filename": "b", "size": 20, "url": "https://b"},
    ]  # fmt: skip
    new = created(attachments=files)
    assert (new.media_url, new.media_type, new.media_size) == ("https://a", MediaType.AUDIO, 10)
    assert new.media_content_type == "audio/mpeg"
    assert [file["size"] for file in new.metadata["attachments"]] == [10, 20]
    assert created(attachments=files[1:]).media_type is MediaType.DOCUMENT


def test_a_voice_message() -> None:
    file = {"id": "1", "content_type": "audio/ogg", "duration_secs": 4.2}
    new = created(content="", flags=1 << 13, attachments=[file])
    assert (new.media_type, new.content) == (MediaType.AUDIO, None)
    assert (new.metadata["voice"], new.metadata["duration_seconds"]) == (True, 4.2)


def test_a_sticker_and_a_poll() -> None:
    sticker = created(content="", sticker_items=[{"id": "9", "name": "Wave", "format_type": 4}])
    assert (sticker.media_type, sticker.media_content_type) == (MediaType.STICKER, "image/gif")
    poll = created(
        content="",
        poll={
            "question": {"text": "When?"},
            "answers": [{"poll_media": {"text": "Now"}}, {"poll_media": {"emoji": {"name": "🌵"}}}],
        },
    )
    assert (poll.media_type, poll.content) == (MediaType.POLL, "When?")
    assert poll.metadata["poll_options"] == ["Now", "🌵"]


def test_without_a_text_the_content_is_what_a_person_sees() -> None:
    embed = created(content="", embeds=[{"title": "Kokoro", "description": "one copy"}])
    assert (embed.content, embed.metadata["kind"]) == ("Kokoro\none copy", "embed")
    inner = [{"type": 10, "content": "Ready."}, {"type": 2, "label": "Thanks"}]
    shown = created(content="", components=[{"type": 17, "components": inner}])
    assert (shown.content, shown.metadata["kind"]) == ("Ready.", "components")
    assert shown.metadata["buttons"] == ["Thanks"]


@pytest.mark.parametrize(
    ("number", "kind"), [(7, "user_join"), (8, "guild_boost"), (99, "type_99"), ("x", "unknown")]
)
def test_notices_are_messages_of_their_kind(number: Any, kind: str) -> None:
    assert created(type=number, content="").metadata["kind"] == kind


def test_an_edit_that_comes_again_has_the_same_id() -> None:
    [edit] = events("MESSAGE_UPDATE", message(content="hello you", edited_timestamp=EDITED))
    [again] = events("MESSAGE_UPDATE", message(content="hello you", edited_timestamp=EDITED))
    assert isinstance(edit, MessageEdited)
    assert isinstance(again, MessageEdited)
    assert edit.edit_id == again.edit_id == f"discord:1549000000000000001:{EDITED}"
    assert edit.content == "hello you"
    assert edit.at == datetime(2026, 9, 14, 12, 5, 0, 500_000, tzinfo=UTC)


def test_a_partial_edit_leaves_the_text_and_an_emptied_one_empties_it() -> None:
    partial = {"id": "1549000000000000001", "channel_id": "11", "edited_timestamp": EDITED}
    [edit] = events("MESSAGE_UPDATE", partial)
    assert isinstance(edit, MessageEdited)
    assert edit.content is None
    [emptied] = events("MESSAGE_UPDATE", partial | {"content": ""})
    assert isinstance(emptied, MessageEdited)
    assert emptied.content == ""


@pytest.mark.parametrize(
    "update", [message(embeds=[{"title": "a page"}]), {"id": "1", "channel_id": "2", "flags": 4}]
)
def test_an_update_without_the_time_of_an_edit_is_none(update: dict[str, Any]) -> None:
    [event] = events("MESSAGE_UPDATE", update)
    assert isinstance(event, Ignored)


def test_an_answer_that_took_its_time_is_stored_once_it_is_there() -> None:
    """Take out the branch of `_ANSWERS` in messages.py: the answer is never stored."""
    thinking = message(type=20, content="", flags=1 << 7, author={"id": BOT})
    [waiting] = events("MESSAGE_CREATE", thinking)
    assert isinstance(waiting, Ignored)
    new = only_message(events("MESSAGE_UPDATE", thinking | {"content": "42", "flags": 0}))
    assert (new.content, new.direction) == ("42", Direction.OUTGOING)


def test_deletions_one_and_many() -> None:
    [one] = events("MESSAGE_DELETE", {"id": "5", "channel_id": "11"})
    assert isinstance(one, MessageDeleted)
    assert one.message_id == "discord:5"
    found = events("MESSAGE_DELETE_BULK", {"ids": ["5", None, "6"], "channel_id": "11"})
    assert [getattr(event, "message_id", None) for event in found] == [
        "discord:5",
        None,
        "discord:6",
    ]
    assert isinstance(found[1], Refused)
    empty: list[Any] = [None, [], "56"]
    for ids in empty:
        [refused] = events("MESSAGE_DELETE_BULK", {"ids": ids})
        assert isinstance(refused, Refused)


def test_one_broken_dispatch_of_an_array_leaves_the_others() -> None:
    dispatches = [
        {"t": "MESSAGE_CREATE", "d": message()},
        {"t": "MESSAGE_CREATE", "d": message(author=None)},
        {"t": "MESSAGE_CREATE", "d": message(id="1549000000000000002")},
    ]
    found = parse("discord", dispatches)
    assert [type(event).__name__ for event in found] == [
        "MessageReceived", "Refused", "MessageReceived",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "payload",
    [
        {"op": 11, "t": None, "d": None},
        {"op": 0, "t": "GUILD_CREATE", "d": {}},
        {"op": 0, "t": "MESSAGE_REACTION_REMOVE_ALL", "d": {"message_id": "5"}},
        {"version": 1, "application_id": BOT, "type": 0},
        {"version": 1, "application_id": BOT, "type": 1, "token": "x", "id": "1"},
        {"version": 1, "type": 1, "event": {"type": "APPLICATION_AUTHORIZED", "data": {}}},
        {},
        [],
    ],
)
def test_what_carries_no_message_is_accepted(payload: Any) -> None:
    [event] = parse("discord", payload)
    assert isinstance(event, Ignored)
