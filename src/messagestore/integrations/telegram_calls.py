"""One call of Telegram's Bot API is stored: what it sends, what became of it, what it changed."""

import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec

from messagestore.event import MessageReceived
from messagestore.integrations.guard import harmless
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.sending import describe_error, sending
from messagestore.message import NewMessage, Status
from messagestore.preparation import new_local_id
from messagestore.providers.telegram.answers import change_events, error_of, sent_ids
from messagestore.providers.telegram.calls import Call, plain
from messagestore.providers.telegram.sends import queued_messages


class Reply:
    """What Telegram answered to a call, told by the hook: `result` is JSON."""

    def __init__(self) -> None:
        self.result: Any = None
        self.error: str | None = None

    def take(self, read: Callable[[], Any]) -> None:
        """Take the result of a call that succeeded."""
        with harmless():
            self.result = read()

    def read(self, http_status: int, body: bytes) -> None:
        """Take an answer as Telegram sends it: `{"ok": …, "result": …}`."""
        self.error = f"HTTP {http_status}, and an answer that is not Telegram's"
        with suppress(ValueError, KeyError, TypeError):
            answer = json.loads(body)
            self.result = answer["result"] if answer["ok"] else None
            self.error = None if answer["ok"] else error_of(answer)


class CallRecorder:
    """Stores one call of the Bot API."""

    def __init__(self, logger: MessageLogger, call: Call) -> None:
        self._logger = logger
        self.call = call
        self._messages: Sequence[NewMessage] = queued_messages(call, new_local_id)

    @asynccontextmanager
    async def around(self, reply: Reply) -> AsyncIterator[None]:
        """Store the messages as queued, and as sent or failed when the block ends."""
        async with sending(self._logger, self._messages) as answer:
            yield
            if reply.error is not None:
                answer.failed(reply.error)
                return
            with harmless():
                answer.sent(*sent_ids(self.call, self._messages, plain(reply.result)))

    @asynccontextmanager
    async def afterwards(self, reply: Reply) -> AsyncIterator[None]:
        """Store the messages when the block ends: only the answer tells the id of `@channel`."""
        try:
            yield
        except Exception as error:
            await self._log_all(status=Status.FAILED, error_message=describe_error(error))
            raise
        if reply.error is not None:
            await self._log_all(status=Status.FAILED, error_message=reply.error)
            return
        with harmless():
            result = plain(reply.result)
            self.call = self.call.in_chat_of(result)
            self._messages = queued_messages(self.call, new_local_id)
            await self._log_all(*sent_ids(self.call, self._messages, result), status=Status.SENT)

    async def log_changes(self, result: Any) -> None:
        """Store what the call changed: an edit, a deletion, a reaction."""
        events = change_events(self.call, self._messages, result, str(time.time_ns()))
        await self._logger.log_events(list(events))

    async def _log_all(self, *message_ids: str | None, **columns: Any) -> None:
        ids = [*message_ids, *[None] * len(self._messages)]
        for message, found in zip(self._messages, ids, strict=False):
            sent = msgspec.structs.replace(
                message, message_id=found or message.message_id, **columns
            )
            await self._logger.log_event(MessageReceived(message=sent))
