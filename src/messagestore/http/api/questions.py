"""Questions over all conversations."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from messagestore.http.access import needs
from messagestore.http.api.documents import answers, document, read
from messagestore.http.api.parameters import Before, Limit, OneContext
from messagestore.http.service import TheService
from messagestore.repository.conversations import MessageStats
from messagestore.repository.page import Page
from messagestore.repository.tokens import Scope

router = APIRouter(tags=["questions"], dependencies=[needs(Scope.READ)])

_PAGE = answers(Page, "messages, newest first")


class MetadataQuestion(msgspec.Struct, frozen=True):
    """A JSON object that the messages' metadata contain (PostgreSQL's `@>`)."""

    contains: dict[str, Any]
    limit: int = 50
    before: str | None = None


@router.get("/search", **_PAGE)
async def search(
    service: TheService,
    query: Annotated[
        str, Query(description='All terms must occur; `"a phrase"` together, `-word` not.')
    ],
    context_id: OneContext = None,
    limit: Limit = 50,
    before: Before = None,
) -> Response:
    """Search for text, in one conversation or in all."""
    found = await service.store.service.search_messages(context_id, query, limit, before=before)
    return document(found)


@router.get("/stats", **answers(MessageStats, "the counts"))
async def stats(service: TheService) -> Response:
    """Count all messages."""
    return document(await service.store.service.get_message_stats())


@router.get("/failed", **_PAGE)
async def failed(
    service: TheService, context_id: OneContext = None, limit: Limit = 50, before: Before = None
) -> Response:
    """Find what could not be sent, in one conversation or in all."""
    found = await service.store.service.get_failed_messages(context_id, limit=limit, before=before)
    return document(found)


@router.get("/senders/{sender:path}/messages", **_PAGE)
async def by_sender(
    service: TheService,
    sender: Annotated[str, Path(description="The `sender` of the messages.")],
    limit: Limit = 50,
    before: Before = None,
) -> Response:
    """Find what someone wrote, in any conversation."""
    found = await service.store.messages.get_user_messages(sender, limit=limit, before=before)
    return document(found)


@router.get("/commands/{name:path}/messages", **_PAGE)
async def by_command(
    service: TheService,
    name: Annotated[str, Path(description="The command's name, without its prefix.")],
    limit: Limit = 50,
    before: Before = None,
) -> Response:
    """Find the uses of a bot command."""
    found = await service.store.messages.get_commands(name, limit=limit, before=before)
    return document(found)


@router.post("/metadata-search", **answers(Page, "messages, newest first", takes=MetadataQuestion))
async def by_metadata(request: Request, service: TheService) -> Response:
    """Find messages by what their metadata contain."""
    asked = await read(request, MetadataQuestion)
    found = await service.store.messages.find_by_metadata(
        asked.contains, limit=asked.limit, before=asked.before
    )
    return document(found)
