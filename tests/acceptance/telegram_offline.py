"""Imported before a page's program: Telegram without a network, for a process that then ends.

A person says hello; when the bot has answered, the process gets the signal that Ctrl-C sends.
"""

import asyncio
import json
import os
import signal
from typing import Any

import httpx
import pytest
from aiogram.client.session.aiohttp import AiohttpSession

_NORA = {"id": 5200000001, "is_bot": False, "first_name": "Nora"}
_BOT = {"id": 7000000001, "is_bot": True, "first_name": "Reading Room", "username": "reading_bot"}
_CHAT = {"id": 5200000001, "type": "private", "first_name": "Nora"}
_HELLO = {"message_id": 11, "from": _NORA, "chat": _CHAT, "date": 1772366400, "text": "hello"}
_ANSWER = {"message_id": 12, "from": _BOT, "chat": _CHAT, "date": 1772366401, "text": "an answer"}

_delivered, _answered = asyncio.Event(), asyncio.Event()


async def _result(method: str) -> Any:
    if method == "getUpdates":
        return await _updates()
    if method == "sendMessage":
        _answered.set()
    return {"getMe": _BOT, "sendMessage": _ANSWER}.get(method, True)


async def _updates() -> list[Any]:
    if _answered.is_set():
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(3600)  # as long as nothing new comes, Telegram does not answer
    if _delivered.is_set():
        await _answered.wait()
        return []
    _delivered.set()
    return [{"update_id": 1, "message": _HELLO}]


async def _handle(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
    result = await _result(request.url.path.rpartition("/")[2])
    return httpx.Response(200, json={"ok": True, "result": result})


async def _make_request(self: Any, bot: Any, method: Any, timeout: Any = None) -> Any:  # noqa: ASYNC109 (the framework's own)
    del timeout
    body = json.dumps({"ok": True, "result": await _result(method.__api_method__)})
    return self.check_response(bot, method, 200, body).result


patch = pytest.MonkeyPatch()
patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", _handle)
patch.setattr(AiohttpSession, "make_request", _make_request)
