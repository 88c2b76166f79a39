"""Limits on bodies: their size, their encoding, and how long they may take to arrive.

A body is read whole before anything looks at it, so that a signature can be checked on it and an
answer 4xx needs no half-read request. Compressed bodies are refused, which no provider sends: what
is never unpacked cannot be a bomb.
"""

import asyncio
from http import HTTPStatus

from fastapi import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messagestore.http.problems import answer

_HANG_UP = {"Connection": "close"}
"""What is left of a refused body is not read."""


class BodyLimits:
    """Middleware that answers 408, 413 and 415 where a body is not taken."""

    def __init__(self, app: ASGIApp, *, limit: int, deadline: float) -> None:
        self._app = app
        self._limit = limit
        self._deadline = deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body of a request, and pass it on in one piece."""
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        refused = self._refused(Headers(scope=scope))
        if refused is not None:
            await refused(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._deadline):
                body = await self._read(receive)
        except TimeoutError:
            detail = f"The body did not arrive within {self._deadline:g} seconds."
            late = answer(HTTPStatus.REQUEST_TIMEOUT, detail, _HANG_UP)
            await late(scope, receive, send)
            return
        if body is None:
            return  # nobody waits for an answer any more
        if len(body) > self._limit:
            await self._too_large()(scope, receive, send)
            return
        await self._app(scope, _replaying(body, receive), send)

    def _refused(self, headers: Headers) -> Response | None:
        if headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
            detail = "The body is compressed; send it as it is."
            accepted = {"Accept-Encoding": "identity", **_HANG_UP}
            return answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, accepted)
        size = headers.get("content-length", "0")
        if size.isdecimal() and int(size[:20]) > self._limit:
            return self._too_large()
        return None

    def _too_large(self) -> Response:
        detail = f"The body has more than {self._limit} bytes (the setting http_body_limit)."
        return answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, _HANG_UP)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body, up to the piece that is beyond the limit; None when the client left."""
        body = bytearray()
        while len(body) <= self._limit:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        return bytes(body)


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Give the body once, then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
