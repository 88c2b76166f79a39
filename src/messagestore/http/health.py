"""GET /healthz and /readyz: whether the process is alive, and whether it can take messages."""

import asyncio
from http import HTTPStatus

import msgspec
from fastapi import APIRouter, Response

from messagestore.errors import DatabaseError
from messagestore.http.service import TheService
from messagestore.store import MessageStore

router = APIRouter()

_PATIENCE = 1.0
"""Seconds that the database has to answer."""


class Readiness(msgspec.Struct, frozen=True):
    """Where messages go: into the database, into the spool, or nowhere."""

    ready: bool
    database: bool
    spool: bool


@router.get("/healthz", include_in_schema=False)
async def healthz() -> Response:
    """Answer, as that is all there is to it."""
    return _json({"alive": True}, HTTPStatus.OK)


@router.get("/readyz", include_in_schema=False)
async def readyz(service: TheService) -> Response:
    """Say whether messages can be made durable, and where; 503 when nowhere."""
    readiness = await _readiness(service.store)
    status = HTTPStatus.OK if readiness.ready else HTTPStatus.SERVICE_UNAVAILABLE
    return _json(readiness, status)


async def _readiness(store: MessageStore) -> Readiness:
    """Ask the database, and the spool only if that does not answer: asking makes its file."""
    database = await _database_answers(store)
    spool = await store.spooler.has_room() if store.spooler.opened or not database else True
    return Readiness(ready=database or spool, database=database, spool=spool)


async def _database_answers(store: MessageStore) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await store.recorder.probe()
    except (DatabaseError, TimeoutError):
        return False
    return True


def _json(content: object, status: HTTPStatus) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
