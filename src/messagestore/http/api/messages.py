"""Messages: logging them, and finding one."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from messagestore.errors import InvalidMessage, InvalidPayload, MessageNotFound
from messagestore.event import MessageReceived
from messagestore.http.access import needs
from messagestore.http.api.documents import answers, convert, document, read
from messagestore.http.api.outcomes import Logged, LoggedMany, outcome, outcome_of, outcomes
from messagestore.http.api.parameters import Identifier, Limit
from messagestore.http.service import Service, TheService
from messagestore.message import Message, NewMessage
from messagestore.repository.page import MAX_LIMIT
from messagestore.repository.threads import Thread
from messagestore.repository.tokens import Scope

router = APIRouter(prefix="/messages", tags=["messages"])


class NewMessages(msgspec.Struct, frozen=True):
    """Messages to log."""

    messages: Annotated[list[NewMessage], msgspec.Meta(min_length=1, max_length=MAX_LIMIT)]


class _Objects(msgspec.Struct, frozen=True):
    """The same, not looked into yet: one that is wrong is refused alone."""

    messages: Annotated[list[Mapping[str, Any]], msgspec.Meta(min_length=1, max_length=MAX_LIMIT)]


@router.post(
    "",
    dependencies=[needs(Scope.WRITE)],
    **answers(
        Logged,
        "stored",
        takes=NewMessage,
        status=HTTPStatus.CREATED,
        s200="it was stored before, or can never be",
        s202="kept, and stored when the database is back; or set apart in the quarantine",
    ),
)
async def log(request: Request, service: TheService) -> Response:
    """Log a message, which is durable when this is answered. Logging it twice stores it once."""
    return outcome(await _log(service, await read(request, NewMessage)))


@router.post(
    "/batch",
    dependencies=[needs(Scope.WRITE)],
    **answers(LoggedMany, "what became of each, in their order", takes=NewMessages),
)
async def log_many(request: Request, service: TheService) -> Response:
    """Log up to 1,000 messages. One that is wrong is `refused`, and does not touch the others."""
    objects = (await read(request, _Objects)).messages
    return outcomes(await _log_each(service, objects))


@router.get(
    "/by-message-id",
    dependencies=[needs(Scope.READ)],
    **answers(Message, "the message"),
)
async def get_by_message_id(
    service: TheService,
    message_id: Annotated[str, Query(description="The provider's id, as identifiers.md has it.")],
) -> Response:
    """Find a message by its provider's id."""
    return _found(await service.store.messages.get_by_message_id(message_id))


@router.get("/{id}", dependencies=[needs(Scope.READ)], **answers(Message, "the message"))
async def get(service: TheService, id: Identifier) -> Response:
    """Find a message by its id."""
    return _found(await service.store.messages.get(id))


@router.get(
    "/{id}/thread",
    dependencies=[needs(Scope.READ)],
    **answers(Thread, "the message, with what it answers and what answers it"),
)
async def get_thread(
    service: TheService,
    id: Identifier,
    limit: Limit = 200,
) -> Response:
    """Read what a message answers, and what answers it, oldest first."""
    return document(await service.store.messages.get_thread(id, limit=limit))


def _found(message: Message | None) -> Response:
    if message is None:
        raise MessageNotFound("No message has this id, or it is hidden.")
    return document(message)


async def _log(service: Service, message: NewMessage) -> Logged:
    return outcome_of(await service.store.logger.log_event(MessageReceived(message=message)))


async def _log_each(service: Service, objects: list[Mapping[str, Any]]) -> list[Logged]:
    """Log them all at once, in one commit where that is possible."""
    found: list[NewMessage | Logged] = []
    for item in objects:
        try:
            found.append(convert(item, NewMessage))
        except (InvalidMessage, InvalidPayload) as error:
            found.append(Logged.refused(str(error)))
    events = [MessageReceived(message=item) for item in found if isinstance(item, NewMessage)]
    results = iter(await service.store.logger.log_events(events))
    return [outcome_of(next(results)) if isinstance(item, NewMessage) else item for item in found]
