"""The real pywa_async, on the test's database; only Meta itself is a stand-in."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import fastapi
import httpx
import pytest
from pywa.errors import PywaDeprecationWarning, WhatsAppError
from pywa_async.client import WhatsApp
from pywa_async.handlers import MessageHandler

from messagestore import Message, MessageStore, Settings, Status
from messagestore.integrations.pywa import capture
from tests.integration.integrations.whatsapp_api import (
    ANSWER,
    BSUID,
    BUSINESS,
    OPTIONS,
    PERSON,
    WhatsAppApi,
    said,
    signature,
    status,
    webhook,
)


@pytest.fixture
def api() -> WhatsAppApi:
    return WhatsAppApi()


@pytest.fixture
async def session(api: WhatsAppApi) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=api.transport) as session:
        yield session


@pytest.fixture
def wa(session: httpx.AsyncClient, store: MessageStore) -> WhatsApp:
    wa = WhatsApp(session=session, **OPTIONS)
    capture(wa, store)
    return wa


async def stored(store: MessageStore, context: str = PERSON) -> dict[str, Message]:
    page = await store.messages.get_conversation_history(context)
    return {message.message_id: message for message in page.messages}


async def test_a_message_its_reply_and_its_status(
    wa: WhatsApp, api: WhatsAppApi, store: MessageStore
) -> None:
    async def answer(_: Any, message: Any) -> None:
        await message.mark_as_read()
        await message.reply("an answer")
        await message.react("🎉")

    wa.add_handlers(MessageHandler(answer))

    batch = webhook(said("hello"), said("still there?", "wamid.IN2"))
    assert await wa.webhook_update_handler(batch) == ("ok", 200)
    await wa.webhook_update_handler(webhook(statuses=[status("wamid.ANSWER2", "read")]))
    rows = await stored(store)
    assert api.asked[1]["recipient"] == BSUID
    assert {key: (str(row.status), row.content) for key, row in rows.items()} == {
        "wamid.IN1": ("delivered", "hello"),
        "wamid.IN2": ("delivered", "still there?"),
        "wamid.ANSWER2": ("read", "an answer"),
    }
    assert rows["wamid.IN1"].metadata["reactions"][BUSINESS]["emoji"] == "🎉"
    assert rows["wamid.ANSWER2"].sender == BUSINESS


async def test_after_a_restart_the_store_tells_who_a_bsuid_is(
    wa: WhatsApp, store: MessageStore
) -> None:
    await store.logger.log_payload("whatsapp_cloud", webhook(said("hello")))
    await wa.send_message(BSUID, "good morning")
    assert set(await stored(store)) == {"wamid.IN1", ANSWER}


async def test_an_update_is_stored_before_meta_is_answered(
    session: httpx.AsyncClient, store: MessageStore
) -> None:
    """Without `webhook_update_validator` it is stored afterwards, and a crash between loses it."""
    app = fastapi.FastAPI()
    wa = WhatsApp(session=session, server=app, webhook_endpoint="/hook", **OPTIONS)
    capture(wa, store)
    at_the_answer: list[set[str]] = []

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                at_the_answer.append(set(await stored(store)))
            await send(message)

        await app(scope, receive, answer)

    transport = httpx.ASGITransport(app=watched)
    body = webhook(said("hello"))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as meta:
        for header, code in ((signature(body, "forged"), 403), (signature(body), 200)):
            headers = {"X-Hub-Signature-256": header}
            answer = await meta.post("/hook", content=body, headers=headers)
            assert answer.status_code == code
    assert at_the_answer == [set(), {"wamid.IN1"}]
    assert (await store.logger.metrics()).records.written == 1


async def test_what_is_signed_wrong_is_not_stored(wa: WhatsApp, store: MessageStore) -> None:
    body = webhook(said("hello"))
    for header, answer in ((signature(body, "forged"), ("Forbidden", 403)), (None, None)):
        refused = await wa.webhook_update_validator(body, header)
        assert refused == (answer or ("Unauthorized", 401))
    forged: Any = signature(body, "forged")
    with pytest.warns(PywaDeprecationWarning):
        assert await wa.webhook_update_handler(body, forged) == ("Forbidden", 403)
    assert await stored(store) == {}


async def test_a_refusal_is_stored_and_raised(
    wa: WhatsApp, api: WhatsAppApi, store: MessageStore
) -> None:
    api.refusal = {"message": "(#131047) Re-engagement message", "code": 131047}
    with pytest.raises(WhatsAppError, match="Re-engagement message"):
        await wa.send_message(PERSON, "hello")
    [row] = (await stored(store)).values()
    assert (row.status, row.error_message) == (Status.FAILED, "131047 Re-engagement message")


async def test_a_number_that_meta_writes_otherwise_is_the_context(
    wa: WhatsApp, api: WhatsAppApi, store: MessageStore
) -> None:
    api.wa_id = "5511999990000"
    await wa.send_message("+55 11 9999-0000", "oi")
    assert (await stored(store, "5511999990000"))[ANSWER].status is Status.SENT
    assert await stored(store, "551199990000") == {}


async def test_a_send_that_is_given_up_stays_queued(
    wa: WhatsApp, session: httpx.AsyncClient, store: MessageStore
) -> None:
    """Nobody knows whether Meta has it."""
    reached = asyncio.Event()
    answer: asyncio.Future[httpx.Response] = asyncio.get_running_loop().create_future()

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            del request
            reached.set()
            return await answer

    session._transport = Slow()
    sending = asyncio.create_task(wa.send_message(PERSON, "hello"))
    await reached.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert [row.status for row in (await stored(store)).values()] == [Status.QUEUED]


async def test_a_store_that_was_closed_stops_nothing(
    session: httpx.AsyncClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    wa, handled = WhatsApp(session=session, **OPTIONS), []
    async with MessageStore.open(settings=settings) as store:
        capture(wa, store)

    async def note(_: Any, message: Any) -> None:
        handled.append(message.text)

    wa.add_handlers(MessageHandler(note))

    assert await wa.webhook_update_handler(webhook(said("hello"))) == ("ok", 200)
    assert (await wa.send_message("US.2", "hi")).id == ANSWER
    assert handled == ["hello"]
    assert "was not logged" in caplog.text
    assert "hello" not in caplog.text
