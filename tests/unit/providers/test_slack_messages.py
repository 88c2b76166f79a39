from typing import Any

import pytest

from messagestore.event import (
    Event,
    Ignored,
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
    Refused,
)
from messagestore.message import ContextType, Direction, MediaType, Status
from messagestore.providers.redaction import REMOVED
from tests.unit.providers.bodies import only_message, parse

TEAM, CHANNEL, BOT, PERSON = "T1", "C1", "U0BOT", "U0ANA"
TS = "1788800000.000200"
ID = f"slack:{TEAM}:{CHANNEL}:{TS}"


def slack(event: dict[str, Any], *, account: str | None = None, **envelope: Any) -> list[Event]:
    basic = {
        "type": "event_callback",
        "token": "verification",
        "team_id": TEAM,
        "api_app_id": "A1",
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        "event": event,
    }
    return parse("slack", basic | envelope, account=account)


def message(**fields: Any) -> dict[str, Any]:
    basic = {"type": "message", "user": PERSON, "text": "hello", "ts": TS, "channel": CHANNEL}
    return basic | {"channel_type": "channel"} | fields


def changed(before: dict[str, Any] | None, **after: Any) -> list[Event]:
    event: dict[str, Any] = {"type": "message", "subtype": "message_changed", "channel": CHANNEL}
    event |= {"ts": "1788800060.000300", "message": message() | after}
    return slack(event | ({} if before is None else {"previous_message": before}))


def test_a_message_of_a_person() -> None:
    new = only_message(slack(message(client_msg_id="m-1")))
    assert (new.message_id, new.context_id, new.context_type) == (ID, CHANNEL, ContextType.GROUP)
    assert (new.direction, new.sender, new.recipient) == (Direction.INCOMING, PERSON, BOT)
    assert (new.content, new.metadata["kind"], new.metadata["client_msg_id"]) == (
        "hello",
        "text",
        "m-1",
    )
    assert new.created_at is not None
    assert new.created_at.timestamp() == 1788800000.0002


def test_a_mention_is_the_message_that_it_repeats() -> None:
    """Give mentions an id of their own, and each is stored twice."""
    mention = {key: value for key, value in message().items() if key != "channel_type"}
    new = only_message(slack(mention | {"type": "app_mention"}))
    assert new.metadata["kind"] == "text"
    assert new.message_id == ID


@pytest.mark.parametrize(
    ("channel", "channel_type", "expected"),
    [
        ("D1", "im", ContextType.PRIVATE),
        ("D1", None, ContextType.PRIVATE),
        ("C1", "channel", ContextType.GROUP),
        ("G1", "group", ContextType.GROUP),
        ("G1", "mpim", ContextType.GROUP),
        ("C1", None, ContextType.GROUP),
    ],
)
def test_only_direct_messages_are_private(
    channel: str, channel_type: str | None, expected: ContextType
) -> None:
    event = message(channel=channel, channel_type=channel_type)
    assert only_message(slack(event)).context_type is expected


@pytest.mark.parametrize(
    "author",
    [
        {"user": BOT},
        {"user": "U0OTHER", "app_id": "A1"},
        {"user": None, "bot_id": "B1", "bot_profile": {"app_id": "A1"}},
        {"user": None, "bot_id": "B0ACCOUNT", "subtype": "bot_message"},
    ],
)
def test_what_the_app_wrote_is_outgoing(author: dict[str, Any]) -> None:
    new = only_message(slack(message(**author), account="B0ACCOUNT"))
    assert (new.direction, new.status, new.recipient) == (
        Direction.OUTGOING,
        Status.SENT,
        CHANNEL,
    )
    assert new.sender == (author["user"] or author["bot_id"])


def test_what_other_bots_and_authorized_people_write_is_incoming() -> None:
    other = only_message(slack(message(user=None, bot_id="B2", subtype="bot_message")))
    assert (other.direction, other.sender) == (Direction.INCOMING, "B2")
    for_person = [{"team_id": TEAM, "user_id": PERSON, "is_bot": False}]
    own = only_message(slack(message(), authorizations=for_person))
    assert (own.direction, own.recipient) == (Direction.INCOMING, "unknown")


@pytest.mark.parametrize(
    ("envelope", "team"),
    [
        ({}, "T1"),
        ({"team_id": "T_AUTHOR"}, "T1"),
        ({"authorizations": [], "team_id": "T2"}, "T2"),
        ({"authorizations": None, "context_team_id": "T3", "team_id": "T2"}, "T3"),
        (
            {
                "authorizations": [
                    {"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}
                ]
            },
            "E1",
        ),
    ],
)
def test_the_team_of_ids_is_where_the_app_is_installed(envelope: Any, team: str) -> None:
    """Take the body's team_id instead, and reactions in shared channels miss their message."""
    assert only_message(slack(message(), **envelope)).message_id == f"slack:{team}:{CHANNEL}:{TS}"


def test_answers_in_threads() -> None:
    answer = message(thread_ts="1788700000.000100", subtype="thread_broadcast")
    new = only_message(slack(answer))
    assert new.reply_to_message_id == "slack:T1:C1:1788700000.000100"
    assert new.metadata["kind"] == "thread_broadcast"
    assert only_message(slack(message(thread_ts=TS))).reply_to_message_id is None


def test_several_files_first_in_the_columns_all_in_metadata() -> None:
    files = [
        {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 5, "url_private": "https://f/1"},
        {"id": "F2", "name": "b.pdf", "mimetype": "application/pdf", "size": 3_000_000_000},
        {"id": "F3", "file_access": "check_file_info"},
    ]  # fmt: skip
    new = only_message(slack(message(files=files, subtype="file_share", text="")))
    assert (new.media_url, new.media_type, new.media_size) == ("https://f/1", MediaType.IMAGE, 5)
    assert (new.content, new.metadata["filename"], new.metadata["media_id"]) == (
        None,
        "a.png",
        "F1",
    )
    assert [file["id"] for file in new.metadata["attachments"]] == ["F1", "F2", "F3"]
    assert new.metadata["attachments"][1]["size"] == 3_000_000_000
    hidden = only_message(slack(message(files=files[2:])))
    assert (hidden.media_type, hidden.media_url) == (MediaType.OTHER, None)


def test_words_of_blocks_and_attachments_where_there_is_no_text() -> None:
    rich = {"type": "rich_text_section", "elements": [
        {"type": "text", "text": "see "}, {"type": "link", "url": "https://a.example"},
        {"type": "user", "user_id": "U2"}, {"type": "emoji", "name": "books"},
    ]}  # fmt: skip
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Stock"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*2*"}]},
        {"type": "image", "alt_text": "a shelf", "image_url": "https://a.example/i"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "today"}]},
        {"type": "rich_text", "elements": [rich, rich]},
    ]
    line = "see https://a.example<@U2>:books:"
    expected = f"Stock\n*2*\na shelf\ntoday\n{line}\n{line}"
    assert only_message(slack(message(text="", blocks=blocks))).content == expected
    assert only_message(slack(message(blocks=blocks))).content == "hello"
    card = {"pretext": "Order", "text": "Kokoro", "fields": [{"title": "Price", "value": "9"}]}
    cards = [card, {"fallback": "a picture"}]
    words = only_message(slack(message(text=None, attachments=cards))).content
    assert words == "Order\nKokoro\nPrice\n9\na picture"


@pytest.mark.parametrize("subtype", ["channel_join", "group_topic", "pinned_item"])
def test_what_slack_itself_says(subtype: str) -> None:
    new = only_message(slack(message(subtype=subtype)))
    assert (new.metadata["kind"], new.metadata["system_type"]) == ("system", subtype)
    assert new.sender == PERSON


def test_an_unknown_subtype_is_stored() -> None:
    new = only_message(slack(message(subtype="hologram")))
    assert (new.content, new.metadata["kind"]) == ("hello", "hologram")


def test_an_edit() -> None:
    mark = {"user": PERSON, "ts": "1788800060.000000"}
    [edit] = changed(message(), text="hello!", edited=mark)
    assert isinstance(edit, MessageEdited)
    assert (edit.message_id, edit.content) == (ID, "hello!")
    assert edit.edit_id.startswith(f"{ID}#1788800060.000000-")
    assert edit.at is not None
    assert edit.at.timestamp() == 1788800060.0003
    [again] = changed(message(), text="hello!!", edited=mark)
    assert isinstance(again, MessageEdited)
    assert again.edit_id != edit.edit_id, "two edits in one second stay two"


def test_a_preview_of_a_link_is_no_edit() -> None:
    preview = [{"from_url": "https://a.example", "text": "A page"}]
    assert isinstance(changed(message(), attachments=preview)[0], Ignored)
    assert isinstance(changed(None, text="x")[0], MessageEdited)


def test_other_blocks_are_an_edit_though_slack_does_not_mark_it() -> None:
    """Compare texts only, and a bot's new blocks under the same notification are lost."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "*sold*"}}
    [edit] = changed(message(), blocks=[block])
    assert isinstance(edit, MessageEdited)
    assert edit.metadata["raw_edit"]["blocks"] == [block]
    assert edit.edit_id.startswith(f"{ID}#1788800060.000300-")


def test_deletions() -> None:
    event = {"type": "message", "subtype": "message_deleted", "channel": CHANNEL}
    times = {"deleted_ts": TS, "ts": "1788800060.000300"}
    for [gone] in (slack(event | times), changed(message(), subtype="tombstone")):
        assert isinstance(gone, MessageDeleted)
        assert gone.message_id == ID
        assert gone.at is not None
    [refused] = slack(event)
    assert isinstance(refused, Refused)


@pytest.mark.parametrize(
    ("kind", "emoji"), [("reaction_added", "books"), ("reaction_removed", None)]
)
def test_reactions(kind: str, emoji: str | None) -> None:
    event = {"type": kind, "user": PERSON, "reaction": "books", "event_ts": "1788800060.000300"}
    item = {"type": "message", "channel": CHANNEL, "ts": TS}
    [reaction] = slack(event | {"item": item})
    assert isinstance(reaction, ReactionChanged)
    assert (reaction.message_id, reaction.sender, reaction.emoji) == (ID, PERSON, emoji)
    assert isinstance(slack(event | {"item": {"type": "file", "file": "F1"}})[0], Ignored)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "team_join", "user": {"id": PERSON}},
        {"type": "message", "subtype": "message_replied", "channel": CHANNEL, "ts": TS},
        {},
    ],
)
def test_what_carries_no_message_is_ignored(event: dict[str, Any]) -> None:
    assert isinstance(slack(event)[0], Ignored)


def test_secrets_are_not_kept() -> None:
    """Take "responseurl" out of redaction.py: whoever reads the table could write as the app."""
    new = only_message(
        slack(message() | dict.fromkeys(("token", "response_url", "bot_access_token"), "x"))
    )
    raw = new.metadata["raw"]
    assert raw["token"] == raw["response_url"] == raw["bot_access_token"] == REMOVED
    assert "verification" not in str(new.metadata)
