"""Conversations: the list of them, and what is asked of one."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from messagestore.http.access import needs
from messagestore.http.api.documents import answers, document
from messagestore.http.api.parameters import Before, Context, Limit
from messagestore.http.service import TheService
from messagestore.message import Direction, MediaType, Message, Status
from messagestore.repository.conversations import ConversationPage, MessageStats
from messagestore.repository.page import Page
from messagestore.repository.tokens import Scope

router = APIRouter(
    prefix="/conversations", tags=["conversations"], dependencies=[needs(Scope.READ)]
)

_PAGE = answers(Page, "messages, newest first")


class Messages(msgspec.Struct, frozen=True):
    """Messages, oldest first."""

    messages: list[Message]


@router.get("", **answers(ConversationPage, "conversations, last active first"))
async def list_conversations(
    service: TheService, limit: Limit = 50, before: Before = None
) -> Response:
    """List the conversations with their counters."""
    return document(await service.store.service.list_conversations(limit=limit, before=before))


@router.get("/{context_id:path}/messages", **_PAGE)
async def history(
    service: TheService,
    context_id: Context,
    limit: Limit = 50,
    before: Before = None,
    offset: Annotated[int, Query(ge=0, lt=2**62, description="Skip so many; costs them.")] = 0,
) -> Response:
    """Read a conversation."""
    found = await service.store.messages.get_conversation_history(
        context_id, limit=limit, before=before, offset=offset
    )
    return document(found)


@router.get("/{context_id:path}/between", **_PAGE)
async def between(
    service: TheService,
    context_id: Context,
    start: Annotated[AwareDatetime, Query(description="From then on.")],
    end: Annotated[AwareDatetime, Query(description="Before then.")],
    limit: Limit = 50,
    before: Before = None,
) -> Response:
    """Read what a conversation had in a span of time."""
    found = await service.store.messages.get_messages_between(
        context_id, start, end, limit=limit, before=before
    )
    return document(found)


@router.get("/{context_id:path}/last", **answers(Messages, "messages, oldest first"))
async def last(service: TheService, context_id: Context, count: Limit = 10) -> Response:
    """Read the last messages as a chat is read."""
    return document(Messages(await service.store.service.get_last_messages(context_id, count)))


@router.get("/{context_id:path}/stats", **answers(MessageStats, "the counts"))
async def stats(service: TheService, context_id: Context) -> Response:
    """Count a conversation's messages; all zero when it has none."""
    return document(await service.store.service.get_message_stats(context_id))


@router.get("/{context_id:path}/media", **_PAGE)
async def media(
    service: TheService,
    context_id: Context,
    media_type: MediaType | None = None,
    limit: Limit = 50,
    before: Before = None,
) -> Response:
    """Find messages with media, of one type or of all."""
    found = await service.store.service.get_media_messages(
        context_id, media_type=media_type, limit=limit, before=before
    )
    return document(found)


@router.get("/{context_id:path}/by-status", **_PAGE)
async def by_status(
    service: TheService,
    context_id: Context,
    direction: Direction,
    status: Status,
    limit: Limit = 50,
    before: Before = None,
) -> Response:
    """Find messages of one direction and status: what is queued, say, or what has failed."""
    found = await service.store.messages.get_messages_by_status(
        context_id, direction, status, limit=limit, before=before
    )
    return document(found)
