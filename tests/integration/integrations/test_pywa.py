"""The real pywa, on the test's database; only Meta itself is a stand-in."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import fastapi
import httpx
import pytest
from pywa.client import WhatsApp
from pywa.errors import PywaDeprecationWarning, WhatsAppError
from pywa.handlers import MessageHandler
from pywa.types.callback import Button

from messagestore import Direction, Message, Settings, Status
from messagestore.blocking import BlockingStore
from messagestore.errors import InvalidSettings
from messagestore.integrations.pywa import capture
from tests.conftest import execute
from tests.integration.integrations.whatsapp_api import (
    ANSWER,
    BSUID,
    BUSINESS,
    OPTIONS,
    PERSON,
    TOKEN,
    WhatsAppApi,
    said,
    signature,
    status,
    webhook,
)

REFUSAL = {"message": "(#131047) Re-engagement message", "code": 131047, "fbtrace_id": "x"}


@pytest.fixture
def api() -> WhatsAppApi:
    return WhatsAppApi()


@pytest.fixture
def bare(api: WhatsAppApi) -> Iterator[Callable[..., WhatsApp]]:
    """Make clients of pywa that ask the stand-in."""
    sessions = []

    def make(**options: Any) -> WhatsApp:
        sessions.append(httpx.Client(transport=api.transport))
        return WhatsApp(session=sessions[-1], **OPTIONS | options)

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def wa(bare: Callable[..., WhatsApp], blocking: BlockingStore) -> WhatsApp:
    wa = bare()
    capture(wa, blocking)
    return wa


def stored(blocking: BlockingStore, context: str = PERSON) -> dict[str, Message]:
    page = blocking.call(blocking.messages.get_conversation_history, context)
    return {message.message_id: message for message in page.messages}


def test_a_message_and_its_reply_to_a_bsuid_are_one_conversation(
    wa: WhatsApp, api: WhatsAppApi, blocking: BlockingStore
) -> None:
    """Without the directory the reply is in a context of its own, the BSUID's."""
    before: list[dict[str, Message]] = []
    api.while_asked = lambda: before.append(stored(blocking))

    def answer(_: WhatsApp, message: Any) -> None:
        message.reply("an answer", quote=True)

    wa.add_handlers(MessageHandler(answer))

    assert wa.webhook_update_handler(webhook(said("hello"))) == ("ok", 200)
    assert api.asked[0]["recipient"] == BSUID
    assert "to" not in api.asked[0]
    [(queued_id, queued), (incoming_id, _)] = sorted(before[0].items())
    assert (incoming_id, queued.status) == ("wamid.IN1", Status.QUEUED)
    assert queued_id.startswith("local:")
    rows = stored(blocking)
    assert set(rows) == {"wamid.IN1", ANSWER}
    row = rows[ANSWER]
    assert (row.id, row.status, row.content) == (queued.id, Status.SENT, "an answer")
    assert (row.sender, row.recipient) == (BUSINESS, PERSON)
    assert row.reply_to_message_id == "wamid.IN1"
    assert row.metadata["user_id"] == BSUID
    assert stored(blocking, BSUID) == {}
    assert TOKEN not in str(rows)


def test_after_a_restart_the_store_tells_who_a_bsuid_is(
    bare: Callable[..., WhatsApp], api: WhatsAppApi, blocking: BlockingStore
) -> None:
    """Without `look_up` the message is in a context of its own."""
    yesterday, today = bare(), bare()
    capture(yesterday, blocking)
    yesterday.webhook_update_handler(webhook(said("hello")))
    capture(today, blocking)
    today.send_message(BSUID, "good morning")
    assert stored(blocking)[ANSWER].sender == BUSINESS
    stranger = "US.2"
    today.send_message(stranger, "hello")
    assert set(stored(blocking, stranger)) == {"wamid.ANSWER2"}
    assert len(api.asked) == 2


def test_every_message_and_status_of_a_batch_is_stored(
    wa: WhatsApp, blocking: BlockingStore
) -> None:
    """A handler of pywa's sees the first of them only."""
    handled: list[str] = []

    def note(_: WhatsApp, message: Any) -> None:
        handled.append(message.id)

    wa.add_handlers(MessageHandler(note))

    wa.send_message(PERSON, "first")
    wa.send_message(PERSON, "second")
    batch = [said("one"), said("two", "wamid.IN2"), said("three", "wamid.IN3")]
    wa.webhook_update_handler(webhook(*batch))
    read = [status(ANSWER, "delivered"), status("wamid.ANSWER2", "read")]
    wa.webhook_update_handler(webhook(statuses=read))
    rows = stored(blocking)
    assert handled == ["wamid.IN1"]
    assert {key: str(row.status) for key, row in rows.items()} == {
        ANSWER: "delivered",
        "wamid.ANSWER2": "read",
        "wamid.IN1": "delivered",
        "wamid.IN2": "delivered",
        "wamid.IN3": "delivered",
    }


def test_a_handler_that_fails_or_does_not_exist_loses_nothing(
    wa: WhatsApp, blocking: BlockingStore
) -> None:
    def fail(_: WhatsApp, __: Any) -> None:
        raise RuntimeError

    wa.add_handlers(MessageHandler(fail))

    elsewhere = webhook(said("other number", "wamid.IN2")).replace(b'"1001"', b'"1002"')
    assert wa.webhook_update_handler(webhook(said("hello"))) == ("ok", 200)
    assert wa.webhook_update_handler(elsewhere) == ("ok", 200)
    assert wa.webhook_update_handler(webhook(said("hello"))) == ("ok", 200)
    assert set(stored(blocking)) == {"wamid.IN1", "wamid.IN2"}


def test_what_is_signed_wrong_is_not_stored(wa: WhatsApp, blocking: BlockingStore) -> None:
    """Stored before pywa's own check, it would be here."""
    body = webhook(said("hello"))
    forged: Any = signature(body, "another secret")  # pywa calls its header None, and takes it
    good: Any = signature(body)
    assert wa.webhook_update_validator(body, forged) == ("Forbidden", 403)
    assert wa.webhook_update_validator(body, None) == ("Unauthorized", 401)
    with pytest.warns(PywaDeprecationWarning):
        assert wa.webhook_update_handler(body, forged) == ("Forbidden", 403)
    assert stored(blocking) == {}
    with pytest.warns(PywaDeprecationWarning):
        assert wa.webhook_update_handler(body, good) == ("ok", 200)
    assert set(stored(blocking)) == {"wamid.IN1"}


def test_through_a_server_an_update_is_stored_once(
    bare: Callable[..., WhatsApp], blocking: BlockingStore
) -> None:
    app = fastapi.FastAPI()
    wa = bare(server=app, webhook_endpoint="/hook")
    capture(wa, blocking)
    body = webhook(said("hello"))

    async def post(header: str) -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as meta:
            headers = {"X-Hub-Signature-256": header}
            return (await meta.post("/hook", content=body, headers=headers)).status_code

    assert asyncio.run(post(signature(body, "forged"))) == 403
    assert stored(blocking) == {}
    assert asyncio.run(post(signature(body))) == 200
    assert set(stored(blocking)) == {"wamid.IN1"}


def test_the_validator_stores_where_it_may_wait_and_the_handler_does_not_again(
    wa: WhatsApp, blocking: BlockingStore
) -> None:
    """Flask calls both from one thread; an ASGI server calls the first from its event loop."""
    body = webhook(said("hello"))

    async def on_the_loop() -> object:
        return wa.webhook_update_validator(body, signature(body))

    assert asyncio.run(on_the_loop()) is None
    assert stored(blocking) == {}
    assert wa.webhook_update_validator(body, signature(body)) is None
    assert set(stored(blocking)) == {"wamid.IN1"}
    written = blocking.call(blocking.logger.metrics).records.written
    assert wa.webhook_update_handler(body) == ("ok", 200)
    assert blocking.call(blocking.logger.metrics).records.written == written == 1


def test_a_header_that_is_given_to_the_handler_is_checked_on_an_event_loop_too(
    wa: WhatsApp, blocking: BlockingStore
) -> None:
    """Left to the validator alone, which does not wait there, the message is lost."""
    body = webhook(said("hello"))
    header: Any = signature(body)

    async def on_the_loop() -> object:
        return wa.webhook_update_handler(body, header)

    with pytest.warns(PywaDeprecationWarning):
        assert asyncio.run(on_the_loop()) == ("ok", 200)
    assert set(stored(blocking)) == {"wamid.IN1"}


def test_a_refusal_is_stored_and_raised_as_without_the_store(
    wa: WhatsApp, bare: Callable[..., WhatsApp], api: WhatsAppApi, blocking: BlockingStore
) -> None:
    api.refusal = REFUSAL
    raised = []
    for each in (bare(), wa):
        with pytest.raises(WhatsAppError) as caught:
            each.send_message(PERSON, "hello")
        raised.append((type(caught.value), str(caught.value)))
    assert raised[0] == raised[1]
    [row] = stored(blocking).values()
    assert (row.status, row.error_message) == (Status.FAILED, "131047 Re-engagement message")


def test_a_token_that_meta_repeats_is_not_kept(
    wa: WhatsApp, api: WhatsAppApi, blocking: BlockingStore
) -> None:
    api.refusal = {"message": f"Malformed access token {TOKEN}", "code": 190}
    with pytest.raises(WhatsAppError):
        wa.send_message(PERSON, "hello")
    [row] = stored(blocking).values()
    assert row.error_message == "190 Malformed access token (secret)"


def test_meta_out_of_reach_is_stored_and_raised(
    wa: WhatsApp, api: WhatsAppApi, blocking: BlockingStore
) -> None:
    api.fault = httpx.ConnectError("no route")
    with pytest.raises(httpx.ConnectError):
        wa.send_message(PERSON, "hello")
    [row] = stored(blocking).values()
    assert (row.status, row.error_message) == (Status.FAILED, "ConnectError: no route")


def test_a_number_that_meta_writes_otherwise_is_the_context(
    wa: WhatsApp, api: WhatsAppApi, blocking: BlockingStore
) -> None:
    """Without `sent_message` the answer to it comes into another context."""
    api.wa_id = "5511999990000"
    wa.send_message("+55 11 9999-0000", "oi")
    row = stored(blocking, "5511999990000")[ANSWER]
    assert (row.status, row.recipient) == (Status.SENT, "5511999990000")
    assert stored(blocking, "551199990000") == {}


def test_a_reaction_of_the_bot_is_set_and_taken_back(
    wa: WhatsApp, api: WhatsAppApi, blocking: BlockingStore
) -> None:
    wa.webhook_update_handler(webhook(said("hello")))
    wa.send_reaction(PERSON, "🎉", "wamid.IN1")
    assert stored(blocking)["wamid.IN1"].metadata["reactions"][BUSINESS]["emoji"] == "🎉"
    api.refusal = REFUSAL
    with pytest.raises(WhatsAppError):
        wa.send_reaction(PERSON, "👎", "wamid.IN1")
    assert stored(blocking)["wamid.IN1"].metadata["reactions"][BUSINESS]["emoji"] == "🎉"
    api.refusal = None
    wa.remove_reaction(PERSON, "wamid.IN1")
    rows = stored(blocking)
    assert not rows["wamid.IN1"].metadata.get("reactions", {}).get(BUSINESS, {}).get("emoji")
    assert set(rows) == {"wamid.IN1"}


def test_reading_and_typing_store_nothing_and_answer_as_before(
    wa: WhatsApp, api: WhatsAppApi, blocking: BlockingStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Taken for sends, they are reported as messages to nobody."""
    assert wa.mark_message_as_read("wamid.IN1").success is True
    assert wa.indicate_typing("wamid.IN1").success is True
    assert len(api.asked) == 2
    assert "was not logged" not in caplog.text
    page = blocking.call(blocking.messages.find_by_metadata, {"provider": "whatsapp_cloud"})
    assert page.messages == []


def test_what_pywa_can_send_is_stored(wa: WhatsApp, blocking: BlockingStore) -> None:
    wa.send_message(PERSON, "Coming?", buttons=[Button("Yes", "yes")])
    wa.send_image(PERSON, "https://media.example/1.png", caption="look", mime_type="image/png")
    wa.send_location(PERSON, 41.9, -87.6, name="Reading Room")
    wa.send_product(PERSON, catalog_id="4", sku="SI-1", body="This one?")
    rows = list(stored(blocking).values())
    assert {str(row.status) for row in rows} == {"sent"}
    assert {(row.metadata["kind"], str(row.media_type), row.content) for row in rows} == {
        ("interactive", "None", "Coming?"),
        ("image", "image", "look"),
        ("location", "location", "Reading Room"),
        ("interactive", "None", "This one?"),
    }
    assert {row.direction for row in rows} == {Direction.OUTGOING}


def test_a_file_is_uploaded_untouched_and_sent_by_its_id(
    wa: WhatsApp, api: WhatsAppApi, blocking: BlockingStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Read by the hook, the body of an upload raises: it is a stream."""
    wa.send_document(PERSON, b"%PDF", filename="menu.pdf", mime_type="application/pdf")
    assert [b"%PDF" in body for body in api.uploaded] == [True]
    row = stored(blocking)["wamid.ANSWER2"]
    assert (row.metadata["media_id"], row.metadata["filename"]) == ("7001", "menu.pdf")
    assert "was not logged" not in caplog.text


def test_what_cannot_be_stored_is_sent_all_the_same(
    wa: WhatsApp, api: WhatsAppApi, caplog: pytest.LogCaptureFixture
) -> None:
    too_long = "9" * 600
    assert wa.send_message(too_long, "hello").id == ANSWER
    assert wa.webhook_update_handler(b"{") == ("Bad Request", 400)
    assert "the hook met InvalidMessage" in caplog.text
    assert too_long not in caplog.text
    assert len(api.asked) == 1


def test_a_store_that_was_closed_stops_nothing(
    bare: Callable[..., WhatsApp], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Without `harmless` and the store's own rule the bot stops here."""
    wa, handled = bare(), []
    with BlockingStore.open(settings=settings) as store:
        capture(wa, store)

    def note(_: WhatsApp, message: Any) -> None:
        handled.append(message.text)

    wa.add_handlers(MessageHandler(note))

    assert wa.webhook_update_handler(webhook(said("hello"))) == ("ok", 200)
    assert wa.send_message(BSUID, "hi").id == ANSWER
    assert wa.send_reaction(PERSON, "🎉", "wamid.IN1").id == "wamid.ANSWER2"
    assert handled == ["hello"]
    assert "the store is closed" in caplog.text
    assert "hello" not in caplog.text


def test_a_database_that_is_gone_stops_nothing(
    bare: Callable[..., WhatsApp], settings: Settings, server_url: str
) -> None:
    name = urlsplit(str(settings.database_url)).path[1:]
    quick = settings.model_copy(update={"close_grace": 0.1, "log_deadline": 0.2})
    wa = bare()
    with BlockingStore.open(settings=quick) as store:
        capture(wa, store)
        asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))
        assert wa.webhook_update_handler(webhook(said("hello"))) == ("ok", 200)
        assert wa.send_message("US.2", "hi").id == ANSWER
        # The message, the send as queued, and as sent.
        assert store.call(store.logger.metrics).records.spooled == 3
    asyncio.run(execute(server_url, f"CREATE DATABASE {name}"))


def test_a_client_is_captured_once_and_with_the_store_of_its_kind(
    wa: WhatsApp, bare: Callable[..., WhatsApp], blocking: BlockingStore
) -> None:
    with pytest.raises(InvalidSettings, match="captured already"):
        capture(wa, blocking)
    wrong: Any = "no store"
    with pytest.raises(InvalidSettings, match="takes a BlockingStore"):
        capture(bare(), wrong)


def test_a_client_without_a_token_only_receives(
    bare: Callable[..., WhatsApp], blocking: BlockingStore
) -> None:
    wa = bare(token=None)
    capture(wa, blocking)
    wa.webhook_update_handler(webhook(said("hello")))
    assert set(stored(blocking)) == {"wamid.IN1"}


def test_without_the_extra_the_rest_works_and_the_hook_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['pywa'] = None\n"
        "import messagestore.providers.whatsapp_cloud.sends, messagestore.blocking\n"
        "import messagestore.integrations.pywa\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "pywa is not installed: pip install 'messagestore[pywa]'" in run.stderr
