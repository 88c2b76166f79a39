"""All routes of the API put together."""

from typing import Any

from fastapi import APIRouter

from messagestore.http.api import (
    conversations,
    description,
    export,
    messages,
    quarantine,
    questions,
    removal,
    statuses,
    stream,
)
from messagestore.http.api.documents import problem

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": problem("what was asked cannot be done; `detail` says why"),
    "503": problem("the database does not answer; try again after `Retry-After` seconds"),
}

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
for module in (
    messages,
    statuses,
    removal,
    conversations,
    questions,
    export,
    stream,
    quarantine,
    description,
):
    router.include_router(module.router)
