"""Limits on bodies: their size, their encoding, and how long they may take to arrive.

A body is read whole before anything looks at it, so that a signature can be checked on it and an
answer 4xx needs no half-read request. Compressed bodies are refused, which no provider sends: what
is never unpacked cannot be a bomb.
"""

from http import HTTPStatus

from fastapi import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messagestore.deadlines import Deadlines
from messagestore.http.problems import answer

_HANG_UP = {"Connection": "close"}
"""What is left of a refused body is not read."""


class BodyLimits:
    """Middleware that answers 408, 413 and 415 where a body is not taken."""

    def __init__(self, app: ASGIApp, *, limit: int, deadline: float) -> None:
        self._app = app
        self._limit = limit
        self._deadlines = Deadlines(deadline)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body of a request, and pass it on in one piece."""
        headers = _of_body(scope) if scope["type"] == "http" else {}
        if not _has_body(headers):
            await self._app(scope, receive, send)
            return
        refused = self._refused(headers)
        if refused is not None:
            await refused(scope, receive, send)
            return
        try:
            with self._deadlines.within():
                body = await self._read(receive)
        except TimeoutError:
            detail = f"The body did not arrive within {self._deadlines.seconds:g} seconds."
            late = answer(HTTPStatus.REQUEST_TIMEOUT, detail, _HANG_UP)
            await late(scope, receive, send)
            return
        if body is None:
            return  # nobody waits for an answer any more
        if len(body) > self._limit:
            await self._too_large()(scope, receive, send)
            return
        await self._app(scope, _replaying(body, receive), send)

    def _refused(self, headers: dict[bytes, bytes]) -> Response | None:
        if headers.get(b"content-encoding", b"").lower() not in {b"", b"identity"}:
            detail = "The body is compressed; send it as it is."
            accepted = {"Accept-Encoding": "identity", **_HANG_UP}
            return answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, accepted)
        size = headers.get(b"content-length", b"0")
        if size.isdigit() and int(size[:20]) > self._limit:
            return self._too_large()
        return None

    def _too_large(self) -> Response:
        detail = f"The body has more than {self._limit} bytes (the setting http_body_limit)."
        return answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, _HANG_UP)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body, up to the piece that is beyond the limit; None when the client left."""
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            whole: bytes = message.get("body", b"")
            return whole
        body = bytearray()
        while message["type"] != "http.disconnect":
            body += message.get("body", b"")
            if len(body) > self._limit or not message.get("more_body", False):
                return bytes(body)
            message = await receive()
        return None


_NAMES = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


def _of_body(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers that tell of a body; the names come in small letters (ASGI)."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _NAMES:
            found.setdefault(name, value)
    return found


def _has_body(headers: dict[bytes, bytes]) -> bool:
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Give the body once, then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
