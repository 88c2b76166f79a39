"""Description: the API in OpenAPI's words, made from the routes and the structs."""

from functools import cache
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi

from messagestore.http.access import needs
from messagestore.http.api.conversations import Messages
from messagestore.http.api.messages import NewMessages
from messagestore.http.api.outcomes import Logged, LoggedMany
from messagestore.http.api.questions import MetadataQuestion
from messagestore.http.api.statuses import StatusUpdate
from messagestore.http.problems import Problem
from messagestore.logger.quarantine_desk import QuarantinePage
from messagestore.logger.quarantined import QuarantinedRecord, Retrial
from messagestore.message import Message, NewMessage
from messagestore.repository.conversations import ConversationPage, MessageStats
from messagestore.repository.page import Page
from messagestore.repository.threads import Thread
from messagestore.repository.tokens import Scope

router = APIRouter()

_KINDS = (
    ConversationPage,
    Logged,
    LoggedMany,
    Message,
    MessageStats,
    Messages,
    MetadataQuestion,
    NewMessage,
    NewMessages,
    Page,
    Problem,
    QuarantinePage,
    QuarantinedRecord,
    Retrial,
    StatusUpdate,
    Thread,
)


@router.get("/openapi.json", include_in_schema=False, dependencies=[needs(Scope.READ)])
async def description(request: Request) -> Response:
    """Return the description, for clients that are made from it."""
    return Response(_encoded(request.app), media_type="application/json")


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the application."""
    told = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    template = "#/components/schemas/{name}"
    _, schemas = msgspec.json.schema_components(_KINDS, ref_template=template)
    told["components"]["schemas"] = told["components"].get("schemas", {}) | schemas
    return told


@cache
def _encoded(app: FastAPI) -> bytes:
    return msgspec.json.encode(describe(app))
