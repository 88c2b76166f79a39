"""Statuses: how far an outgoing message got."""

from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from messagestore.event import StatusChanged
from messagestore.http.access import needs
from messagestore.http.api.documents import answers, read
from messagestore.http.api.outcomes import Logged, outcome, outcome_of
from messagestore.http.service import TheService
from messagestore.message import Status
from messagestore.repository.tokens import Scope

router = APIRouter(prefix="/statuses", tags=["statuses"])


class StatusUpdate(msgspec.Struct, frozen=True):
    """A status of the message with that provider's id; without `at`, of now."""

    message_id: str
    status: Status
    error: str | None = None
    at: datetime | None = None


@router.post(
    "",
    dependencies=[needs(Scope.WRITE)],
    **answers(
        Logged,
        "the status is raised, or was as high before",
        takes=StatusUpdate,
        s202="the message has not come yet, or the database does not answer: it waits",
    ),
)
async def update(request: Request, service: TheService) -> Response:
    """Raise the status of a message; any order and repetition of statuses ends the same."""
    new = await read(request, StatusUpdate)
    event = StatusChanged(
        message_id=new.message_id, status=new.status, at=new.at, error_message=new.error
    )
    return outcome(outcome_of(await service.store.logger.log_event(event)))
