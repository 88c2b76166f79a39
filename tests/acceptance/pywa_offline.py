"""Imported before a page's program: Meta on this machine, for a bot on a port of its own.

When the bot's server has started, Meta delivers a message; when the bot has replied, it stops.
"""

import asyncio
import socket
from threading import Event
from typing import Any

import httpx
import pytest
import uvicorn

from tests.integration.integrations.whatsapp_api import WhatsAppApi, said, signature, webhook

META = "graph.facebook.com"

_api, _answered = WhatsAppApi(), Event()
_api.while_asked = _answered.set
_handle, _handle_async = (
    httpx.HTTPTransport.handle_request,
    httpx.AsyncHTTPTransport.handle_async_request,
)


def _ask(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
    if request.url.host == META:
        return _api.transport.handle_request(request)
    return _handle(transport, request)


async def _ask_async(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
    if request.url.host == META:
        return await _api.transport.handle_async_request(request)
    return await _handle_async(transport, request)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        self._visit = asyncio.create_task(self._deliver(f"http://127.0.0.1:{port}/"))

    async def _deliver(self, url: str) -> None:
        body = webhook(said("hello"))
        try:
            async with httpx.AsyncClient() as meta:
                headers = {"X-Hub-Signature-256": signature(body)}
                answer = await meta.post(url, content=body, headers=headers)
            assert answer.status_code == httpx.codes.OK
            assert await asyncio.to_thread(_answered.wait, 60)
        finally:
            self.should_exit = True


def serve(app: Any, **_: Any) -> None:
    """Serve an application until the bot has replied; `uvicorn.run` in this process."""
    server = _Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    server.run()
    server._visit.result()


patch = pytest.MonkeyPatch()
patch.setattr(httpx.HTTPTransport, "handle_request", _ask)
patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", _ask_async)
patch.setattr(uvicorn, "run", serve)
