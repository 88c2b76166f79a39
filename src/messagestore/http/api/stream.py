"""The stream: messages and what becomes of them, as they are committed (server-sent events)."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Send
from starlette.types import Scope as Request

from messagestore.http.access import needs
from messagestore.http.api.documents import reference
from messagestore.http.feed import Feed, Listener
from messagestore.http.service import TheService
from messagestore.message import Message
from messagestore.repository.changes import Change, ChangeKind, Place
from messagestore.repository.tokens import Scope

router = APIRouter(tags=["stream"], dependencies=[needs(Scope.READ)])

PING_SECONDS = 15

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "events `created` and `changed` with a message, `removed` with its ids",
        "content": {"text/event-stream": {"itemSchema": reference(Message)}},
    }
}
_encode = msgspec.json.Encoder().encode


@router.get("/stream", response_class=EventSourceResponse, responses=_EVENTS)
async def stream(
    service: TheService,
    context_id: Annotated[
        list[str], Query(description="Only these conversations.", max_length=100)
    ] = [],  # noqa: B006 (FastAPI copies it)
    last_event_id: Annotated[
        str | None, Header(description="The id of the last event that was seen, to go on from.")
    ] = None,
) -> EventSourceResponse:
    """Follow the store: every process's messages, in the order of their transactions.

    A listener that falls behind is cut off, and goes on where it was with `Last-Event-ID`. An event
    `gap` comes first when what followed that id may be forgotten already (`stream_hours`).
    """
    after = None if last_event_id is None else Place.read(last_event_id)
    gap = after is not None and await service.store.changes.has_forgotten(after)
    listener = await service.feed.listen(context_id)
    return _Told(service.feed, listener, _events(service.feed, listener, after, gap=gap))


class _Told(EventSourceResponse):
    """Leaves when it has ended, also when its events were never asked for."""

    def __init__(
        self, feed: Feed, listener: Listener, events: AsyncIterator[ServerSentEvent]
    ) -> None:
        super().__init__(events, ping=PING_SECONDS, sep="\n")
        self._feed = feed
        self._listener = listener

    async def __call__(self, scope: Request, receive: Receive, send: Send) -> None:
        """Answer, and listen no more."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._feed.leave(self._listener)


async def _events(
    feed: Feed, listener: Listener, after: Place | None, *, gap: bool
) -> AsyncIterator[ServerSentEvent]:
    if gap:
        yield ServerSentEvent("{}", event="gap", sep="\n")
    async for change in feed.heard(listener, after):
        yield _event(change)


def _event(change: Change) -> ServerSentEvent:
    kind = change.kind if change.message else ChangeKind.REMOVED
    ids = {"id": str(change.id), "context_id": change.context_id}
    data = _encode(change.message or ids).decode()
    return ServerSentEvent(data, event=kind, id=str(change.place), sep="\n")
