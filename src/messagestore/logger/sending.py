"""Sending: what goes out is stored as queued before it leaves, and as sent or failed after it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Protocol

import msgspec

from messagestore.database.caller import caller
from messagestore.event import Event, MessageReceived
from messagestore.logger.result import LogResult, OutgoingLog
from messagestore.message import Message, NewMessage, Status

MAX_ERROR_LENGTH = 2000
_SECRET = re.compile(r"(bot)\d+:[\w-]{20,}|(Bearer|Basic)\s+\S+|://[^/\s@]+@", re.IGNORECASE)


class Send:
    """One message on its way out. Nothing here raises, so that a send never fails for the log.

    `log` stores the message; given columns (`message_id`, `status`, `error_message`) replace its
    own. Where storing it as queued did not work, it is stored whole when its end is known.
    """

    def __init__(self, logger: OutgoingLog, log: Callable[..., Awaitable[LogResult]]) -> None:
        self._logger = logger
        self._log = log
        self._queued: Message | None = None

    async def queue(self) -> None:
        """Store it as queued."""
        self._queued = (await self._log()).message

    async def sent(self, message_id: str | None) -> LogResult:
        """Store that it was sent, under the provider's globally unique id if it gave one."""
        if self._queued is not None:
            return await self._logger.log_sent(self._queued, message_id)
        return await self._log(message_id=message_id, status=Status.SENT)

    async def failed(self, error: str) -> LogResult:
        """Store that it could not be sent, and why."""
        if self._queued is not None:
            return await self._logger.log_failed(self._queued.message_id, error)
        return await self._log(status=Status.FAILED, error_message=error)


class Answer:
    """What the provider said to a call that sends, as a hook understands it."""

    def __init__(self) -> None:
        self.message_ids: Sequence[str | None] = ()
        self.error: str | None = None

    def sent(self, *message_ids: str | None) -> None:
        """Note the globally unique ids, in the order of the messages; None for one without."""
        self.message_ids = message_ids

    def failed(self, error: str) -> None:
        """Note the provider's error, which the client library does not raise."""
        self.error = error[:MAX_ERROR_LENGTH]


class EventLog(OutgoingLog, Protocol):
    """The part of MessageLogger that a hook needs to store what goes out."""

    async def log_event(self, event: Event) -> LogResult:
        """Log one event."""
        ...


@asynccontextmanager
async def sending(logger: EventLog, messages: Sequence[NewMessage]) -> AsyncIterator[Answer]:
    """Store messages as queued, and what became of them when the block ends.

    The block makes the call, and tells the Answer what came back; what it raises makes the messages
    failed, and goes on to the caller. A call that was cancelled leaves them queued: nobody knows.
    """
    caller()  # what the tasks below write, this one reads afterwards
    sends = [Send(logger, partial(_log_with, logger, message)) for message in messages]
    answer = Answer()
    await asyncio.gather(*(send.queue() for send in sends))
    try:
        yield answer
    except Exception as error:
        await _fail(sends, describe_error(error))
        raise
    if answer.error is not None:
        await _fail(sends, answer.error)
        return
    ids = [*answer.message_ids, *[None] * len(sends)]
    await asyncio.gather(*(send.sent(found) for send, found in zip(sends, ids, strict=False)))


def describe_error(error: Exception) -> str:
    """Return what a failed send says, without the tokens that HTTP errors carry in URLs."""
    text = f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH]
    return _SECRET.sub("(secret)", text)


async def _fail(sends: Sequence[Send], error: str) -> None:
    await asyncio.gather(*(send.failed(error) for send in sends))


async def _log_with(logger: EventLog, message: NewMessage, **columns: Any) -> LogResult:
    known = {name: value for name, value in columns.items() if value is not None}
    return await logger.log_event(
        MessageReceived(message=msgspec.structs.replace(message, **known))
    )
