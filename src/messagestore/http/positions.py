"""The header Messagestore-Position: who wrote through one process reads it through another.

It is the position in the primary's log that a write's answer names, and a later read may name.
"""

import re
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messagestore.database.caller import new_caller
from messagestore.database.replicas import OwnWrites, Replicas
from messagestore.http.problems import answer

HEADER = "Messagestore-Position"

_API = "/api/"
_POSITION = re.compile(r"([0-9A-F]{1,8})/([0-9A-F]{1,8})", re.ASCII)


class Positions:
    """Middleware of a service that has replicas; it is about the API alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request read what its header names, and its answer name what it wrote."""
        if scope["type"] != "http" or not scope["path"].startswith(_API):
            await self._app(scope, receive, send)
            return
        new_caller()
        reader = scope["app"].state.service.store.reader
        assert isinstance(reader, Replicas)  # noqa: S101 (create_app adds this to no other)
        own_writes = reader.own_writes
        named = Headers(scope=scope).get(HEADER)
        if named is not None:
            position = read_position(named)
            if position is None:
                detail = f"The header {HEADER} is not one that an answer had."
                await answer(HTTPStatus.BAD_REQUEST, detail)(scope, receive, send)
                return
            own_writes.adopt(position)

        async def naming(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _name(own_writes, message)
            await send(message)

        await self._app(scope, receive, naming)


def read_position(text: str) -> int | None:
    """Return the position that a header holds, as PostgreSQL writes one; None for anything else."""
    found = _POSITION.fullmatch(text)
    return None if found is None else int(found[1], 16) << 32 | int(found[2], 16)


async def _name(own_writes: OwnWrites, message: Message) -> None:
    position = await own_writes.of_caller()
    if position is not None:
        MutableHeaders(scope=message)[HEADER] = f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
