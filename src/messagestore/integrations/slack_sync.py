"""The hook into Bolt's App and its WebClient."""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from slack_bolt.request import BoltRequest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from messagestore.blocking import BlockingStore
from messagestore.integrations.guard import harmless
from messagestore.integrations.slack_calls import Call, Recorder
from messagestore.integrations.slack_clients import (
    IDENTITY,
    Middleware,
    body_of,
    data_of,
    note_response,
    original_of,
    replace,
    token_of,
)


def capture_sync(store: BlockingStore) -> Middleware:
    """Put the hook into WebClient and WebhookClient, and return the middleware."""
    calls = _Calls(store)
    send, respond = calls.send, calls.respond

    @wraps(send)
    def api_call(self: WebClient, api_method: str, **options: Any) -> Any:
        return calls.make(self, api_method, options)

    @wraps(respond)
    def send_dict(self: WebhookClient, body: Any, headers: Any = None) -> Any:
        return calls.answer(self, body, headers)

    def incoming(req: BoltRequest, next: Callable[[], Any]) -> Any:  # noqa: A002 (Bolt's own name)
        calls.incoming(req)
        return next()

    replace(WebClient, api_call, send)
    replace(WebhookClient, send_dict, respond)
    return incoming


class _Calls:
    """Makes calls of the Web API, and stores them."""

    def __init__(self, store: BlockingStore) -> None:
        self.send = original_of(WebClient, "api_call")
        self.respond = original_of(WebhookClient, "send_dict")
        self._store = store
        self._asking = Lock()
        self._recorder = Recorder(store.messages, store.logger)

    def incoming(self, request: BoltRequest) -> None:
        """Store a request of Slack's."""
        with harmless():
            client = request.context.client
            token = None if client is None else client.token
            self._identify(client, token)
            self._recorder.expect_responses(request.body, token)
            self._store.call(self._recorder.incoming, body_of(request), token)

    def make(self, client: WebClient, method: str, options: dict[str, Any]) -> Any:
        """Make a call; what it returns or raises is Slack's, whatever becomes of storing it."""
        call = self._planned(client, method, options)
        if call is None:
            response = self.send(client, method, **options)
            if method == IDENTITY:
                self._recorder.learn(token_of(client, options), data_of(response))
            return response
        with self._store.sending(call.messages) as answer:
            response = self.send(client, method, **options)
            with harmless():
                taken = call.taken(data_of(response))
                if taken is not None and call.displaces(taken):
                    self._store.call(self._recorder.replace, taken)
                answer.sent(None if taken is None else taken.message_id)
        if call.has_sequel:
            with harmless():
                self._store.call(self._recorder.finished, call, data_of(response))
        return response

    def answer(self, client: WebhookClient, body: Any, headers: Any) -> Any:
        """Say something through a `response_url`; likewise."""
        call = None
        with harmless():
            call = self._recorder.response(client.url, body)
        if call is None:
            return self.respond(client, body, headers)
        with self._store.sending(call.messages) as answer:
            response = self.respond(client, body, headers)
            with harmless():
                note_response(answer, response)
        if call.has_sequel and answer.error is None:
            with harmless():
                self._store.call(self._recorder.finished, call, {})
        return response

    def _planned(self, client: WebClient, method: str, options: dict[str, Any]) -> Call | None:
        with harmless():
            if self._recorder.concerns(method):
                token = token_of(client, options)
                self._identify(client, token)
                return self._recorder.call(method, options, token)
        return None

    def _identify(self, client: WebClient | None, token: str | None) -> None:
        """Ask Slack who a token speaks for, unless somebody did: once, whatever comes of it."""
        if client is None or not token or self._recorder.identity(token):
            return
        with self._asking:
            if self._recorder.identity(token) is None:
                answer = {}
                with harmless():
                    answer = data_of(self.send(client, IDENTITY, params={"token": token}))
                self._recorder.learn(token, answer)
