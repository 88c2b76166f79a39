"""Cases of what concerns one message, one conversation or one batch, writes included."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from messagestore import Message
from messagestore.repository.keys import days_of
from messagestore.repository.rows import to_document
from tests.builders import new_message
from tests.integration.plans.case import CONTEXTS, LARGE, MESSAGES, OLDEST, SMALL, Case, Of

AT = datetime(2026, 3, 3, tzinfo=UTC)
LONG_AGO = datetime(2024, 6, 1, tzinfo=UTC)
"""So that what is rolled back leaves no dead entries where other cases read."""

ROW = "messages_pkey|messages_created_at"
"""Both hold created_at and id, so either finds exactly the row."""
COUNTERS = "conversations_pkey"
KEYS = "message_keys_pkey"
ENDS = "messages_history"
"""Finds the first and the last message that are left."""


def cases() -> Iterator[Case]:
    for message in MESSAGES:
        yield from _reads(message)
        yield from _writes(message)
    for context in CONTEXTS:
        yield Case("get_message_stats", (context,), (COUNTERS,))
        yield Case("lock_conversation", (context,), (COUNTERS,))
        # Hidden messages count here, and no other index by conversation holds them.
        yield Case("drop_empty_conversation", (context,), (COUNTERS, "messages_dashboard"))
    yield Case("get_total_stats", (), (), reads=22_000, scans=frozenset({"conversations"}))
    yield from _batches()
    yield from _pending()
    yield from _changes()
    yield from _expiry()
    yield from _tokens()
    # Reads the catalogs and the pending lists alone.
    yield Case("flush_search_index", (1,), ())


def _reads(message: str) -> Iterator[Case]:
    def case(query: str, values: tuple[Any, ...], *indexes: str) -> Case:
        return Case(query, values, indexes, message)

    yield case("get", (Of.ID_AND_TIME, False), ROW)
    yield case("get_by_key", (Of.PLACE, False), ROW)
    yield case("lock_message", (Of.PLACE,), ROW)
    yield case("get_thread_ancestors", (Of.CONTEXT, message, 100), KEYS, ROW)
    yield case("get_thread_replies", (Of.CONTEXT, message, 100, 200), "messages_reply_to")


def _writes(message: str) -> Iterator[Case]:
    def case(query: str, values: tuple[Any, ...], *indexes: str) -> Case:
        return Case(query, values, indexes, message)

    yield case("rewrite_message", (Of.PLACE, "text", None, None, "{}"), ROW)
    yield case("confirm_sent", (Of.PLACE, message, "wamid.new"), ROW, KEYS)
    yield case("rename_message", (Of.PLACE, message, "wamid.new"), ROW, KEYS)
    yield case("soft_delete", (Of.PLACE, AT, "{}"), ROW, COUNTERS, ENDS)
    yield case("restore", (Of.PLACE,), ROW, COUNTERS)
    yield case("hard_delete", (Of.PLACE, message, False), ROW, KEYS, "messages_reply_to")


def _batches() -> Iterator[Case]:
    for size in (1, 50, 500):
        message_ids = [f"m.{context}.1" for context in range(1, size + 1)]
        yield Case("find_keys", (message_ids,), (KEYS,))
        messages = [
            Message.from_new(new_message(context_id=f"c.{number}"), now=LONG_AGO)
            for number in range(1, size + 1)
        ]
        # Sorted thrice, so that every batch takes its locks in one order. That ids are new shows
        # when their keys are written, so no index is searched for them.
        yield Case("insert_messages", (to_document(messages),), (COUNTERS,), sorts=3 * size)
        counted = [
            [message.context_id for message in messages],
            *([value] * size for value in ("private", "incoming", False, False, False)),
            [message.created_at for message in messages],
            [False] * size,
        ]
        yield Case("count_messages", tuple(counted), (COUNTERS,), sorts=2 * size)
        loaded = [message.context_id for message in messages], [message.id for message in messages]
        yield Case("note_created", loaded, ())
        places = ["context_id", "created_at", "id"]
        columns = [[getattr(message, place) for message in messages] for place in places]
        bounds = days_of(columns[1])
        # Where a day holds fewer messages than are asked for, it is read by its time.
        yield Case("get_messages", (*columns, *bounds), (ROW,), reads=size, pages=4 * size + 60)
        folded = (["failed"] * size, ["e"] * size, [None] * size, [None] * size)
        # Sorted so that every batch takes its locks in one order.
        yield Case(
            "update_statuses",
            (*columns, *folded, *bounds),
            (ROW, COUNTERS),
            reads=size,
            sorts=2 * size,
            pages=8 * size + 60,
        )
        yield Case("remove_placeholders", (message_ids,), (KEYS,), reads=size)
        # Sorted so that every batch takes its locks in one order.
        yield Case("lock_placeholders", (message_ids,), (KEYS,), sorts=size, reads=size)


def _changes() -> Iterator[Case]:
    place = ("changes_pkey",)
    yield Case("get_stream_end", (), ())
    yield Case("get_oldest_change", (), place)
    for number in (0, 10_000, 19_990):
        yield Case("get_changes", (1, number, 100), place, reads=100)
    yield Case("forget_changes", (AT, 100), place, reads=400)


def _pending() -> Iterator[Case]:
    waiting = ("pending_statuses_pkey",)
    for size in (1, 50):
        message_ids = [f"later.{number}" for number in range(size)]
        yield Case("take_pending_statuses", (message_ids,), waiting)
        yield Case("take_pending_rewrites", (message_ids,), ("pending_rewrites_pkey",))
        both = ("pending_statuses_pkey", "pending_rewrites_pkey")
        yield Case("find_pending", (message_ids,), both)
        yield Case("drop_pending_statuses", (message_ids, AT), waiting)
        yield Case("drop_pending_rewrites", (message_ids, AT, None), ("pending_rewrites_pkey",))
    # These two read all that waits, every ten minutes and when a conversation is gone.
    scans = frozenset({"pending_statuses", "pending_rewrites"})
    yield Case("find_old_pending", (LONG_AGO, 5000), (), reads=45_000, sorts=45_000, scans=scans)
    yield Case("find_pending_of", (LARGE,), (), reads=45_000, sorts=45_000, scans=scans)
    pending = (["later.1"], ["delivered"], [None], [AT], [AT])
    yield Case("add_pending_statuses", pending, waiting)
    rewrite = ("later.1", "edit", "e1", AT, "{}")
    yield Case("add_pending_rewrite", rewrite, ("pending_rewrites_pkey",))
    # As with insert_messages: the key's uniqueness is not a search.
    yield Case("claim_keys", (["wamid.new"], [LARGE], [UUID(int=1)]), ())


def _expiry() -> Iterator[Case]:
    for context_type in ("private", "group"):
        values = (context_type, LONG_AGO, [SMALL], *OLDEST, 5000)
        # Where half of what is due is asked for, all of it is sorted.
        most = 11_000
        yield Case("find_due_of_type", values, ("messages_context_type",), reads=most, sorts=most)
    for context in CONTEXTS:
        yield Case("find_due_of_context", (context, LONG_AGO, 5000), ("messages_dashboard",))
    contexts = [f"c.{number}" for number in range(500, 700)]
    yield Case("lock_conversations", (contexts,), (COUNTERS,), reads=200)
    yield Case("refresh_activity", (contexts,), (COUNTERS, ENDS), reads=800)
    yield Case("drop_empty_conversations", (contexts,), (COUNTERS, "messages_dashboard"), reads=800)
    # Of what these name nothing is there: each is looked for.
    ids = [UUID(int=number) for number in range(200)]
    due = (contexts, [AT] * 200, ids, *days_of([AT]))
    yield Case("delete_due", due, (ROW,), pages=700)
    flags = [[False] * 200] * 4
    names = [f"m.{number}.1" for number in range(500, 700)]
    counted = (contexts, ids, names, ["incoming"] * 200, *flags)
    yield Case("settle_expired", counted, (KEYS, COUNTERS), reads=600)


def _tokens() -> Iterator[Case]:
    yield Case("create_token", ("shop", r"\x" + 32 * "00", ["read"], AT), ())
    # There are a handful, so they are read whole.
    yield Case("list_tokens", (), ())
    yield Case("revoke_token", ("shop", AT), ("api_tokens_pkey",))
