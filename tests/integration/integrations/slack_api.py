"""A stand-in for Slack on this machine: its Web API, and the requests that it signs."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

from slack_sdk.signature import SignatureVerifier

TEAM, BOT, BOT_ID, PERSON, CHANNEL = "T1", "U0BOT", "B1", "U0ANA", "C1"
SECRET, TOKEN = "fictional", "xoxb-fictional"
IDENTITY = {"ok": True, "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID, "url": "", "user": "bot"}

Arguments = dict[str, Any]
Answer = dict[str, Any] | None


class SlackApi:
    """Answers calls of the Web API; `answers` holds what a method answers if not the usual.

    An answer may be a function of the arguments; None cuts the connection.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.response_status = 200
        self.calls: list[tuple[str, Arguments]] = []
        self.answers: dict[str, Answer | Callable[[Arguments], Answer]] = {"auth.test": IDENTITY}

    def answer(self, method: str, arguments: Arguments) -> Answer:
        """Return what a call is answered with."""
        self.calls.append((method, arguments))
        usual: Answer = {"ok": True, "channel": arguments.get("channel"), "ts": self.ts(method)}
        found = self.answers.get(method, usual)
        return found(arguments) if callable(found) else found

    def ts(self, method: str) -> str:
        """Return the time of a method's latest call, as Slack would give it to its message."""
        return f"1788800000.{len([name for name, _ in self.calls if name == method]):06}"

    def methods(self) -> list[str]:
        """Return the methods that were called."""
        return [method for method, _ in self.calls]


@contextmanager
def slack_api() -> Iterator[SlackApi]:
    """Serve the Web API on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            path, _, query = self.path.strip("/").partition("?")
            answer = api.answer(path, _arguments(query.encode()) | _arguments(body))
            if answer is None:
                self.close_connection = True
                return
            content = json.dumps(answer).encode()
            self.send_response(api.response_status if path == "response" else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api = SlackApi(f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()


def _arguments(body: bytes) -> Arguments:
    if body.startswith(b"{"):
        return dict(json.loads(body))
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def event_body(event: dict[str, Any]) -> str:
    """Return the body of a request with an event."""
    authorization = {"team_id": TEAM, "user_id": BOT, "is_bot": True, "enterprise_id": None}
    envelope = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1"}
    return json.dumps(envelope | {"authorizations": [authorization], "event": event})


def message(text: str = "hello", **fields: Any) -> str:
    """Return the body of a request with a message; a person's, unless told otherwise."""
    basic = {"type": "message", "user": PERSON, "text": text, "channel": CHANNEL}
    times = {"ts": "1788700000.000001", "channel_type": "channel"}
    return event_body(basic | times | fields)


def echo(**fields: Any) -> str:
    """Return the body of a request with a message of the bot's own."""
    return message(**{"user": BOT, "bot_id": BOT_ID, "ts": "1788800000.000001"} | fields)


def headers(body: str, *, secret: str = SECRET) -> dict[str, str | Sequence[str]]:
    """Return the headers with which Slack signs a body."""
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    content_type = "json" if body.startswith("{") else "x-www-form-urlencoded"
    return {
        "content-type": f"application/{content_type}",
        "x-slack-signature": signature or "",
        "x-slack-request-timestamp": timestamp,
    }


def command(api: SlackApi) -> str:
    """Return the body of a request with a slash command, whose `response_url` leads to the API."""
    fields = {"command": "/stock", "text": "kokoro", "team_id": TEAM, "channel_id": CHANNEL}
    fields |= {"user_id": PERSON, "trigger_id": "1.2", "response_url": f"{api.url}response"}
    return urlencode(fields)


def tap(api: SlackApi, *, ephemeral: bool) -> str:
    """Return the body of a request with a tap on a button."""
    container = {"type": "message", "message_ts": "1788700000.000001", "channel_id": CHANNEL}
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": PERSON},
        "channel": {"id": CHANNEL},
        "container": container | {"is_ephemeral": ephemeral},
        "actions": [{"action_id": "reserve", "action_ts": "1788700002.000001", "type": "button"}],
        "response_url": f"{api.url}response",
    }
    return urlencode({"payload": json.dumps(payload)})
