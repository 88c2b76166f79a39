"""The questions whose answers are timed: every read of the specification."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

import asyncpg

from messagestore.bench.dataset.dataset import COMMON_WORD, RARE_WORD, Dataset
from messagestore.store import MessageStore

Ask = Callable[[], Awaitable[object]]


class Question(NamedTuple):
    """A read, and the most that it may take: a bound on one of its figures, in milliseconds."""

    name: str
    ask: Ask
    bound: float = 1.0
    figure: str = "server p50"


_SEARCH = {"figure": "library p95"}
_PHRASE = "select content from messages where context_id = $1 and content like '% % % %' limit 1"
_MIDDLE = """
    SELECT id, message_id FROM messages WHERE context_id = $1 AND NOT is_deleted
    ORDER BY created_at DESC, id DESC
    OFFSET (SELECT total / 2 FROM conversations WHERE context_id = $1) LIMIT 1
"""
_ANSWER = """
    SELECT message_id FROM messages WHERE context_id = $1 AND reply_to_message_id IS NOT NULL
    ORDER BY created_at DESC LIMIT 1
"""
_ORDER = """
    SELECT (metadata -> 'order' ->> 'number')::bigint FROM messages
    WHERE context_id = $1 AND metadata ? 'order' LIMIT 1
"""
_SENDER = """
    SELECT sender FROM messages WHERE context_id = $1 AND direction = 'incoming' LIMIT 1
"""


async def questions(
    store: MessageStore, driver: asyncpg.Connection, data: Dataset
) -> list[Question]:
    """Return them, asked of what the data set holds."""
    large, small = data.context(0), data.context(-1)
    middle = await driver.fetchrow(_MIDDLE, large)
    answer = await driver.fetchval(_ANSWER, large)
    sender = await driver.fetchval(_SENDER, large)
    order = await driver.fetchval(_ORDER, large)
    if middle is None:
        raise SystemExit("The data set is not loaded.")
    messages, service = store.messages, store.service
    history = partial(messages.get_conversation_history, large)
    return [
        Question("history, first page", history),
        Question("history, by cursor from the middle", partial(history, before=middle["id"])),
        Question("history, offset 1,000", partial(history, offset=1000)),
        Question("last 10", partial(service.get_last_messages, large, 10)),
        Question("user messages", partial(messages.get_user_messages, sender)),
        Question("failed, in a conversation", partial(service.get_failed_messages, large)),
        Question("failed, anywhere", service.get_failed_messages),
        Question("media", partial(service.get_media_messages, large)),
        Question("thread", partial(messages.get_thread, answer)),
        Question("by message_id", partial(messages.get_by_message_id, middle["message_id"])),
        Question("by id", partial(messages.get, middle["id"])),
        Question("stats, largest conversation", partial(service.get_message_stats, large)),
        Question("stats, small conversation", partial(service.get_message_stats, small)),
        Question("list of conversations", service.list_conversations),
        Question("command usage", partial(messages.get_commands, "help")),
        Question(
            "by metadata, one match",
            partial(messages.find_by_metadata, {"order": {"number": order}}),
        ),
        Question(
            "by metadata, one match in a thousand messages",
            partial(messages.find_by_metadata, {"flow": {"name": "flow-7", "step": 3}}),
        ),
        *await _searches(store, driver, data),
    ]


async def _searches(
    store: MessageStore, driver: asyncpg.Connection, data: Dataset
) -> list[Question]:
    found = []
    places = {"small": data.context(-1), "largest": data.context(0)}
    text = await driver.fetchval(_PHRASE, places["largest"])
    phrase = " ".join(str(text).split()[1:3])
    for kind, query in (("rare", RARE_WORD), ("common", COMMON_WORD), ("phrase", f'"{phrase}"')):
        for place, context in (*places.items(), ("everywhere", None)):
            found.append(
                Question(
                    f"search, {kind}, {place}",
                    partial(store.service.search_messages, context, query),
                    10.0 if context else 50.0,
                    "library p95",
                )
            )
    return found
