"""Both middlewares under one suite: what they store is the same, and the bot is not changed."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from messagestore import Direction, Message, Status
from messagestore.blocking import BlockingStore
from messagestore.integrations.twilio import TwilioMiddleware, TwilioWsgiMiddleware
from messagestore.integrations.twilio.webhook import MAX_BODY

TOKEN = "0123456789abcdef"  # noqa: S105 (of no account)
URL = "http://bot.example/sms"
FORM = {
    "MessageSid": "SM1",
    "SmsStatus": "received",
    "From": "+13125550177",
    "To": "+12025550100",
    "Body": "hëllo",
    "NumMedia": "0",
}
CONTEXT = "+13125550177"


class Crash(Exception):
    """What the bot raises."""


class Bot:
    """A bot that answers everything alike, behind one of the middlewares."""

    def __init__(self, blocking: BlockingStore, kind: str, **options: Any) -> None:
        self.blocking = blocking
        self.status = 200
        self.content_type = "application/xml"
        self.answer = twiml("one", "two")
        self.heard: list[bytes] = []
        self.crashes = False
        self.meanwhile: Callable[[], object] = lambda: None
        self._kind = kind
        self._options = options

    def request(self, method: str = "POST", url: str = URL, **request: Any) -> httpx.Response:
        """Make a request, as Twilio does."""
        if self._kind == "wsgi":
            wsgi = TwilioWsgiMiddleware(self._wsgi, **{"store": self.blocking} | self._options)
            with httpx.Client(transport=httpx.WSGITransport(app=wsgi)) as client:
                return client.request(method, url, **request)
        asgi = TwilioMiddleware(self._asgi, **{"store": self.blocking._store} | self._options)

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=asgi)) as client:
                return await client.request(method, url, **request)

        return self.blocking.call(ask)

    def webhook(self, form: dict[str, str] = FORM, signature: str = "any") -> httpx.Response:
        """Post a webhook."""
        return self.request(data=form, headers={"X-Twilio-Signature": signature})

    def stored(self) -> list[Message]:
        """Return what is stored, the oldest first."""
        page = self.blocking.call(self.blocking.messages.get_conversation_history, CONTEXT)
        return sorted(page.messages, key=lambda message: message.id)

    async def _asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.heard.append(await Request(scope, receive).body())
        if self.crashes:
            raise Crash
        answer = Response(self.answer, self.status, media_type=self.content_type)
        await answer(scope, receive, send)

    def _wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.heard.append(environ["wsgi.input"].read())
        if self.crashes:
            raise Crash
        self.meanwhile()
        start_response(f"{self.status} X", [("Content-Type", self.content_type)])
        return [self.answer[:5], self.answer[5:]]


def twiml(*texts: str) -> bytes:
    response = MessagingResponse()
    for said in texts:
        response.message(said)
    return str(response).encode()


@pytest.fixture(params=["asgi", "wsgi"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bot(blocking: BlockingStore, kind: str) -> Bot:
    return Bot(blocking, kind)


def test_what_is_said_and_what_is_answered_is_stored_once(bot: Bot) -> None:
    for _ in range(2):
        response = bot.webhook()
        assert (response.status_code, response.content) == (200, bot.answer)
    assert bot.heard == [urlencode(FORM).encode()] * 2
    said, one, two = bot.stored()
    assert (said.message_id, said.content, said.direction) == ("SM1", "hëllo", Direction.INCOMING)
    assert (one.content, two.content) == ("one", "two")
    assert (one.direction, one.status) == (Direction.OUTGOING, Status.SENT)
    assert one.message_id == "twilio:SM1:answer:1"
    assert one.reply_to_message_id == two.reply_to_message_id == "SM1"


def test_it_is_stored_before_the_bot_hears_it(blocking: BlockingStore) -> None:
    bot = Bot(blocking, "wsgi")
    found: list[Message] = []
    bot.meanwhile = lambda: found.extend(bot.stored())
    bot.webhook()
    assert [message.message_id for message in found] == ["SM1"]


def test_a_webhook_of_get_has_its_parameters_in_the_url(bot: Bot) -> None:
    bot.request("GET", f"{URL}?{urlencode(FORM)}", headers={"X-Twilio-Signature": "any"})
    assert len(bot.stored()) == 3


def test_a_status_is_stored_and_its_answer_is_not(bot: Bot) -> None:
    bot.webhook()
    bot.webhook({"MessageSid": "twilio:SM1:answer:1", "MessageStatus": "delivered", "To": CONTEXT})
    assert [message.status for message in bot.stored()] == [
        Status.DELIVERED,
        Status.DELIVERED,
        Status.SENT,
    ]


def test_what_twilio_did_not_send_is_not_stored(bot: Bot) -> None:
    assert bot.request(data=FORM).content == bot.answer
    assert bot.stored() == []


def test_an_answer_that_twilio_does_not_take_is_not_stored(bot: Bot) -> None:
    for number, status in enumerate((404, 500, 201), start=1):
        bot.status = status
        assert bot.webhook(FORM | {"MessageSid": f"SM{number}"}).status_code == status
        answered = [m for m in bot.stored() if m.direction is Direction.OUTGOING]
        assert len(answered) == (2 if status == 201 else 0)


def test_a_bot_that_crashes_crashes_as_before_and_what_was_said_is_kept(bot: Bot) -> None:
    bot.crashes = True
    with pytest.raises(Crash):
        bot.webhook()
    assert [message.message_id for message in bot.stored()] == ["SM1"]


def test_a_plain_text_is_an_answer_and_json_is_none(bot: Bot) -> None:
    bot.content_type, bot.answer = "application/json", b'"<Response/>"'
    assert bot.webhook().content == bot.answer
    assert len(bot.stored()) == 1
    bot.content_type, bot.answer = "text/plain", b"good morning"
    bot.webhook()
    assert bot.stored()[1].content == "good morning"


@pytest.mark.parametrize(
    ("seen", "options"),
    [(URL, {}), ("https://public.example/sms", {"public_url": "https://public.example/"})],
)
def test_with_the_token_only_what_twilio_signed_is_stored(
    blocking: BlockingStore, kind: str, seen: str, options: dict[str, str]
) -> None:
    bot = Bot(blocking, kind, auth_token=TOKEN, **options)
    signature = RequestValidator(TOKEN).compute_signature(seen, FORM)
    for form, signed in (
        (FORM | {"Body": "forged"}, signature),
        (FORM, signature[:-3] + "abc"),
        ({}, signature),
    ):
        assert bot.webhook(form, signed).content == bot.answer
    headers = {"X-Twilio-Signature": signature}
    assert bot.request(content=b"MessageSid=SM1&Body=%FF", headers=headers).content == bot.answer
    assert bot.stored() == []
    bot.webhook(FORM, signature)
    assert len(bot.stored()) == 3


def test_the_newer_signature_is_checked_too(blocking: BlockingStore, kind: str) -> None:
    bot = Bot(blocking, kind, auth_token=TOKEN)
    headers = {
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(URL, FORM, "HMAC_SHA256"),
        "X-Twilio-Webhooks-Signature-Settings": "key=1,algorithm=HMAC_SHA256",
    }
    bot.request(data=FORM, headers=headers)
    assert len(bot.stored()) == 3


def test_a_store_that_is_not_there_changes_nothing(
    blocking: BlockingStore, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> Any:
        raise LookupError("not open yet")

    bot = Bot(blocking, kind, store=missing)
    assert bot.webhook().content == bot.answer
    assert bot.heard == [urlencode(FORM).encode()]
    assert bot.stored() == []
    assert "the hook met LookupError" in caplog.text


def test_the_store_may_be_given_once_it_is_open(blocking: BlockingStore, kind: str) -> None:
    store: Any = blocking if kind == "wsgi" else blocking._store
    bot = Bot(blocking, kind, store=lambda: store)
    bot.webhook()
    assert len(bot.stored()) == 3


def test_a_body_that_is_too_long_passes_untouched(bot: Bot) -> None:
    form = FORM | {"Body": "x" * MAX_BODY}
    assert bot.webhook(form).content == bot.answer
    assert bot.heard == [urlencode(form).encode()]
    assert bot.stored() == []


def test_an_answer_that_is_too_long_passes_untouched(bot: Bot) -> None:
    bot.answer = twiml("x" * MAX_BODY)
    assert bot.webhook().content == bot.answer
    assert len(bot.stored()) == 1
