"""send_and_log: one call that sends, and stores what was sent whatever becomes of it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from messagestore.logger.result import LogResult, MessageContext
from messagestore.message import MediaType, Status

R = TypeVar("R")

MAX_ERROR_LENGTH = 2000
_SECRET = re.compile(r"(bot)\d+:[\w-]{20,}|(Bearer|Basic)\s+\S+|://[^/\s@]+@", re.IGNORECASE)


class Sent(msgspec.Struct, Generic[R], frozen=True):
    """What `send` returned, and what logging it came to."""

    response: R
    logged: LogResult


async def send_and_log(  # noqa: PLR0913 (columns of the record, named at the call)
    context: MessageContext,
    send: Callable[[str], Awaitable[R]],
    text: str,
    *,
    media_url: str | None = None,
    media_type: MediaType | None = None,
    reply_to: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    find_message_id: Callable[[R], str | None] | None = None,
) -> Sent[R]:
    """Store `text` as queued, send it, and store it as sent, or failed, with what came back.

    `find_message_id` takes the provider's globally unique id from what `send` returned; without
    it, a string, WhatsApp's answer, and `message_id` or `id` with a string in it are understood.
    Raises only what `send` raised. Without the store the message is sent all the same.
    """
    logger = context.logger
    columns: dict[str, Any] = {
        "reply_to": reply_to or context.reply_to,
        "metadata": metadata,
        "context_type": context.context_type,
        "sender": context.bot,
        "media_url": media_url,
        "media_type": media_type,
    }
    target = (context.context_id, context.recipient, text)
    queued = (await logger.log_outgoing(*target, **columns)).message
    try:
        response = await send(text)
    except Exception as error:
        if queued is not None:
            await logger.log_failed(queued.message_id, describe_error(error))
        else:
            await logger.log_outgoing(*target, **columns, status=Status.FAILED)
        raise
    message_id = _message_id(response, find_message_id)
    if queued is not None:
        return Sent(response, await logger.log_sent(queued, message_id))
    columns |= {"message_id": message_id, "status": Status.SENT}
    return Sent(response, await logger.log_outgoing(*target, **columns))


def describe_error(error: Exception) -> str:
    """Return what a failed send says, without the tokens that HTTP errors carry in URLs."""
    text = f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH]
    return _SECRET.sub("(secret)", text)


def _message_id(response: R, find: Callable[[R], str | None] | None) -> str | None:
    try:
        found = find(response) if find else _known_id(response)
    except Exception:  # noqa: BLE001 (an answer of another shape has no id; the send succeeded)
        return None
    return found if isinstance(found, str) and found else None


def _known_id(response: Any) -> Any:
    if isinstance(response, str):
        return response
    if not isinstance(response, Mapping):
        return getattr(response, "message_id", None) or getattr(response, "id", None)
    if isinstance(response.get("messages"), list):  # the WhatsApp Cloud API
        response = response["messages"][0]
    return response.get("message_id") or response.get("id")
