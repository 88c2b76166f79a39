"""The asynchronous half of the real Bolt, on the test's database."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from messagestore import Direction, Message, MessageStore, Status
from messagestore.integrations.slack_bolt import capture
from tests.integration.integrations.slack_api import (
    BOT,
    CHANNEL,
    PERSON,
    SECRET,
    TOKEN,
    SlackApi,
    command,
    echo,
    headers,
    message,
    slack_api,
)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackApi]:
    monkeypatch.setattr(AsyncWebClient, "api_call", AsyncWebClient.api_call)
    monkeypatch.setattr(AsyncWebhookClient, "send_dict", AsyncWebhookClient.send_dict)
    with slack_api() as api:
        yield api


def bot(api: SlackApi, store: MessageStore) -> AsyncApp:
    return AsyncApp(
        client=AsyncWebClient(TOKEN, base_url=api.url, retry_handlers=[]),
        signing_secret=SECRET,
        before_authorize=capture(store),
        process_before_response=True,
    )


async def deliver(app: AsyncApp, body: str) -> int:
    request = AsyncBoltRequest(body=body, headers=headers(body))
    return (await app.async_dispatch(request)).status


async def rows(store: MessageStore) -> list[Message]:
    page = await store.messages.find_by_metadata({"provider": "slack"})
    return sorted(page.messages, key=lambda row: row.message_id)


async def test_a_message_and_its_answer(api: SlackApi, store: MessageStore) -> None:
    app, during = bot(api, store), []

    @app.event("message")
    async def answer(say: Any) -> None:
        during.extend(await rows(store))
        await say("hello to you")

    assert await deliver(app, message()) == 200
    assert [row.sender for row in during] == [PERSON], "stored before it is handled"
    assert await deliver(app, echo(text="hello to you")) == 200
    incoming, sent = await rows(store)
    assert (incoming.sender, incoming.recipient) == (PERSON, BOT)
    assert (sent.message_id, sent.status) == ("slack:T1:C1:1788800000.000001", Status.SENT)
    assert (sent.sender, sent.content) == (BOT, "hello to you")


async def test_what_a_person_and_what_all_are_answered(api: SlackApi, store: MessageStore) -> None:
    app = bot(api, store)

    @app.command("/stock")
    async def answer(ack: Any, respond: Any) -> None:
        await ack()
        await respond("for you")
        await respond("for all", response_type="in_channel")

    assert await deliver(app, command(api)) == 200
    ts = f"{int(time.time())}.000002"
    assert await deliver(app, echo(text="for all", ts=ts)) == 200
    said = [row for row in await rows(store) if row.direction is Direction.OUTGOING]
    assert [(row.content, row.status, row.recipient) for row in said] == [
        ("for you", Status.SENT, PERSON),
        ("for all", Status.SENT, CHANNEL),
    ]
    assert said[1].message_id == f"slack:T1:C1:{ts}"


async def test_an_answer_that_slack_does_not_take(api: SlackApi, store: MessageStore) -> None:
    app = bot(api, store)

    @app.command("/stock")
    async def answer(ack: Any, respond: Any) -> None:
        await ack()
        await respond("for you")

    api.response_status = 404
    assert await deliver(app, command(api)) == 200
    [said] = [row for row in await rows(store) if row.direction is Direction.OUTGOING]
    assert (said.status, (said.error_message or "")[:3]) == (Status.FAILED, "404")


async def test_what_slack_refuses_is_stored_and_raised(api: SlackApi, store: MessageStore) -> None:
    api.answers["chat.postMessage"] = {"ok": False, "error": "channel_not_found"}
    with pytest.raises(SlackApiError) as caught:
        await bot(api, store).client.chat_postMessage(channel=CHANNEL, text="hi")
    assert caught.value.response["error"] == "channel_not_found"
    [failed] = await rows(store)
    assert failed.status is Status.FAILED
    assert "channel_not_found" in (failed.error_message or "")


async def test_a_person_an_edit_and_a_deletion(api: SlackApi, store: MessageStore) -> None:
    api.answers["chat.postMessage"] = {"ok": True, "channel": "D1", "ts": "1788800000.000001"}
    client = bot(api, store).client
    sent = await client.chat_postMessage(channel=PERSON, text="helo")
    await client.chat_update(channel="D1", ts=sent["ts"], text="hello")
    [stored] = await rows(store)
    assert (stored.context_id, stored.content) == ("D1", "hello")
    await client.chat_delete(channel="D1", ts=sent["ts"])
    assert await rows(store) == []


async def test_without_the_database_the_bot_goes_on(api: SlackApi, store: MessageStore) -> None:
    app = bot(api, store)

    @app.event("message")
    async def answer(say: Any) -> None:
        await say("hello to you")

    await store.database.close()
    assert await deliver(app, message()) == 200
    assert api.methods().count("chat.postMessage") == 1
    assert (await store.logger.metrics()).records.spooled >= 2
