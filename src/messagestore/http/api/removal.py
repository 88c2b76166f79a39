"""Removal: hiding messages, showing them again, and deleting them for good."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from messagestore.http.access import check_also, needs
from messagestore.http.api.documents import answers, document
from messagestore.http.api.parameters import Identifier
from messagestore.http.service import TheService
from messagestore.message import Message
from messagestore.repository.tokens import Scope

router = APIRouter(prefix="/messages", tags=["removal"], dependencies=[needs(Scope.DELETE)])


@router.delete("/{id}", **answers(Message, "the message, hidden now; or as it was, if hard"))
async def delete(
    request: Request,
    service: TheService,
    id: Identifier,
    hard: Annotated[
        bool, Query(description="Delete it for good; needs the scope `admin`.")
    ] = False,
    reason: Annotated[
        str | None, Query(max_length=1000, description="Why; kept in `metadata.deleted`.")
    ] = None,
) -> Response:
    """Hide a message from every answer and counter, or delete it for good."""
    if not hard:
        return document(await service.store.messages.soft_delete(id, reason=reason))
    await check_also(service, request, Scope.ADMIN)
    return document(await service.store.messages.hard_delete(id))


@router.post("/{id}/restore", **answers(Message, "the message, shown again"))
async def restore(
    service: TheService,
    id: Identifier,
) -> Response:
    """Show a hidden message again."""
    return document(await service.store.messages.restore(id))
