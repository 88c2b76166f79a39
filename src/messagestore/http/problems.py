"""Problems: how every error is told, as RFC 9457 has it (application/problem+json).

No problem repeats what a person wrote, nor the value of a parameter that was wrong.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from messagestore.errors import (
    DatabaseUnavailable,
    EntryNotFound,
    InvalidMessage,
    InvalidPayload,
    InvalidQuery,
    MessageNotFound,
    MessageStoreError,
    RecordRefused,
    SchemaMismatch,
    SpoolError,
    TokenNotFound,
)

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER = {"Retry-After": "5"}
"""Seconds; what is told to come again then is mostly an outage, and those are short."""

_BY_ERROR: tuple[tuple[type[MessageStoreError], HTTPStatus], ...] = (
    (InvalidMessage, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InvalidQuery, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InvalidPayload, HTTPStatus.UNPROCESSABLE_ENTITY),
    (RecordRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (MessageNotFound, HTTPStatus.NOT_FOUND),
    (TokenNotFound, HTTPStatus.NOT_FOUND),
    (EntryNotFound, HTTPStatus.NOT_FOUND),
    (DatabaseUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (SchemaMismatch, HTTPStatus.SERVICE_UNAVAILABLE),
    (SpoolError, HTTPStatus.SERVICE_UNAVAILABLE),
)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong: `title` is the status in words, `detail` a sentence about this case."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


def refusal(status: HTTPStatus, detail: str, **headers: str) -> HTTPException:
    """Return what to raise so that a request is answered with a problem."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTTPException(status, detail, named)


def answer(
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """Return the answer that tells a problem."""
    title = HTTPStatus(status).phrase
    problem = Problem(title=title, status=status, detail=detail, errors=errors)
    more = RETRY_AFTER if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Response(
        msgspec.json.encode(problem), status, {**more, **(headers or {})}, media_type=MEDIA_TYPE
    )


def tell_problems(app: FastAPI) -> None:
    """Have every error of the application told as a problem."""
    app.add_exception_handler(MessageStoreError, _of_ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)


async def _of_ours(_request: Request, error: Any) -> Response:
    status = next((status for kind, status in _BY_ERROR if isinstance(error, kind)), None)
    return answer(status or HTTPStatus.INTERNAL_SERVER_ERROR, str(error))


async def _of_http(_request: Request, error: Any) -> Response:
    return told(error)


def told(error: HTTPException) -> Response:
    """Return the answer that tells what `refusal` made, or the framework."""
    return answer(error.status_code, _sentence(error), error.headers)


async def _of_validation(_request: Request, error: Any) -> Response:
    errors = [
        {"where": ".".join(map(str, found["loc"])), "what": found["msg"]}
        for found in error.errors()
    ]
    wrong = ", ".join(dict.fromkeys(found["where"] for found in errors))
    detail = f"These parameters are wrong or missing: {wrong}."
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


def _sentence(error: HTTPException) -> str:
    """Return what the error says; where the framework says nothing of its own, more than that."""
    if error.detail != HTTPStatus(error.status_code).phrase:
        return error.detail
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return "Nothing is at this path; docs/reference/http.md lists what there is."
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return "This path takes other methods: see the header Allow."
        case _:
            return error.detail
