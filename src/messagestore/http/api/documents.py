"""Documents: the JSON of requests and answers, and how OpenAPI tells of it.

What is answered is a struct of the store as it is, and its schema is made from that struct: there
is no second model that could differ from the first.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from fastapi import Request, Response

from messagestore.errors import InvalidMessage, InvalidPayload, InvalidQuery
from messagestore.http.api.examples import EXAMPLES
from messagestore.http.problems import MEDIA_TYPE, Problem
from messagestore.providers.payload import decode_object

JSON = "application/json"
T = TypeVar("T", bound=msgspec.Struct)

_ENUM = re.compile(r"Invalid enum value .*?(?= - at|$)", re.DOTALL)


def document(content: Any, status: int = HTTPStatus.OK) -> Response:
    """Return an answer with a struct in it."""
    return Response(msgspec.json.encode(content), status, media_type=JSON)


async def read(request: Request, kind: type[T]) -> T:
    """Return the struct in a request's body. Raises InvalidMessage, InvalidPayload."""
    return convert(decode_object(await request.body()), kind)


def convert(value: Mapping[str, Any], kind: type[T]) -> T:
    """Return the struct that an object is. Raises InvalidMessage, InvalidPayload."""
    known = [field.encode_name for field in msgspec.structs.fields(kind)]
    if unknown := len(value.keys() - set(known)):
        raise InvalidPayload(f"{unknown} unknown fields; known are {', '.join(known)}")
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, InvalidMessage | InvalidQuery):
            raise error.__cause__ from None
        raise InvalidPayload(_ENUM.sub("Not one of the known values", str(error))) from None


def answers(
    kind: Any, meaning: str, *, takes: Any = None, status: int = HTTPStatus.OK, **more: str
) -> dict[str, Any]:
    """Return what a route says of itself; `more` are other statuses (s202=…) of the same shape."""
    meanings = {str(int(status)): meaning} | {key.lstrip("s"): text for key, text in more.items()}
    told: dict[str, Any] = {
        "responses": {code: _content(kind, text) for code, text in meanings.items()},
        "response_class": Response,
        "status_code": status,
    }
    if takes is not None:
        told["openapi_extra"] = {"requestBody": {"required": True, **_content(takes)}}
    return told


def problem(meaning: str) -> dict[str, Any]:
    """Return what OpenAPI says of an answer that is a problem."""
    return {"description": meaning, "content": {MEDIA_TYPE: {"schema": reference(Problem)}}}


def reference(kind: Any) -> dict[str, Any]:
    """Return the reference to a struct's schema."""
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _content(kind: Any, meaning: str | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": reference(kind)}
    if kind.__name__ in EXAMPLES:
        content["example"] = EXAMPLES[kind.__name__]
    told: dict[str, Any] = {"content": {JSON: content}}
    return told if meaning is None else told | {"description": meaning}
