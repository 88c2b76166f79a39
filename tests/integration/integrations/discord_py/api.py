"""Discord's HTTP API on this machine, as far as the tests of the hook need it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

BOT_ID = "1190000000000000100"
GUILD_ID = "1180000000000000001"
CHANNEL_ID = "1180000000000000011"
PERSON_ID = "1190000000000000171"
TIME = "2026-02-14T12:00:00.125000+00:00"
TIME_OF_EDIT = "2026-02-14T12:05:00.500000+00:00"

_IDENTIFY = 2


async def _at_once(_message: dict[str, Any]) -> None:
    """Answer without anything before it."""


class DiscordApi:
    """Answers as Discord does; keeps what it was asked, and what it fails with."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.fails: int | None = None
        self.before_answer: Callable[[dict[str, Any]], Awaitable[None]] = _at_once
        self.dispatches: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._last = 1_472_200_704_000_000_000
        app = web.Application()
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    def message(self, content: str = "hello", **fields: Any) -> dict[str, Any]:
        """Return a message object with an id of its own."""
        self._last += 1
        basic = {
            "id": str(self._last),
            "type": 0,
            "channel_id": CHANNEL_ID,
            "author": {
                "id": PERSON_ID,
                "username": "maya.reads",
                "discriminator": "0",
                "avatar": None,
            },
            "content": content,
            "timestamp": TIME,
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "flags": 0,
        }
        return basic | fields

    def own_message(self, content: str = "hello", **fields: Any) -> dict[str, Any]:
        """Return a message object by the bot."""
        author = {
            "id": BOT_ID,
            "username": "pip",
            "discriminator": "0",
            "avatar": None,
            "bot": True,
        }
        return self.message(content, author=author, **fields)

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        """Hand out a session, then what is in `dispatches`, until the bot leaves."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41250}})
        while (await socket.receive_json())["op"] != _IDENTIFY:
            pass
        ready = {
            "v": 10,
            "user": self.own_message()["author"],
            "guilds": [],
            "session_id": "s",
            "resume_gateway_url": str(self.server.make_url("/gateway/")),
            "application": {"id": BOT_ID, "flags": 0},
        }
        await socket.send_json({"op": 0, "s": 1, "t": "READY", "d": ready})
        leaving = asyncio.ensure_future(_until_closed(socket))
        place = 1
        while not leaving.done():
            waiting = asyncio.ensure_future(self.dispatches.get())
            await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                place += 1
                name, data = waiting.result()
                await socket.send_json({"op": 0, "s": place, "t": name, "d": data})
            waiting.cancel()
        return socket

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/api/v10")
        sent = await _sent(request)
        self.asked.append((request.method, path, sent))
        if path == "/users/@me":
            return _json(self.own_message()["author"])
        if path == "/oauth2/applications/@me":
            return _json(_application())
        if self.fails is not None:
            return _json({"message": "Missing Permissions", "code": 50013}, status=self.fails)
        if request.method in ("PUT", "DELETE"):
            return web.Response(status=204)
        message = self._answered(request.method, path, sent)
        await self.before_answer(message)
        if not path.endswith("/callback"):
            return _json(message)
        interaction = {"id": path.split("/")[2], "type": 2, "response_message_id": message["id"]}
        return _json({"interaction": interaction, "resource": {"type": 4, "message": message}})

    def _answered(self, method: str, path: str, sent: Any) -> dict[str, Any]:
        """Return the message that a request made or changed."""
        if path.startswith(("/interactions", "/webhooks")):
            own = sent.get("data", sent)
            flags = 128 if sent.get("type") == 5 else own.get("flags", 0)
            whole = {"type": 20, "application_id": BOT_ID, "flags": flags}
            return self.own_message(own.get("content") or "", **whole)
        message = self.own_message(sent.get("content") or "", attachments=_stored(sent))
        if method == "PATCH":
            edited = {"id": path.rsplit("/", maxsplit=1)[-1], "edited_timestamp": TIME_OF_EDIT}
            return message | edited
        return message


async def _until_closed(socket: web.WebSocketResponse) -> None:
    async for _heartbeat in socket:
        pass


def _json(value: Any, status: int = 200) -> web.Response:
    """Answer without a charset, which discord.py does not expect."""
    body = json.dumps(value).encode()
    return web.Response(body=body, status=status, content_type="application/json")


async def _sent(request: web.Request) -> Any:
    if request.content_type == "multipart/form-data":
        return json.loads(str((await request.post())["payload_json"]))
    body = await request.text()
    return json.loads(body) if body else None


def _stored(sent: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": f"119600000000000000{place}",
            "filename": file["filename"],
            "size": 7,
            "content_type": "text/plain",
            "url": f"https://cdn.example/{file['filename']}",
            "proxy_url": f"https://media.example/{file['filename']}",
        }
        for place, file in enumerate(sent.get("attachments") or [])
    ]


def _application() -> dict[str, Any]:
    return {
        "id": BOT_ID,
        "name": "Pip",
        "description": "",
        "icon": None,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 0,
        "owner": {"id": PERSON_ID, "username": "maya.reads", "discriminator": "0", "avatar": None},
        "team": None,
    }
