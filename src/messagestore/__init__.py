"""Stores every message of a chat bot in PostgreSQL, losing none.

    async with MessageStore.open() as store:
        stored = await store.messages.create(NewMessage(...))

The names below are imported when they are first used: the command line answers `--help` in half
the time for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from messagestore.errors import MessageStoreError
    from messagestore.flow import send_and_log
    from messagestore.message import (
        ContextType,
        Direction,
        MediaType,
        Message,
        NewMessage,
        Status,
        StoredMessage,
    )
    from messagestore.repository.page import Page
    from messagestore.settings import Settings
    from messagestore.store import MessageStore

__all__ = [
    "ContextType",
    "Direction",
    "MediaType",
    "Message",
    "MessageStore",
    "MessageStoreError",
    "NewMessage",
    "Page",
    "Settings",
    "Status",
    "StoredMessage",
    "send_and_log",
]

_ELSEWHERE = {
    "MessageStore": "store",
    "MessageStoreError": "errors",
    "Page": "repository.page",
    "Settings": "settings",
    "send_and_log": "flow",
}


def __getattr__(name: str) -> Any:
    """Import a public name; what is not in `_ELSEWHERE` is in `message`."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'message')}"), name)
