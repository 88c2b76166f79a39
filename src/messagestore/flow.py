"""send_and_log: one call that sends, and stores what was sent whatever becomes of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from messagestore.logger.result import LogResult, MessageContext
from messagestore.logger.sending import Send, describe_error
from messagestore.message import MediaType

R = TypeVar("R")


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
    columns: dict[str, Any] = {
        "reply_to": reply_to or context.reply_to,
        "metadata": metadata,
        "context_type": context.context_type,
        "sender": context.bot,
        "media_url": media_url,
        "media_type": media_type,
    }
    target = (context.context_id, context.recipient, text)

    async def log(**end: Any) -> LogResult:
        return await context.logger.log_outgoing(*target, **columns | end)

    under_way = Send(context.logger, log)
    await under_way.queue()
    try:
        response = await send(text)
    except Exception as error:
        await under_way.failed(describe_error(error))
        raise
    return Sent(response, await under_way.sent(_message_id(response, find_message_id)))


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
