import json
from typing import Any

import pytest

from messagestore.event import MessageDeleted, MessageEdited, ReactionChanged
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status
from messagestore.providers.slack.installation import Installation
from messagestore.providers.slack.rewrites import change_of
from messagestore.providers.slack.sends import arguments_of, error_of, queued, sent
from tests.unit.providers.test_slack_messages import changed, message

IDENTITY = {"ok": True, "team_id": "T1", "user_id": "U0BOT", "bot_id": "B1"}
APP = Installation.of_identity(IDENTITY)
TS = "1788800000.000200"
TOKEN = {"token": "xoxb-1"}


def send(method: str, **arguments: Any) -> NewMessage:
    new = queued(method, arguments_of(arguments), APP, message_id="local:1")
    assert new is not None
    return new


def test_a_message_is_queued_before_it_is_sent() -> None:
    new = send("chat.postMessage", channel="C1", text="hello", thread_ts="1.1", **TOKEN)
    assert (new.status, new.message_id) == (Status.QUEUED, "local:1")
    assert (new.sender, new.recipient, new.context_id) == ("U0BOT", "C1", "C1")
    assert (new.direction, new.context_type) == (Direction.OUTGOING, ContextType.GROUP)
    assert (new.content, new.reply_to_message_id) == ("hello", "slack:T1:C1:1.1")
    assert "xoxb" not in str(new.metadata)
    done = sent("chat.postMessage", new, {"ok": True, "channel": "C1", "ts": TS}, APP)
    assert (done.message_id, done.status) == (f"slack:T1:C1:{TS}", Status.SENT)


def test_a_message_to_a_person_goes_through_the_channel_of_the_answer() -> None:
    new = send("chat.postMessage", channel="U0ANA", text="hello")
    done = sent("chat.postMessage", new, {"channel": "D1", "ts": TS}, APP)
    assert (done.context_id, done.recipient) == ("D1", "D1")
    assert done.context_type is ContextType.PRIVATE
    assert done.message_id == f"slack:T1:D1:{TS}"


def test_blocks_may_be_json_in_a_string_and_objects_of_the_library() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*two*"}}]
    new = send("chat.postMessage", channel="C1", blocks=json.dumps(blocks), icon=object())
    assert new.content == "*two*"


def test_an_ephemeral_message_and_one_about_oneself() -> None:
    new = send("chat.postEphemeral", channel="C1", user="U0ANA", text="psst")
    assert (new.recipient, new.metadata["kind"]) == ("U0ANA", "ephemeral")
    done = sent("chat.postEphemeral", new, {"ok": True, "message_ts": TS}, APP)
    assert done.message_id == f"slack:T1:C1:{TS}"
    assert send("chat.meMessage", channel="C1", text="waves").metadata["kind"] == "me_message"


def test_a_scheduled_message_stays_queued() -> None:
    new = send("chat.scheduleMessage", channel="C1", text="soon", post_at=1788900000)
    answer = {"ok": True, "channel": "C1", "scheduled_message_id": "Q1", "post_at": 1788900000}
    done = sent("chat.scheduleMessage", new, answer, APP)
    assert (done.message_id, done.status) == ("slack:T1:C1:scheduled-Q1", Status.QUEUED)
    assert done.metadata["post_at"] == 1788900000


def test_an_upload() -> None:
    files = json.dumps([{"id": "F1", "title": "shelf.jpg"}, {"id": "F2", "title": "list"}])
    method = "files.completeUploadExternal"
    new = send(method, channel_id="C1", files=files, initial_comment="look")
    assert (new.content, new.media_type) == ("look", MediaType.IMAGE)
    assert (new.metadata["media_id"], new.metadata["filename"]) == ("F1", "shelf.jpg")
    assert sent(method, new, {"ok": True}, APP).message_id == "slack:T1:C1:file-F1"
    several = send(method, channels="C1,C2", files=files)
    assert several.context_id == "C1"
    private = queued(method, {"files": []}, APP, message_id="local:1")
    assert private is None, "an upload that is shared nowhere is no message"


@pytest.mark.parametrize("method", ["chat.update", "auth.test", "conversations.list"])
def test_other_calls_send_nothing(method: str) -> None:
    assert queued(method, {"channel": "C1", "ts": TS}, APP, message_id="local:1") is None


def test_the_bots_edit_and_its_echo_are_one_edit() -> None:
    """Take the event's own ts into the id, and the bot's edits are stored twice."""
    edited = {"user": "U0BOT", "ts": "1788800060.000000"}
    answer = {"channel": "C1", "ts": TS, "message": message(text="hello!", edited=edited)}
    arguments = {"channel": "C1", "ts": TS, "text": "hello!"}
    edit = change_of("chat.update", arguments, answer, APP, edit_id="local:2")
    [echo] = changed(message(), text="hello!", edited=edited)
    assert isinstance(edit, MessageEdited)
    assert isinstance(echo, MessageEdited)
    assert (edit.message_id, edit.edit_id, edit.content) == (
        echo.message_id,
        echo.edit_id,
        echo.content,
    )
    stream = change_of("chat.stopStream", arguments, {"ok": True}, APP, edit_id="local:2")
    assert stream is None, "its argument is the end of the text, not the whole"
    plain = change_of("chat.update", arguments, {"ok": True}, APP, edit_id="local:2")
    assert isinstance(plain, MessageEdited)
    assert (plain.edit_id, plain.content) == ("local:2", "hello!")


@pytest.mark.parametrize(
    ("method", "arguments", "target"),
    [
        ("chat.delete", {"channel": "C1", "ts": TS}, f"slack:T1:C1:{TS}"),
        (
            "chat.deleteScheduledMessage",
            {"channel": "C1", "scheduled_message_id": "Q1"},
            "slack:T1:C1:scheduled-Q1",
        ),
    ],
)
def test_deletions_by_the_bot(method: str, arguments: Any, target: str) -> None:
    gone = change_of(method, arguments, {"ok": True}, APP, edit_id="")
    assert isinstance(gone, MessageDeleted)
    assert gone.message_id == target


@pytest.mark.parametrize(
    ("method", "emoji"), [("reactions.add", "books"), ("reactions.remove", None)]
)
def test_reactions_by_the_bot(method: str, emoji: str | None) -> None:
    arguments = {"channel": "C1", "timestamp": TS, "name": "books"}
    reaction = change_of(method, arguments, {"ok": True}, APP, edit_id="")
    assert isinstance(reaction, ReactionChanged)
    assert (reaction.message_id, reaction.emoji) == (f"slack:T1:C1:{TS}", emoji)
    assert reaction.sender == "U0BOT"
    assert change_of(method, {"file": "F1", "name": "books"}, {}, APP, edit_id="") is None


def test_identities() -> None:
    org = Installation.of_identity(
        IDENTITY | {"is_enterprise_install": True, "enterprise_id": "E1"}
    )
    assert org.team == "E1"
    unknown = Installation.of_identity({})
    new = queued("chat.postMessage", {"channel": "C1", "text": "x"}, unknown, message_id="local:1")
    assert new is not None
    answer = {"channel": "C1", "ts": TS, "message": {"team": "T1"}}
    assert sent("chat.postMessage", new, answer, unknown).message_id == f"slack:T1:C1:{TS}"


def test_errors() -> None:
    assert error_of({"ok": True}) is None
    assert error_of({"ok": False, "error": "channel_not_found"}) == "channel_not_found"
    assert error_of({}) == "an answer without ok"
