"""The hook into pywa_async's WhatsApp and its HTTP client."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pywa_async.client import WhatsApp

from messagestore.integrations.guard import harmless
from messagestore.integrations.layer import put_over
from messagestore.integrations.pywa_calls import (
    Call,
    is_stored,
    note_stored,
    send_of,
    session_of,
)
from messagestore.integrations.pywa_directory import Directory
from messagestore.logger.sending import sending
from messagestore.providers.whatsapp_cloud.change import PROVIDER
from messagestore.providers.whatsapp_cloud.sends import Send
from messagestore.store import MessageStore


def capture_async(wa: WhatsApp, store: MessageStore) -> None:
    """Put the hook over a client, and over what it sends through."""
    hook = _Hook(store)
    _capture_updates(wa, hook)
    if (session := session_of(wa)) is not None:
        _capture_sends(session, hook)


def _capture_updates(wa: WhatsApp, hook: "_Hook") -> None:
    own = type(wa)

    async def webhook_update_validator(
        self: Any, update: bytes, hmac_header: str | None
    ) -> tuple[str, int] | None:
        refusal = await own.webhook_update_validator(self, update, hmac_header)
        if refusal is None:
            await hook.receive(update)
        return refusal

    async def webhook_update_handler(
        self: Any, update: bytes, hmac_header: Any = None
    ) -> tuple[str, int]:
        if hmac_header is None:  # else pywa asks its validator now, which stores
            await hook.receive(update)
        return await own.webhook_update_handler(self, update, hmac_header)

    put_over(
        wa,
        webhook_update_validator=webhook_update_validator,
        webhook_update_handler=webhook_update_handler,
    )


def _capture_sends(session: httpx.AsyncClient, hook: "_Hook") -> None:
    own = type(session)

    async def send(self: Any, request: httpx.Request, **options: Any) -> httpx.Response:
        planned = send_of(request)
        if planned is None:
            return await own.send(self, request, **options)
        return await hook.send(planned, lambda: own.send(self, request, **options))

    put_over(session, send=send)


class _Hook:
    """Stores updates and sends; nothing here raises."""

    def __init__(self, store: MessageStore) -> None:
        self._logger = store.logger
        self._messages = store.messages
        self._directory = Directory()

    async def receive(self, update: bytes) -> None:
        """Store an update, once."""
        with harmless():
            if not is_stored(self, update):
                self._directory.learn(await self._logger.log_payload(PROVIDER, update))
                note_stored(self, update)

    async def send(
        self, planned: Send, post: Callable[[], Awaitable[httpx.Response]]
    ) -> httpx.Response:
        """Make a request, and store what it sends."""
        call = await self._call(planned)
        async with sending(self._logger, call.messages) as answer:
            response = await post()
            with harmless():
                await self._logger.log_events(call.take(answer, response))
        return response

    async def _call(self, planned: Send) -> Call:
        with harmless():
            if self._directory.lacks(planned):
                await self._directory.look_up(planned, self._messages)
        return Call(planned, self._directory)
