"""For FastAPI, Starlette and other ASGI applications: stores webhooks, and answers in TwiML."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messagestore.integrations.guard import harmless
from messagestore.integrations.twilio.webhook import MAX_BODY, SIGNATURE, WebhookCheck, said_in
from messagestore.logger.message_logger import MessageLogger
from messagestore.providers.twilio.twiml import answer_events
from messagestore.store import MessageStore

_ACCEPTED = range(200, 300)


class TwilioMiddleware:
    """Stores what Twilio says before the application sees it, and the answer before Twilio does.

    `store` is the store, or a function that returns it once it is open. With `auth_token` only what
    Twilio signed is stored; the application itself still answers all. `public_url` is how Twilio's
    URL of the bot begins, where a proxy stands before it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        store: MessageStore | Callable[[], MessageStore],
        auth_token: str | None = None,
        public_url: str | None = None,
    ) -> None:
        self._app = app
        self._store = store
        self._check = WebhookCheck(auth_token, public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http" and SIGNATURE in (request := Request(scope)).headers:
            receive, send = await self._listening(request, _Heard(receive), send)
        await self._app(scope, receive, send)

    async def _listening(
        self, request: Request, heard: "_Heard", send: Send
    ) -> tuple[Receive, Send]:
        """Store what a request says; return what the application receives and sends through."""
        body = await heard.body()
        seen = (request.method, str(request.url), request.headers)
        if body is None or not self._check.accepts(*seen, body):
            return heard, send
        webhook = said_in(request.method, request.scope["query_string"], body)
        await self._log(lambda logger: logger.log_payload("twilio", webhook))
        return heard, _Answer(send, lambda kind, said: self._log_answer(webhook, kind, said))

    async def _log_answer(self, webhook: bytes, content_type: str, said: bytes) -> None:
        await self._log(
            lambda logger: logger.log_events(answer_events(webhook, content_type, said))
        )

    async def _log(self, log: Callable[[MessageLogger], Awaitable[object]]) -> None:
        with harmless():
            store = self._store if isinstance(self._store, MessageStore) else self._store()
            await log(store.logger)


class _Heard:
    """A request's body, read ahead and told again as it came."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._messages: list[Message] = []

    async def __call__(self) -> Message:
        return self._messages.pop(0) if self._messages else await self._receive()

    async def body(self) -> bytes | None:
        """Return it whole; None where it is too long, or broke off."""
        size = 0
        while size <= MAX_BODY:
            message = await self._receive()
            self._messages.append(message)
            if message["type"] != "http.request":
                return None
            size += len(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(message.get("body", b"") for message in self._messages)
        return None


class _Answer:
    """Hands a response on as it is, and its whole to `log` before its end."""

    def __init__(self, send: Send, log: Callable[[str, bytes], Awaitable[None]]) -> None:
        self._send = send
        self._log = log
        self._content_type: str | None = None
        self._said = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in _ACCEPTED:
            headers = {name.lower(): value for name, value in message.get("headers", ())}
            self._content_type = headers.get(b"content-type", b"").decode("latin-1")
        elif message["type"] == "http.response.body" and self._content_type is not None:
            await self._take(self._content_type, message)
        await self._send(message)

    async def _take(self, content_type: str, message: Message) -> None:
        self._said += message.get("body", b"")
        if len(self._said) > MAX_BODY:
            self._content_type = None
        elif not message.get("more_body", False):
            await self._log(content_type, self._said)
