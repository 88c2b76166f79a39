"""Stores every message of a chat bot in PostgreSQL, losing none.

async with MessageStore.open() as store:
    stored = await store.messages.create(NewMessage(...))
"""

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
