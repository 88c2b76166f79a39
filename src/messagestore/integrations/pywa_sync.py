"""The hook into pywa's WhatsApp and its HTTP client."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from pywa.client import WhatsApp

from messagestore.blocking import BlockingStore
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
from messagestore.providers.whatsapp_cloud.change import PROVIDER
from messagestore.providers.whatsapp_cloud.sends import Send


def capture_sync(wa: WhatsApp, store: BlockingStore) -> None:
    """Put the hook over a client, and over what it sends through."""
    hook = _Hook(store)
    _capture_updates(wa, hook)
    if (session := session_of(wa)) is not None:
        _capture_sends(session, hook)


def _capture_updates(wa: WhatsApp, hook: "_Hook") -> None:
    own = type(wa)

    def webhook_update_validator(
        self: Any, update: bytes, hmac_header: str | None
    ) -> tuple[str, int] | None:
        refusal = own.webhook_update_validator(self, update, hmac_header)
        if refusal is None and not _on_event_loop():
            hook.receive(update)
        return refusal

    def webhook_update_handler(
        self: Any, update: bytes, hmac_header: Any = None
    ) -> tuple[str, int]:
        if hmac_header is None or self.webhook_update_validator(update, hmac_header) is None:
            hook.receive(update)
        return own.webhook_update_handler(self, update, hmac_header)

    put_over(
        wa,
        webhook_update_validator=webhook_update_validator,
        webhook_update_handler=webhook_update_handler,
    )


def _capture_sends(session: httpx.Client, hook: "_Hook") -> None:
    own = type(session)

    def send(self: Any, request: httpx.Request, **options: Any) -> httpx.Response:
        planned = send_of(request)
        if planned is None:
            return own.send(self, request, **options)
        return hook.send(planned, lambda: own.send(self, request, **options))

    put_over(session, send=send)


def _on_event_loop() -> bool:
    """Return whether waiting would stop an event loop: a server calls the validator from there.

    It calls the handler from a thread, which can wait.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class _Hook:
    """Stores updates and sends; nothing here raises."""

    def __init__(self, store: BlockingStore) -> None:
        self._store = store
        self._directory = Directory()

    def receive(self, update: bytes) -> None:
        """Store an update, once."""
        with harmless():
            if not is_stored(self, update):
                self._directory.learn(self._store.log_payload(PROVIDER, update))
                note_stored(self, update)

    def send(self, planned: Send, post: Callable[[], httpx.Response]) -> httpx.Response:
        """Make a request, and store what it sends."""
        call = self._call(planned)
        with self._store.sending(call.messages) as answer:
            response = post()
            with harmless():
                self._store.log_events(call.take(answer, response))
        return response

    def _call(self, planned: Send) -> Call:
        with harmless():
            if self._directory.lacks(planned):
                self._store.call(self._directory.look_up, planned, self._store.messages)
        return Call(planned, self._directory)
