"""What the hooks into Telegram's frameworks share: updates and calls of the Bot API are stored.

Nothing here raises into the bot, but for opening the store at the start.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from messagestore.errors import MessageStoreError
from messagestore.integrations.guard import harmless
from messagestore.integrations.telegram_calls import CallRecorder, Reply
from messagestore.logger.message_logger import MessageLogger
from messagestore.providers.telegram.calls import Call, plain, plain_object
from messagestore.providers.telegram.messages import PROVIDER
from messagestore.store import MessageStore


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
        with harmless():
            await self._own.aclose()

    async def incoming(self, bot: str, read: Callable[[], Mapping[str, Any]]) -> None:
        """Store the update that `read` gives, whichever handler will take it."""
        with harmless():
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
        with harmless():
            recorder = CallRecorder(self._opened(), Call.of(bot, method, read()))
        if recorder is None:
            yield reply
            return
        recording = recorder.afterwards if recorder.call.names_chat_by_username else recorder.around
        async with recording(reply):
            yield reply
        if reply.error is None:
            with harmless():
                await recorder.log_changes(plain(reply.result))

    def _opened(self) -> MessageLogger:
        if self._logger is None:
            raise MessageStoreError("the store is not open; start the bot, or give capture a store")
        return self._logger

    def _forget(self) -> None:
        self._logger = None
