"""The hook into Bolt's AsyncApp and its AsyncWebClient."""

from asyncio import Lock
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from messagestore.integrations.guard import harmless
from messagestore.integrations.slack_calls import Call, Recorder
from messagestore.integrations.slack_clients import (
    IDENTITY,
    AsyncMiddleware,
    body_of,
    data_of,
    note_response,
    original_of,
    replace,
    token_of,
)
from messagestore.logger.sending import sending
from messagestore.store import MessageStore


def capture_async(store: MessageStore) -> AsyncMiddleware:
    """Put the hook into AsyncWebClient and AsyncWebhookClient, and return the middleware."""
    calls = _Calls(store)
    send, respond = calls.send, calls.respond

    @wraps(send)
    async def api_call(self: AsyncWebClient, api_method: str, **options: Any) -> Any:
        return await calls.make(self, api_method, options)

    @wraps(respond)
    async def send_dict(self: AsyncWebhookClient, body: Any, headers: Any = None) -> Any:
        return await calls.answer(self, body, headers)

    async def incoming(
        req: AsyncBoltRequest,
        next: Callable[[], Awaitable[Any]],  # noqa: A002 (Bolt's own name)
    ) -> Any:
        await calls.incoming(req)
        return await next()

    replace(AsyncWebClient, api_call, send)
    replace(AsyncWebhookClient, send_dict, respond)
    return incoming


class _Calls:
    """Makes calls of the Web API, and stores them."""

    def __init__(self, store: MessageStore) -> None:
        self.send = original_of(AsyncWebClient, "api_call")
        self.respond = original_of(AsyncWebhookClient, "send_dict")
        self._logger = store.logger
        self._asking = Lock()
        self._recorder = Recorder(store.messages, store.logger)

    async def incoming(self, request: AsyncBoltRequest) -> None:
        """Store a request of Slack's."""
        with harmless():
            client = request.context.client
            token = None if client is None else client.token
            await self._identify(client, token)
            self._recorder.expect_responses(request.body, token)
            await self._recorder.incoming(body_of(request), token)

    async def make(self, client: AsyncWebClient, method: str, options: dict[str, Any]) -> Any:
        """Make a call; what it returns or raises is Slack's, whatever becomes of storing it."""
        call = await self._planned(client, method, options)
        if call is None:
            response = await self.send(client, method, **options)
            if method == IDENTITY:
                self._recorder.learn(token_of(client, options), data_of(response))
            return response
        async with sending(self._logger, call.messages) as answer:
            response = await self.send(client, method, **options)
            with harmless():
                taken = call.taken(data_of(response))
                if taken is not None and call.displaces(taken):
                    await self._recorder.replace(taken)
                answer.sent(None if taken is None else taken.message_id)
        if call.has_sequel:
            with harmless():
                await self._recorder.finished(call, data_of(response))
        return response

    async def answer(self, client: AsyncWebhookClient, body: Any, headers: Any) -> Any:
        """Say something through a `response_url`; likewise."""
        call = None
        with harmless():
            call = self._recorder.response(client.url, body)
        if call is None:
            return await self.respond(client, body, headers)
        async with sending(self._logger, call.messages) as answer:
            response = await self.respond(client, body, headers)
            with harmless():
                note_response(answer, response)
        if call.has_sequel and answer.error is None:
            with harmless():
                await self._recorder.finished(call, {})
        return response

    async def _planned(
        self, client: AsyncWebClient, method: str, options: dict[str, Any]
    ) -> Call | None:
        with harmless():
            if self._recorder.concerns(method):
                token = token_of(client, options)
                await self._identify(client, token)
                return self._recorder.call(method, options, token)
        return None

    async def _identify(self, client: AsyncWebClient | None, token: str | None) -> None:
        """Ask Slack who a token speaks for, unless somebody did: once, whatever comes of it."""
        if client is None or not token or self._recorder.identity(token):
            return
        async with self._asking:
            if self._recorder.identity(token) is None:
                answer = {}
                with harmless():
                    answer = data_of(await self.send(client, IDENTITY, params={"token": token}))
                self._recorder.learn(token, answer)
