"""The store for synchronous code: the same store, on an event loop in a thread of its own."""

import atexit
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, ParamSpec, Self, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from messagestore.database.caller import caller
from messagestore.event import Event
from messagestore.logger.result import LogResult
from messagestore.logger.sending import Answer, sending
from messagestore.message import NewMessage
from messagestore.providers import NO_HEADERS
from messagestore.store import MessageStore

_log = logging.getLogger("messagestore")

P = ParamSpec("P")
R = TypeVar("R")

# Closing needs threads of executors. Python ends those before it calls what atexit was given, and
# has this, as executors themselves use it, for what must come before that.
_call_at_exit: Callable[[Callable[[], object]], object] = getattr(
    threading, "_register_atexit", atexit.register
)


class BlockingStore:
    """Calls the store from synchronous code, from any thread.

    with BlockingStore.open() as store:
        page = store.call(store.messages.get_conversation_history, "12025550171")
    """

    def __init__(self, portal: BlockingPortal, store: MessageStore) -> None:
        self._portal = portal
        self._store = store
        self.messages = store.messages
        self.service = store.service
        self.logger = store.logger

    @classmethod
    @contextmanager
    def open(cls, **options: Any) -> Iterator[Self]:
        """Open the store; `options` and errors are those of `MessageStore.open`."""
        with (
            start_blocking_portal(name="messagestore") as portal,
            portal.wrap_async_context_manager(MessageStore.open(**options)) as store,
        ):
            yield cls(portal, store)

    @classmethod
    def open_until_exit(cls, **options: Any) -> Self:
        """Open the store, and close it when the process ends: for an app that a server imports.

        A fork does not take the store's thread along: call this in each worker.
        """
        lifetime = ExitStack()
        store = lifetime.enter_context(cls.open(**options))
        _call_at_exit(lifetime.close)
        return store

    def call(self, method: Callable[P, Awaitable[R]], *arguments: P.args, **options: P.kwargs) -> R:
        """Call a method of the store, and wait for what it returns or raises."""

        async def run() -> R:
            return await method(*arguments, **options)

        caller()  # the calls of one thread are tasks of one caller
        return self._portal.call(run)

    def log_payload(
        self,
        provider: str,
        body: bytes,
        headers: Mapping[str, str] = NO_HEADERS,
        *,
        account: str | None = None,
    ) -> list[LogResult]:
        """Log a payload, as `MessageLogger.log_payload` does: a hook can rely on no error."""
        with _unless_closed():
            return self.call(self.logger.log_payload, provider, body, headers, account=account)
        return []

    def log_events(self, events: Sequence[Event]) -> list[LogResult]:
        """Log events, as `MessageLogger.log_events` does: a hook can rely on no error."""
        with _unless_closed():
            return self.call(self.logger.log_events, events)
        return []

    @contextmanager
    def sending(self, messages: Sequence[NewMessage]) -> Iterator[Answer]:
        """Store what a call sends, as `logger.sending` does, also when the store is closed."""
        caller()
        recorded = self._portal.wrap_async_context_manager(sending(self.logger, messages))
        try:
            answer = recorded.__enter__()
        except RuntimeError:
            _report_closed()
            yield Answer()
            return
        try:
            yield answer
        except BaseException as error:
            with _unless_closed():
                recorded.__exit__(type(error), error, error.__traceback__)
            raise
        with _unless_closed():
            recorded.__exit__(None, None, None)


@contextmanager
def _unless_closed() -> Iterator[None]:
    """Report a store that was closed too early, which must not stop the bot."""
    try:
        yield
    except RuntimeError:
        _report_closed()


def _report_closed() -> None:
    _log.error("a message was not logged: the store is closed; keep it open while the bot runs")
