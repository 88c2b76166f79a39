"""What waits for a message that never comes is not kept for ever."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messagestore import MessageStore, Status
from messagestore.event import MessageDeleted, MessageEdited, ReactionChanged, StatusChanged
from messagestore.repository import upkeep
from messagestore.repository.pending import forget_conversation, forget_old
from tests.builders import new_message
from tests.conftest import Clock

LATER = datetime.now(UTC) + timedelta(days=400)
"""Rewrites are stamped by the server's clock, statuses by the test's."""


async def waits(store: MessageStore) -> set[tuple[str, str]]:
    """Return what waits: message_ids with statuses and with kinds of rewrites."""
    rows = await store.database.fetch(
        "SELECT message_id, status AS what FROM pending_statuses"
        " UNION ALL SELECT message_id, kind || ' ' || subject FROM pending_rewrites"
    )
    return {(row["message_id"], row["what"]) for row in rows}


async def placeholders(store: MessageStore) -> set[str]:
    nil = "00000000-0000-0000-0000-000000000000"
    rows = await store.database.fetch(
        "SELECT message_id FROM message_keys WHERE id = $1::uuid", nil
    )
    return {row["message_id"] for row in rows}


async def log(store: MessageStore, *events: Any) -> None:
    for event in events:
        assert (await store.logger.log_event(event)).outcome == "waiting"


async def test_what_has_waited_too_long_is_forgotten_with_its_placeholder(
    store: MessageStore, clock: Clock
) -> None:
    await log(store, StatusChanged(message_id="a", status=Status.SENT))
    await log(store, StatusChanged(message_id="b", status=Status.SENT))
    cut = clock.advance(days=30)
    await log(store, StatusChanged(message_id="b", status=Status.READ))
    assert await forget_old(store.database, cut) == 2
    assert await waits(store) == {("b", "read")}
    assert await placeholders(store) == {"b"}, "what came later waits on"
    assert await forget_old(store.database, cut) == 0
    for message_id, status in (("a", Status.DELIVERED), ("b", Status.READ)):
        stored = await store.messages.create(new_message(message_id=message_id))
        assert (stored.created, stored.message.status) == (True, status)
    assert await placeholders(store) == set()


async def test_so_are_edits_reactions_and_deletions(store: MessageStore) -> None:
    await log(
        store,
        MessageEdited(message_id="a", edit_id="e", content="a secret"),
        ReactionChanged(message_id="a", sender="bob", emoji="👍"),
        MessageDeleted(message_id="b", reason="by its author"),
    )
    assert await forget_old(store.database, datetime.now(UTC) - timedelta(days=1)) == 0
    assert len(await waits(store)) == 3
    assert await forget_old(store.database, LATER) == 2
    assert (await waits(store), await placeholders(store)) == (set(), set())


async def test_an_open_store_forgets(
    store: MessageStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_PENDING_SECONDS", 0.01)
    await log(store, StatusChanged(message_id="a", status=Status.SENT))
    forgetting = asyncio.create_task(upkeep.keep_forgetting_pending(store.database, clock, days=30))
    async with asyncio.timeout(20):
        clock.advance(days=29)
        await asyncio.sleep(0.1)
        assert await waits(store) == {("a", "sent")}
        clock.advance(days=2)
        while await waits(store):  # noqa: ASYNC110 (the database has no event for it)
            await asyncio.sleep(0.01)
    forgetting.cancel()


async def test_what_comes_meanwhile_is_not_forgotten(store: MessageStore, clock: Clock) -> None:
    """Fails, with a status that waits behind no placeholder, when the placeholders are not held."""
    old = clock()
    clock.advance(days=30)
    for number in range(60):
        message_id = f"m{number}"
        await store.database.fetch(
            "INSERT INTO pending_statuses VALUES ($1, 'sent', NULL, $2, $2)", message_id, old
        )
        await store.database.fetch(
            "INSERT INTO message_keys VALUES ($1, '', '00000000-0000-0000-0000-000000000000')",
            message_id,
        )
        await asyncio.gather(
            forget_old(store.database, clock() - timedelta(days=1)),
            store.logger.log_event(StatusChanged(message_id=message_id, status=Status.READ)),
            store.logger.log_event(StatusChanged(message_id=f"x{number}", status=Status.READ)),
        )
    assert await waits(store) == {(f"{c}{n}", "read") for n in range(60) for c in "mx"}
    assert await placeholders(store) == {f"{c}{n}" for n in range(60) for c in "mx"}


async def test_with_a_conversation_goes_what_waits_for_it(store: MessageStore) -> None:
    ours, theirs = "telegram:1:alice:7", "telegram:1:bob:7"
    await log(
        store,
        StatusChanged(message_id=ours, status=Status.READ),
        MessageEdited(message_id=ours, edit_id="e", content="a secret"),
        MessageEdited(message_id=theirs, edit_id="e", content="another's"),
        ReactionChanged(message_id="in a group", sender="alice", emoji="👍"),
        ReactionChanged(message_id="in a group", sender="bob", emoji="👍"),
        ReactionChanged(message_id="in another", sender="alice", emoji="👍"),
        StatusChanged(message_id="malice:8", status=Status.READ),
    )
    await store.messages.create(new_message(message_id="one", context_id="alice"))
    await store.messages.create(new_message(message_id="two", context_id="alice"))
    await store.messages.hard_delete("one")
    assert len(await waits(store)) == 7, "the conversation is still there"
    await store.messages.hard_delete("two")
    left = {(theirs, "edit e"), ("in a group", "react bob"), ("malice:8", "read")}
    assert await waits(store) == left
    assert await placeholders(store) == {theirs, "in a group", "malice:8"}
    await forget_conversation(store.database, "%")
    assert await waits(store) == left
