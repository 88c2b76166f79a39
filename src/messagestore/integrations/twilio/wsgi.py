"""For Flask, Django and other WSGI applications: stores webhooks, and answers in TwiML."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import request_uri

from messagestore.blocking import BlockingStore
from messagestore.integrations.guard import harmless
from messagestore.integrations.twilio.webhook import MAX_BODY, SIGNATURE, WebhookCheck, said_in
from messagestore.providers.twilio.twiml import answer_events


class TwilioWsgiMiddleware:
    """Stores what Twilio says before the application sees it, and the answer before Twilio does.

    The arguments are those of TwilioMiddleware, with a BlockingStore as the store.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        store: BlockingStore | Callable[[], BlockingStore],
        auth_token: str | None = None,
        public_url: str | None = None,
    ) -> None:
        self._app = app
        self._store = store
        self._check = WebhookCheck(auth_token, public_url)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request."""
        webhook = self._webhook(environ)
        if webhook is None:
            return self._app(environ, start_response)
        self._log(lambda store: store.log_payload("twilio", webhook))
        answer = _Answer(lambda kind, said: self._log_answer(webhook, kind, said))
        answer.chunks = self._app(environ, answer.starting(start_response))
        return answer

    def _webhook(self, environ: WSGIEnvironment) -> bytes | None:
        """Return the parameters of a request of Twilio's; None for others."""
        headers = _headers(environ)
        length = environ.get("CONTENT_LENGTH") or "0"
        if SIGNATURE not in headers or not length.isdecimal() or int(length) > MAX_BODY:
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(body)
        method = environ["REQUEST_METHOD"]
        if not self._check.accepts(method, request_uri(environ), headers, body):
            return None
        return said_in(method, environ.get("QUERY_STRING", "").encode("latin-1"), body)

    def _log_answer(self, webhook: bytes, content_type: str, said: bytes) -> None:
        self._log(lambda store: store.log_events(answer_events(webhook, content_type, said)))

    def _log(self, log: Callable[[BlockingStore], object]) -> None:
        with harmless():
            log(self._store if isinstance(self._store, BlockingStore) else self._store())


class _Answer:
    """A response as the application gives it, whose whole goes to `log` before its end.

    It is short, as TwiML is, and is handed on in one piece.
    """

    def __init__(self, log: Callable[[str, bytes], None]) -> None:
        self.chunks: Iterable[bytes] = ()
        self._log = log
        self._content_type: str | None = None

    def starting(self, start_response: StartResponse) -> StartResponse:
        """Return a `start_response` that listens."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            kinds = {name.lower(): value for name, value in headers}
            self._content_type = kinds.get("content-type", "") if status[:1] == "2" else None
            return start_response(status, headers, *error)

        return start

    def __iter__(self) -> Iterator[bytes]:
        said = b"".join(self.chunks)
        if self._content_type is not None and len(said) <= MAX_BODY:
            self._log(self._content_type, said)
        yield said

    def close(self) -> None:
        """Close the application's response, as the server asks."""
        if close := getattr(self.chunks, "close", None):
            close()


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    return {
        key.removeprefix("HTTP_").replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
