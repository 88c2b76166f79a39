"""Twilio's Messages API on this machine, as far as the tests of the hook need it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from twilio.rest import Client

ACCOUNT = "AC00000000000000000000000000000001"


class TwilioApi:
    """Answers every request with `status` and `body`, and keeps what it was asked."""

    def __init__(self, port: int) -> None:
        self.status = 201
        self.body: dict[str, Any] = {"sid": "SM1", "status": "queued", "body": "hello"}
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.while_asked: Callable[[], object] = lambda: None
        self.url = f"http://127.0.0.1:{port}"

    def client(self, http_client: Any) -> Client:
        """Return the library's client, which asks here in place of Twilio."""
        client = Client(ACCOUNT, "secret", http_client=http_client)
        client.api.base_url = self.url
        return client

    def answer(self, method: str, form: dict[str, list[str]]) -> bytes:
        """Return the body of the answer."""
        self.asked.append((method, form))
        self.while_asked()
        return b"" if method == "DELETE" else json.dumps(self.body).encode()


@contextmanager
def twilio_api() -> Iterator[TwilioApi]:
    """Serve the API while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = api.answer(self.command, parse_qs(self.rfile.read(length).decode()))
            self.send_response(204 if self.command == "DELETE" else api.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 (names of the standard library)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api = TwilioApi(server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
