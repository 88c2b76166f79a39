"""Export: any number of messages, as JSON Lines."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from messagestore.errors import InvalidQuery
from messagestore.http.access import check_also, needs
from messagestore.http.api.documents import reference
from messagestore.http.api.parameters import OneContext
from messagestore.http.service import TheService
from messagestore.message import Message
from messagestore.repository.tokens import Scope

router = APIRouter(tags=["export"], dependencies=[needs(Scope.READ)])

MEDIA_TYPE = "application/x-ndjson"
_PIECE = 64 * 1024

_LINES = {
    "description": "one message a line, oldest first; whole only if the answer ends properly",
    "content": {MEDIA_TYPE: {"schema": reference(Message)}},
}


@router.get("/export", response_class=StreamingResponse, responses={200: _LINES})
async def export(
    request: Request,
    service: TheService,
    context_id: OneContext = None,
    since: Annotated[AwareDatetime | None, Query(description="From then on.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before then.")] = None,
    include_deleted: Annotated[
        bool, Query(description="Hidden messages too; needs the scope `delete`.")
    ] = False,
) -> Response:
    """Stream messages in constant memory: what `messagestore import` reads."""
    if include_deleted:
        await check_also(service, request, Scope.DELETE)
        if context_id is not None:
            raise InvalidQuery("include_deleted is for all conversations; leave context_id out")
    messages = service.store.messages.iterate(
        context_id=context_id, since=since, until=until, include_deleted=include_deleted
    )
    # The first is read before the answer begins, so that an outage is still told as a problem.
    first = await anext(messages, None)
    return StreamingResponse(_pieces(first, messages), media_type=MEDIA_TYPE)


async def _pieces(first: Message | None, rest: AsyncIterator[Message]) -> AsyncIterator[bytes]:
    encode = msgspec.json.Encoder().encode
    lines = bytearray() if first is None else bytearray(encode(first) + b"\n")
    async for message in rest:
        lines += encode(message) + b"\n"
        if len(lines) >= _PIECE:
            yield bytes(lines)
            lines.clear()
    yield bytes(lines)
