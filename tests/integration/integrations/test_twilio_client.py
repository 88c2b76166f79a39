import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient

from messagestore import Direction, Message, MessageStore, Settings, Status
from messagestore.blocking import BlockingStore
from messagestore.integrations.twilio import AsyncStoringHttpClient, StoringHttpClient
from tests.conftest import execute
from tests.integration.integrations.twilio_api import TwilioApi, twilio_api

SEND = {"from_": "whatsapp:+12025550100", "to": "whatsapp:+13125550177", "body": "hello"}
CONTEXT = "13125550177"
REFUSAL = {"code": 21211, "message": "Invalid 'To'", "more_info": "", "status": 400}


@pytest.fixture
def api() -> Iterator[TwilioApi]:
    with twilio_api() as api:
        yield api


@pytest.fixture
def http_client(blocking: BlockingStore) -> Iterator[StoringHttpClient]:
    client = StoringHttpClient(blocking)
    yield client
    close(client)


def close(client: TwilioHttpClient) -> None:
    assert client.session is not None
    client.session.close()


def stored(blocking: BlockingStore, context: str = CONTEXT) -> list[Message]:
    return blocking.call(blocking.messages.get_conversation_history, context).messages


def test_a_message_is_queued_before_it_leaves_and_sent_after_it(
    api: TwilioApi, blocking: BlockingStore, http_client: StoringHttpClient
) -> None:
    before: list[Message] = []
    api.while_asked = lambda: before.extend(stored(blocking))
    sent = api.client(http_client).messages.create(**SEND)
    assert sent.sid == "SM1"
    assert sent.body == "hello"
    [queued], [message] = before, stored(blocking)
    assert queued.status is Status.QUEUED
    assert queued.message_id.startswith("local:")
    assert (message.id, message.message_id, message.status) == (queued.id, "SM1", Status.SENT)
    assert (message.content, message.direction) == ("hello", Direction.OUTGOING)
    assert (message.sender, message.recipient) == ("12025550100", CONTEXT)


def test_a_refusal_is_stored_and_raised_as_without_the_store(
    api: TwilioApi, blocking: BlockingStore, http_client: StoringHttpClient
) -> None:
    api.status, api.body = 400, REFUSAL
    raised = []
    plain = TwilioHttpClient()
    for each in (plain, http_client):
        with pytest.raises(TwilioRestException) as caught:
            api.client(each).messages.create(**SEND)
        raised.append(vars(caught.value))
    close(plain)
    assert raised[0] == raised[1]
    [message] = stored(blocking)
    assert (message.status, message.error_message) == (Status.FAILED, "21211 Invalid 'To'")


def test_twilio_out_of_reach_is_stored_and_raised(
    blocking: BlockingStore, http_client: StoringHttpClient
) -> None:
    with twilio_api() as api:
        client = api.client(http_client)
    with pytest.raises(requests.ConnectionError):
        client.messages.create(**SEND)
    [message] = stored(blocking)
    assert message.status is Status.FAILED
    assert (message.error_message or "").startswith("ConnectionError: ")


def test_a_scheduled_message_that_is_canceled_has_failed(
    api: TwilioApi, blocking: BlockingStore, http_client: StoringHttpClient
) -> None:
    client = api.client(http_client)
    client.messages.create(**SEND)
    api.status, api.body = 200, {"sid": "SM1", "status": "canceled"}
    client.messages("SM1").update(status="canceled")
    [message] = stored(blocking)
    assert (message.status, message.error_message) == (
        Status.FAILED,
        "canceled before it was sent",
    )


def test_a_cancellation_that_twilio_refuses_changes_nothing(
    api: TwilioApi, blocking: BlockingStore, http_client: StoringHttpClient
) -> None:
    client = api.client(http_client)
    client.messages.create(**SEND)
    api.status, api.body = 400, REFUSAL
    with pytest.raises(TwilioRestException):
        client.messages("SM1").update(status="canceled")
    assert [message.status for message in stored(blocking)] == [Status.SENT]


def test_other_calls_store_nothing_and_answer_as_before(
    api: TwilioApi, blocking: BlockingStore, http_client: StoringHttpClient
) -> None:
    client = api.client(http_client)
    api.status = 200
    assert client.messages("SM1").fetch().body == "hello"
    assert client.messages("SM1").update(body="").sid == "SM1"
    assert client.messages("SM1").delete() is True
    assert [method for method, _ in api.asked] == ["GET", "POST", "DELETE"]
    assert stored(blocking) == []


def test_what_cannot_be_stored_is_sent_all_the_same(
    api: TwilioApi, http_client: StoringHttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    too_long = "messenger:" + "9" * 600
    sent = api.client(http_client).messages.create(**SEND | {"to": too_long})
    assert sent.sid == "SM1"
    assert api.asked[0][1]["To"] == [too_long]
    assert "the hook met InvalidMessage" in caplog.text
    assert too_long not in caplog.text


def test_a_store_that_was_closed_stops_no_send(
    api: TwilioApi, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with BlockingStore.open(settings=settings) as store:
        http_client = StoringHttpClient(store)
    client = api.client(http_client)
    assert client.messages.create(**SEND).sid == "SM1"
    assert client.messages("SM1").update(status="canceled").sid == "SM1"
    close(http_client)
    assert "the store is closed" in caplog.text


def test_a_database_that_is_gone_stops_no_send(
    api: TwilioApi, settings: Settings, server_url: str
) -> None:
    name = urlsplit(str(settings.database_url)).path[1:]
    quick = settings.model_copy(update={"close_grace": 0.1})
    with BlockingStore.open(settings=quick) as store:
        asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))
        http_client = StoringHttpClient(store)
        assert api.client(http_client).messages.create(**SEND).sid == "SM1"
        close(http_client)
        assert store.call(store.logger.metrics).records.spooled == 2  # queued, and sent
    asyncio.run(execute(server_url, f"CREATE DATABASE {name}"))


def test_arguments_that_the_library_refuses_it_still_refuses(
    http_client: StoringHttpClient,
) -> None:
    with pytest.raises(TypeError):
        http_client.request("POST")
    with pytest.raises(ValueError, match=r"^0$"):
        http_client.request("GET", "http://127.0.0.1:1", timeout=0)


# The library still hands aiohttp what aiohttp 4 will not take.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning")
async def test_the_asynchronous_client_stores_alike(api: TwilioApi, store: MessageStore) -> None:
    async with AsyncStoringHttpClient(store) as http_client:
        client = api.client(http_client)
        sent = await client.messages.create_async(**SEND)
        api.status, api.body = 200, {"sid": "SM1", "status": "canceled"}
        await client.messages("SM1").update_async(status="canceled")
        api.status, api.body = 400, REFUSAL
        with pytest.raises(TwilioRestException, match="Invalid 'To'"):
            await client.messages.create_async(**SEND)
    assert sent.sid == "SM1"
    page = await store.messages.get_conversation_history(CONTEXT)
    found: dict[str, Any] = {message.error_message or "": message for message in page.messages}
    assert set(found) == {"canceled before it was sent", "21211 Invalid 'To'"}
    assert found["canceled before it was sent"].message_id == "SM1"


def test_without_the_extra_the_rest_works_and_the_hook_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['twilio'] = None\n"
        "import messagestore.providers, messagestore.blocking\n"
        "import messagestore.integrations.twilio\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "twilio is not installed: pip install 'messagestore[twilio]'" in run.stderr
