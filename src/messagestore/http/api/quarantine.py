"""Quarantine: what the database refused for its content, of all processes."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from messagestore.http.access import needs
from messagestore.http.api.documents import answers, document
from messagestore.http.api.parameters import Limit
from messagestore.http.service import TheService
from messagestore.logger.quarantine_desk import QuarantinePage
from messagestore.logger.quarantined import QuarantinedRecord, Retrial
from messagestore.repository.tokens import Scope

router = APIRouter(prefix="/quarantine", tags=["quarantine"], dependencies=[needs(Scope.ADMIN)])

Entry = Annotated[str, Path(description="The `id` that the list shows.")]


@router.get("", **answers(QuarantinePage, "the records, by file, oldest first"))
async def list_(
    service: TheService,
    limit: Limit = 50,
    after: Annotated[
        str | None, Query(description="`next` of the page before, to read on from there.")
    ] = None,
) -> Response:
    """List what is in the quarantine, since when, and why."""
    return document(await service.quarantine.list(after=after, limit=limit))


@router.get("/{id}", **answers(QuarantinedRecord, "the record"))
async def show(service: TheService, id: Entry) -> Response:
    """Show a record."""
    return document(await service.quarantine.get(id))


@router.post("/{id}/retry", **answers(Retrial, "what it came to; `refused` says why it stays"))
async def retry(service: TheService, id: Entry) -> Response:
    """Write a record to the database again."""
    return document(await service.quarantine.retry(id))


@router.delete("/{id}", status_code=HTTPStatus.NO_CONTENT, response_class=Response)
async def drop(service: TheService, id: Entry) -> Response:
    """Delete a record for good: nothing else has it."""
    await service.quarantine.drop(id)
    return Response(status_code=HTTPStatus.NO_CONTENT)
