"""The real Bolt, on the test's database; only Slack itself is a stand-in."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from messagestore import Direction, Message, Settings, Status
from messagestore.blocking import BlockingStore
from messagestore.integrations.slack_bolt import capture
from tests.integration.integrations.slack_api import (
    BOT,
    CHANNEL,
    IDENTITY,
    PERSON,
    SECRET,
    TOKEN,
    SlackApi,
    command,
    echo,
    event_body,
    headers,
    message,
    slack_api,
    tap,
)

ANSWER = "slack:T1:C1:1788800000.000001"


@pytest.fixture
def blocking(settings: Settings) -> Iterator[BlockingStore]:
    with BlockingStore.open(settings=settings) as store:
        yield store


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackApi]:
    for client_class, method in ((WebClient, "api_call"), (WebhookClient, "send_dict")):
        monkeypatch.setattr(client_class, method, getattr(client_class, method))  # puts it back
    with slack_api() as api:
        yield api


def client(api: SlackApi) -> WebClient:
    return WebClient(TOKEN, base_url=api.url, retry_handlers=[])


def bot(api: SlackApi, store: BlockingStore) -> App:
    return App(
        client=client(api),
        signing_secret=SECRET,
        before_authorize=capture(store),
        process_before_response=True,
    )


def deliver(app: App, body: str, **options: Any) -> int:
    request = BoltRequest(body=body, headers=headers(body, **options))
    return app.dispatch(request).status


def rows(store: BlockingStore) -> list[Message]:
    page = store.call(store.messages.find_by_metadata, {"provider": "slack"})
    return sorted(page.messages, key=lambda row: row.message_id)


def row(store: BlockingStore, message_id: str) -> Message:
    found = store.call(store.messages.get_by_message_id, message_id, include_deleted=True)
    assert found is not None
    return found


def test_a_message_and_its_answer(api: SlackApi, blocking: BlockingStore) -> None:
    """The echo of the answer is no second row, and no listener of the bot sees it."""
    app, seen = bot(api, blocking), []

    @app.event("message")
    def answer(event: dict[str, Any], say: Callable[..., Any]) -> None:
        seen.append(event["text"])
        assert [row.content for row in rows(blocking)] == ["hello"], "stored before it is handled"
        say("hello to you", thread_ts=event["ts"])

    def during(arguments: dict[str, Any]) -> dict[str, Any]:
        [queued] = [row for row in rows(blocking) if row.direction is Direction.OUTGOING]
        assert (queued.status, queued.content) == (Status.QUEUED, "hello to you")
        return {"ok": True, "channel": arguments["channel"], "ts": "1788800000.000001"}

    api.answers["chat.postMessage"] = during
    assert deliver(app, message()) == 200
    incoming, sent = rows(blocking)
    assert (incoming.sender, incoming.recipient) == (PERSON, BOT)
    assert (sent.message_id, sent.status, sent.sender) == (ANSWER, Status.SENT, BOT)
    assert sent.reply_to_message_id == incoming.message_id
    assert deliver(app, echo(text="hello to you")) == 200
    assert rows(blocking) == [incoming, sent]
    assert seen == ["hello"]


def test_an_echo_that_comes_first_is_the_message(api: SlackApi, blocking: BlockingStore) -> None:
    app = bot(api, blocking)

    def overtaken(_: dict[str, Any]) -> dict[str, Any]:
        deliver(app, echo(text="hi"))
        return {"ok": True, "channel": CHANNEL, "ts": "1788800000.000001"}

    api.answers["chat.postMessage"] = overtaken
    app.client.chat_postMessage(channel=CHANNEL, text="hi")
    assert [row.message_id for row in rows(blocking)] == [ANSWER]


def test_what_slack_refuses_is_stored_and_raised(api: SlackApi, blocking: BlockingStore) -> None:
    api.answers["chat.postMessage"] = {"ok": False, "error": "channel_not_found"}
    app = bot(api, blocking)
    with pytest.raises(SlackApiError) as caught:
        app.client.chat_postMessage(channel=CHANNEL, text="hi")
    assert caught.value.response["error"] == "channel_not_found"
    [failed] = rows(blocking)
    assert failed.status is Status.FAILED
    assert "channel_not_found" in (failed.error_message or "")
    assert TOKEN not in str(failed)


def test_a_cut_connection_is_stored_and_raised(api: SlackApi, blocking: BlockingStore) -> None:
    api.answers["chat.postMessage"] = None
    app = bot(api, blocking)
    with pytest.raises(ConnectionError):
        app.client.chat_postMessage(channel=CHANNEL, text="hi")
    assert [row.status for row in rows(blocking)] == [Status.FAILED]


def test_a_message_to_a_person_is_in_their_channel(api: SlackApi, blocking: BlockingStore) -> None:
    """Leave the context as the call names it, and the answer is in another one."""
    api.answers["chat.postMessage"] = {"ok": True, "channel": "D1", "ts": "1788800000.000001"}
    bot(api, blocking).client.chat_postMessage(channel=PERSON, text="hi")
    [sent] = rows(blocking)
    assert (sent.message_id, sent.context_id) == ("slack:T1:D1:1788800000.000001", "D1")
    assert sent.status is Status.SENT
    stats = blocking.call(blocking.service.get_message_stats, PERSON)
    assert stats.total == 0


def test_edits_reactions_and_deletions_by_the_bot(api: SlackApi, blocking: BlockingStore) -> None:
    app = bot(api, blocking)
    sent = app.client.chat_postMessage(channel=CHANNEL, text="helo")
    edited = {"user": BOT, "ts": "1788800060.000000"}
    after = {"type": "message", "user": BOT, "text": "hello", "ts": sent["ts"], "edited": edited}
    api.answers["chat.update"] = {
        "ok": True,
        "channel": CHANNEL,
        "ts": sent["ts"],
        "message": after,
    }
    app.client.chat_update(channel=CHANNEL, ts=sent["ts"], text="hello")
    before = {"type": "message", "user": BOT, "text": "helo", "ts": sent["ts"]}
    change: dict[str, Any] = {"message": after, "previous_message": before}
    times = {"subtype": "message_changed", "ts": "1788800060.000700"}
    deliver(app, message(**change | times))
    app.client.reactions_add(channel=CHANNEL, timestamp=sent["ts"], name="books")
    stored = row(blocking, ANSWER)
    assert stored.content == "hello"
    assert len(stored.metadata["edits"]) == 2, "the original, and one edit though it came twice"
    assert stored.metadata["reactions"][BOT]["emoji"] == "books"
    app.client.chat_delete(channel=CHANNEL, ts=sent["ts"])
    assert row(blocking, ANSWER).is_deleted


def test_a_scheduled_message_stays_queued(api: SlackApi, blocking: BlockingStore) -> None:
    app = bot(api, blocking)
    answer = {"ok": True, "channel": CHANNEL, "scheduled_message_id": "Q1", "post_at": 1788900000}
    api.answers["chat.scheduleMessage"] = answer
    app.client.chat_scheduleMessage(channel=CHANNEL, text="soon", post_at=1788900000)
    [queued] = rows(blocking)
    assert (queued.message_id, queued.status) == ("slack:T1:C1:scheduled-Q1", Status.QUEUED)
    app.client.chat_deleteScheduledMessage(channel=CHANNEL, scheduled_message_id="Q1")
    assert rows(blocking) == []


@pytest.mark.parametrize("echo_first", [False, True])
def test_an_upload_and_the_message_that_shows_it_are_one(
    api: SlackApi, blocking: BlockingStore, *, echo_first: bool
) -> None:
    """Take out `_join`, and each upload is two rows: its answer does not name the message."""
    app = bot(api, blocking)
    file = {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 7}
    shown = echo(text="look", subtype="file_share", files=[file])
    answer = {"ok": True, "files": [{"id": "F1", "title": "a.png"}]}

    def complete(_: dict[str, Any]) -> dict[str, Any]:
        if echo_first:
            deliver(app, shown)
        return answer

    api.answers["files.completeUploadExternal"] = complete
    upload = {"ok": True, "upload_url": f"{api.url}upload", "file_id": "F1"}
    api.answers["files.getUploadURLExternal"] = upload
    app.client.files_upload_v2(
        content=b"picture", filename="a.png", channel=CHANNEL, initial_comment="look"
    )
    if not echo_first:
        assert [row.message_id for row in rows(blocking)] == ["slack:T1:C1:file-F1"]
        deliver(app, shown)
    [only] = rows(blocking)
    assert (only.message_id, only.media_size, only.status) == (ANSWER, 7, Status.SENT)


def test_commands_and_buttons(api: SlackApi, blocking: BlockingStore) -> None:
    app = bot(api, blocking)
    app.command("/stock")(lambda ack: ack())
    app.action("reserve")(lambda ack: ack())
    assert deliver(app, command(api)) == 200
    [stored] = rows(blocking)
    assert (stored.content, stored.command_name, stored.recipient) == (
        "/stock kokoro",
        "stock",
        BOT,
    )
    assert api.url not in str(stored.metadata)


def answers(api: SlackApi, store: BlockingStore, **said: Any) -> App:
    """Return a bot that answers a command and a button through their `response_url`."""
    app = bot(api, store)

    def answer(ack: Callable[[], Any], respond: Callable[..., Any]) -> None:
        ack()
        respond(**{"text": "3 left"} | said)

    app.command("/stock")(answer)
    app.action("reserve")(answer)
    return app


def outgoing(store: BlockingStore) -> list[Message]:
    return [row for row in rows(store) if row.direction is Direction.OUTGOING]


def test_what_one_person_is_answered(api: SlackApi, blocking: BlockingStore) -> None:
    """Take `replace` of `send_dict` out: nothing but this tells of it."""
    app = answers(api, blocking)

    def during(_: dict[str, Any]) -> dict[str, Any]:
        assert [row.status for row in outgoing(blocking)] == [Status.QUEUED]
        return {"ok": True}

    api.answers["response"] = during
    assert deliver(app, command(api)) == 200
    [said] = outgoing(blocking)
    assert (said.content, said.status, said.sender) == ("3 left", Status.SENT, BOT)
    assert (said.context_id, said.recipient) == (CHANNEL, PERSON)
    assert said.metadata["kind"] == "ephemeral"
    assert ("response", {"text": "3 left"}) in api.calls
    assert api.url not in str(said.metadata)


@pytest.mark.parametrize("told_first", [False, True])
def test_what_all_are_answered_and_the_event_that_tells_of_it_are_one(
    api: SlackApi, blocking: BlockingStore, *, told_first: bool
) -> None:
    """Take `responses` of the Joiner out, and each answer is two rows."""
    app = answers(api, blocking, response_type="in_channel")
    # An answer of the same words, a day before: it stays what it was.
    deliver(app, echo(text="3 left", ts=f"{int(time.time()) - 86_400}.000001"))
    ts = f"{int(time.time())}.000002"

    def tell(_: dict[str, Any]) -> dict[str, Any]:
        if told_first:
            deliver(app, echo(text="3 left", ts=ts))
        return {"ok": True}

    api.answers["response"] = tell
    assert deliver(app, command(api)) == 200
    if not told_first:
        assert len(outgoing(blocking)) == 2
        deliver(app, echo(text="3 left", ts=ts))
    said = outgoing(blocking)
    assert [row.message_id for row in said][1:] == [f"slack:T1:C1:{ts}"]
    assert [row.status for row in said] == [Status.SENT, Status.SENT]
    stats = blocking.call(blocking.service.get_message_stats, CHANNEL)
    assert (stats.total, stats.outgoing) == (3, 2)


def test_an_answer_that_slack_does_not_take_is_stored_as_failed(
    api: SlackApi, blocking: BlockingStore
) -> None:
    statuses = []
    app = bot(api, blocking)

    def answer(ack: Callable[[], Any], respond: Callable[..., Any]) -> None:
        ack()
        statuses.append(respond("3 left").status_code)

    app.command("/stock")(answer)
    api.response_status = 404
    assert deliver(app, command(api)) == 200
    assert statuses == [404], "the bot sees what it saw before"
    [said] = outgoing(blocking)
    assert said.status is Status.FAILED
    assert (said.error_message or "").startswith("404: ")


@pytest.mark.parametrize(
    ("ephemeral", "said", "stored"),
    [
        (True, {"replace_original": True}, ["3 left"]),
        (False, {"replace_original": True}, []),
        (True, {"replace_original": False}, ["3 left"]),
        (False, {"replace_original": False}, ["3 left"]),
        (True, {"delete_original": True}, []),
        (False, {"delete_original": True}, []),
    ],
)
def test_an_answer_in_the_place_of_a_message(
    api: SlackApi, blocking: BlockingStore, *, ephemeral: bool, said: Any, stored: list[str]
) -> None:
    """Of a message that all see, Slack tells by `message_changed` and `message_deleted`."""
    assert deliver(answers(api, blocking, **said), tap(api, ephemeral=ephemeral)) == 200
    assert "response" in api.methods()
    assert [row.content for row in outgoing(blocking)] == stored


def test_a_webhook_that_answers_nobody_is_sent_and_not_stored(
    api: SlackApi, blocking: BlockingStore
) -> None:
    capture(blocking)
    response = WebhookClient(f"{api.url}services/T1/B1/x").send(text="hello")
    assert (response.status_code, rows(blocking)) == (200, [])


def test_what_is_not_signed_is_not_stored(api: SlackApi, blocking: BlockingStore) -> None:
    assert deliver(bot(api, blocking), message(), secret="another") == 401  # noqa: S106 (a test's)
    assert rows(blocking) == []


def test_a_hook_that_is_put_in_twice_stores_once(api: SlackApi, blocking: BlockingStore) -> None:
    """Take `original_of` out, and the hooks stand upon each other."""
    api.answers["chat.postMessage"] = {"ok": False, "error": "is_archived"}
    bot(api, blocking)
    app = bot(api, blocking)
    with pytest.raises(SlackApiError):
        app.client.chat_postMessage(channel=CHANNEL, text="hi")
    assert len(rows(blocking)) == 1


def test_without_the_store_the_bot_goes_on(api: SlackApi, settings: Settings) -> None:
    with BlockingStore.open(settings=settings) as store:
        app = bot(api, store)
    app.event("message")(lambda say: say("hello to you"))
    assert deliver(app, message()) == 200
    assert api.methods().count("chat.postMessage") == 1
    api.answers["chat.update"] = {"ok": False, "error": "cant_update_message"}
    with pytest.raises(SlackApiError, match="cant_update_message"):
        app.client.chat_update(channel=CHANNEL, ts="1.1", text="x")


def test_a_client_without_an_app_asks_who_it_is_once(
    api: SlackApi, blocking: BlockingStore
) -> None:
    capture(blocking)
    for text in ("one", "two"):
        client(api).chat_postMessage(channel=CHANNEL, text=text)
    assert [row.sender for row in rows(blocking)] == [BOT, BOT]
    assert api.methods() == ["auth.test", "chat.postMessage", "chat.postMessage"]


def test_a_send_waits_until_it_is_known_who_sends(api: SlackApi, blocking: BlockingStore) -> None:
    """Take the lock out, and the second send is stored as that of an unknown team."""
    capture(blocking)

    def send() -> None:
        client(api).chat_postMessage(channel=CHANNEL, text="hi")

    second = threading.Thread(target=send)

    def identity(_: dict[str, Any]) -> dict[str, Any]:
        second.start()
        second.join(0.2)  # as long as it needs without the lock; with it, it waits for us
        return IDENTITY

    api.answers["auth.test"] = identity
    send()
    second.join()
    assert [row.sender for row in rows(blocking)] == [BOT, BOT]
    assert [row.metadata["team_id"] for row in rows(blocking)] == ["T1", "T1"]


def test_a_bot_that_may_not_ask_who_it_is_sends_all_the_same(
    api: SlackApi, blocking: BlockingStore
) -> None:
    api.answers["auth.test"] = {"ok": False, "error": "account_inactive"}
    answer = {"ok": True, "channel": CHANNEL, "ts": "1788800000.000001", "message": {"team": "T1"}}
    api.answers["chat.postMessage"] = answer
    capture(blocking)
    response = client(api).chat_postMessage(channel=CHANNEL, text="hi")
    assert response.data == answer
    [sent] = rows(blocking)
    assert (sent.message_id, sent.sender) == (ANSWER, "unknown")


def test_reactions_of_people(api: SlackApi, blocking: BlockingStore) -> None:
    app = bot(api, blocking)
    deliver(app, message())
    item = {"type": "message", "channel": CHANNEL, "ts": "1788700000.000001"}
    reaction = {"type": "reaction_added", "user": PERSON, "reaction": "eyes", "item": item}
    deliver(app, event_body(reaction | {"event_ts": "1788700001.000001"}))
    [stored] = rows(blocking)
    assert stored.metadata["reactions"][PERSON]["emoji"] == "eyes"


def test_without_the_extra_the_sentence_says_what_to_install() -> None:
    program = (
        "import sys, messagestore\n"
        "assert not [name for name in sys.modules if name.startswith('slack')]\n"
        "sys.modules['slack_bolt'] = None\n"
        "import messagestore.integrations.slack_bolt"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "pip install 'messagestore[slack-bolt]'" in run.stderr
