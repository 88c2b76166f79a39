"""What the hooks into Telegram's frameworks share: updates and calls of the Bot API are stored.

Nothing here raises into the bot, but for opening the store at the start.
"""

import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Any
from uuid import uuid4

import msgspec

from messagestore.errors import MessageStoreError
from messagestore.event import MessageReceived
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.sending import describe_error, sending
from messagestore.message import NewMessage, Status
from messagestore.preparation import LOCAL_PREFIX
from messagestore.providers.telegram.answers import change_events, error_of, sent_ids
from messagestore.providers.telegram.calls import Call, plain, plain_object
from messagestore.providers.telegram.messages import PROVIDER
from messagestore.providers.telegram.sends import queued_messages
from messagestore.store import MessageStore

_log = logging.getLogger("messagestore")


class Reply:
    """What Telegram answered to a call, told by the hook: `result` is JSON."""

    def __init__(self) -> None:
        self.result: Any = None
        self.error: str | None = None

    def take(self, read: Callable[[], Any]) -> None:
        """Take the result of a call that succeeded."""
        with _reported():
            self.result = read()

    def read(self, http_status: int, body: bytes) -> None:
        """Take an answer as Telegram sends it: `{"ok": …, "result": …}`."""
        self.error = f"HTTP {http_status}, and an answer that is not Telegram's"
        with suppress(ValueError, KeyError, TypeError):
            answer = json.loads(body)
            self.result = answer["result"] if answer["ok"] else None
            self.error = None if answer["ok"] else error_of(answer)


class TelegramCapture:
    """Stores what a bot receives and sends, in a store that is given or that it opens itself."""

    def __init__(self, store: MessageStore | None) -> None:
        self._logger = None if store is None else store.logger
        self._own = AsyncExitStack()

    async def open(self) -> None:
        """Open the store that the settings name, unless there is one.

        Raises what `MessageStore.open` raises.
        """
        if self._logger is None:
            store = await self._own.enter_async_context(MessageStore.open())
            self._own.callback(self._forget)
            self._logger = store.logger

    async def close(self) -> None:
        """Close the store, unless it was given."""
        with _reported():
            await self._own.aclose()

    async def incoming(self, bot: str, read: Callable[[], Mapping[str, Any]]) -> None:
        """Store the update that `read` gives, whichever handler will take it."""
        with _reported():
            body = json.dumps(plain_object(read())).encode()
            await self._opened().log_payload(PROVIDER, body, account=bot)

    @asynccontextmanager
    async def calling(
        self, bot: str, method: str, read: Callable[[], Mapping[str, Any]]
    ) -> AsyncIterator[Reply]:
        """Store what a call sends before the block makes it, and what it changed after it.

        `read` gives the parameters.
        """
        reply, recorder = Reply(), None
        with _reported():
            recorder = _Recorder(self._opened(), Call.of(bot, method, read()))
        if recorder is None:
            yield reply
            return
        recording = recorder.afterwards if recorder.call.names_chat_by_username else recorder.around
        async with recording(reply):
            yield reply
        if reply.error is None:
            with _reported():
                await recorder.log_changes(plain(reply.result))

    def _opened(self) -> MessageLogger:
        if self._logger is None:
            raise MessageStoreError("the store is not open; start the bot, or give capture a store")
        return self._logger

    def _forget(self) -> None:
        self._logger = None


class _Recorder:
    """Stores one call of the Bot API."""

    def __init__(self, logger: MessageLogger, call: Call) -> None:
        self._logger = logger
        self.call = call
        self._messages: Sequence[NewMessage] = queued_messages(call, _local_id)

    @asynccontextmanager
    async def around(self, reply: Reply) -> AsyncIterator[None]:
        """Store the messages as queued, and as sent or failed when the block ends."""
        async with sending(self._logger, self._messages) as answer:
            yield
            if reply.error is not None:
                answer.failed(reply.error)
                return
            with _reported():
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
        with _reported():
            result = plain(reply.result)
            self.call = self.call.in_chat_of(result)
            self._messages = queued_messages(self.call, _local_id)
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


@contextmanager
def _reported() -> Iterator[None]:
    """Report what went wrong, without the words of people, and go on: the bot must not stop."""
    try:
        yield
    except MessageStoreError as error:
        _log.error("a message was not logged: %s: %s", type(error).__name__, error)
    except Exception as error:  # noqa: BLE001 (nothing raises into the bot)
        _log.error("a message was not logged: %s", type(error).__name__)


def _local_id() -> str:
    return f"{LOCAL_PREFIX}{uuid4()}"
