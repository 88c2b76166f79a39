"""Cases of what returns pages, and of what iterates."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from messagestore.repository.newest_first import start_of_week
from tests.integration.plans.case import (
    BROADCAST,
    CONTEXTS,
    HALFWAY,
    LARGE,
    NEWEST,
    OLDEST,
    PAGE,
    SILENT,
    Case,
)

BATCH = 1000
SPAN = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
MISJUDGED = 300
"""Rows of a conversation of which PostgreSQL expects so few that it sorts all rather than walk."""

SENDERS = ("bot", "p.1", "p.2900", SILENT, "nobody")
COMMANDS = ("help", "help_0", "unknown")
STATUSES = (
    ("outgoing", "read"),
    ("outgoing", "queued"),
    ("outgoing", "failed"),
    ("incoming", "queued"),
)


def cases() -> Iterator[Case]:
    yield from _in_conversations()
    yield from _anywhere()
    yield from _metadata()
    yield from _iterations()


def _in_conversations() -> Iterator[Case]:
    for context in CONTEXTS:
        for at in (NEWEST, HALFWAY):
            history = ("messages_history",)
            yield Case("get_conversation_history", (context, *at, PAGE), history)
            yield Case("get_messages_between", (context, *SPAN, *at, PAGE), history)
            yield from _media(context, at)
            yield Case("get_failed_messages", (context, *at, PAGE), ("messages_failed",))
            for chosen in STATUSES:
                # What failed is found by either index as fast.
                either = "|messages_failed" if "failed" in chosen else ""
                yield Case(
                    "get_messages_by_status",
                    (context, *chosen, *at, PAGE),
                    (f"messages_dashboard{either}",),
                    reads=MISJUDGED,
                    sorts=MISJUDGED,
                )
    # An offset reads what it skips, if in the index alone; that is why there is `before`.
    skipping = (LARGE, *NEWEST, PAGE, 500)
    yield Case(
        "get_conversation_history_after_offset",
        skipping,
        ("messages_history",),
        reads=551,
        pages=150,
    )


def _media(context: str, at: tuple[datetime, UUID]) -> Iterator[Case]:
    index = ("messages_media",)
    yield Case("get_media_messages", (context, None, *at, PAGE), index)
    # Of a type: PostgreSQL may expect less than a page, and then takes and sorts all media.
    yield Case("get_media_messages", (context, "image", *at, PAGE), index, None, 3000, 2000)
    # A rare type is looked for among all media of the conversation: 2,600 of 22,000 messages, 4 ms.
    yield Case("get_media_messages", (context, "location", *at, PAGE), index, None, 3000)


def _anywhere() -> Iterator[Case]:
    for at in (NEWEST, HALFWAY, BROADCAST):
        for sender in SENDERS:
            yield Case("get_user_messages", (sender, *at, PAGE), ("messages_sender",))
        for command in COMMANDS:
            yield Case("get_commands", (command, *at, PAGE), ("messages_commands",))
        yield Case("get_failed_messages_anywhere", (*at, PAGE), ("messages_failed_anywhere",))
        yield Case("list_conversations", (at[0], "c.3", PAGE), ("conversations_last_message_at",))


def _metadata() -> Iterator[Case]:
    index = ("messages_metadata_by_week",)
    paid = '{"order": {"paid": true}}'
    for at in (NEWEST, HALFWAY):
        for wanted in ('{"provider": "telegram"}', '{"unknown": 1}'):
            values = (*at, PAGE, 250, wanted)
            yield Case("find_recent_by_metadata", values, ("messages_created_at",), None, 250, 500)
        for wanted in ('{"order": {"number": 777}}', '{"unknown": 1}'):
            yield Case("find_by_metadata", (*at, PAGE, wanted), index)
        # One in a hundred: all 2,200 are found and sorted.
        yield Case("find_by_metadata", (*at, PAGE, paid), index, reads=3000, sorts=3000)
    week = start_of_week(HALFWAY[0])
    for wanted in ('{"order": {"number": 777}}', '{"unknown": 1}', paid):
        yield Case(
            "find_by_metadata_in_week", (*HALFWAY, PAGE, week, wanted), index, None, 100, 100
        )
    # What makes the widest step acceptable: it reads what it is told, no more.
    values = (*NEWEST, PAGE, 4000, paid)
    yield Case("find_recent_by_metadata", values, ("messages_created_at",), None, 4000, 8000)


def _iterations() -> Iterator[Case]:
    until = datetime(2025, 4, 1, tzinfo=UTC)
    for at in (OLDEST, HALFWAY, BROADCAST):
        # These indexes lack the id: who reads on within one second reads all of that second.
        ties = BATCH + 600 if at is BROADCAST else None
        for include_deleted in (False, True):
            yield Case(
                "iterate", (*at, until, BATCH, include_deleted), ("messages_created_at",), sorts=0
            )
        for name, choices in (
            ("direction", ("incoming", "outgoing")),
            ("context_type", ("group", "private")),
        ):
            for choice in choices:
                yield Case(
                    f"iterate_{name}",
                    (*at, NEWEST[0], BATCH, choice),
                    (f"messages_{name}",),
                    None,
                    ties,
                    ties,
                )
        for context in CONTEXTS:
            yield Case(
                "iterate_conversation", (*at, NEWEST[0], BATCH, context), ("messages_history",)
            )
