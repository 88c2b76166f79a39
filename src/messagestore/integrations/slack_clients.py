"""What the hooks into Bolt's synchronous and asynchronous halves read of clients and requests."""

import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from slack_bolt.request import BoltRequest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.webhook import WebhookResponse

from messagestore.logger.sending import Answer
from messagestore.providers.payload import JsonObject

IDENTITY = "auth.test"
"""The method that tells who a token speaks for."""

Middleware = Callable[[BoltRequest, Callable[[], Any]], Any]
AsyncMiddleware = Callable[[AsyncBoltRequest, Callable[[], Awaitable[Any]]], Awaitable[Any]]

_ORIGINAL = "__messagestore_original__"


def original_of(client_class: Any, method: str) -> Callable[..., Any]:
    """Return a method of a class, below a hook that was put there before."""
    found: Callable[..., Any] = getattr(client_class, method)
    return getattr(found, _ORIGINAL, found)


def replace(client_class: Any, hook: Callable[..., Any], original: Callable[..., Any]) -> None:
    """Put a hook into a class of clients: Bolt makes a new client for each request."""
    setattr(hook, _ORIGINAL, original)
    setattr(client_class, original.__name__, hook)


def token_of(client: Any, options: Mapping[str, Any]) -> str | None:
    """Return the token of a call: its own, or its client's."""
    parts = [options.get(part) for part in ("params", "data", "json")]
    own = next(
        (part["token"] for part in parts if isinstance(part, dict) and part.get("token")), ""
    )
    return own or getattr(client, "token", None)


def body_of(request: BoltRequest | AsyncBoltRequest) -> bytes:
    """Return the body as Slack sent it; socket mode gives it decoded."""
    if request.raw_body:
        return request.raw_body.encode("utf-8", "surrogatepass")
    return json.dumps(request.body).encode()


def data_of(response: Any) -> JsonObject:
    """Return what Slack answered."""
    data = getattr(response, "data", None)
    return data if isinstance(data, dict) else {}


def note_response(answer: Answer, response: WebhookResponse) -> None:
    """Note what a `response_url` answered: it names no id, and the client raises no error."""
    if response.status_code != HTTPStatus.OK:
        answer.failed(f"{response.status_code}: {response.body}")
