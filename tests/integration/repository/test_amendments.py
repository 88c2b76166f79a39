import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from messagestore import Message, MessageStore, Status
from messagestore.errors import InvalidMessage
from messagestore.event import MessageDeleted, MessageEdited, ReactionChanged, Rewriting
from tests.builders import new_answer, new_message
from tests.integration.repository.recount import assert_counters_equal_recount

START = datetime(2026, 2, 1, tzinfo=UTC)


def _edit(number: int, content: str | None = None) -> MessageEdited:
    return MessageEdited(
        message_id="a",
        edit_id=f"e{number}",
        at=START + timedelta(minutes=number),
        metadata={"media_id": f"id{number}"},
        content=content or f"text {number}",
    )


async def test_edits_in_any_order_end_in_the_latest_text_and_keep_all(store: MessageStore) -> None:
    edits = [_edit(1), _edit(2), _edit(3), _edit(2)]
    ends: list[tuple[str | None, object]] = []
    for order in itertools.permutations(edits):
        await store.messages.create(
            new_message("original", message_id="a", created_at=START + timedelta(hours=1))
        )
        for edit in order:
            await store.service.apply_rewrite(edit)
        message = await store.messages.hard_delete("a")
        ends.append((message.content, message.metadata))
    assert all(end == ends[0] for end in ends)
    content, metadata = ends[0]
    assert content == "text 3"
    assert isinstance(metadata, dict)
    assert metadata["media_id"] == "id3"
    texts = [version["content"] for version in metadata["edits"]]
    assert texts == ["original", "text 1", "text 2", "text 3"]


async def test_an_edit_finds_its_text_in_search(store: MessageStore) -> None:
    await store.messages.create(new_message("original", message_id="a"))
    await store.service.apply_rewrite(_edit(1, content="corrected"))
    assert len(await store.service.search_messages("alice", "corrected")) == 1
    assert len(await store.service.search_messages("alice", "original")) == 0


REWRITES: list[Rewriting] = [
    _edit(1),
    _edit(2),
    ReactionChanged(message_id="a", sender="x", emoji="👍", at=START),
    ReactionChanged(message_id="a", sender="x", emoji="❤️", at=START + timedelta(minutes=2)),
    MessageDeleted(message_id="a", reason="revoked by its sender", at=START + timedelta(minutes=3)),
]


async def _rewritten(store: MessageStore) -> dict[str, Any]:
    """Return what the rewrites made of the message, and take it away."""
    await assert_counters_equal_recount(store.database)
    message = await store.messages.hard_delete("a")
    assert await store.database.fetch("SELECT * FROM pending_rewrites") == []
    return {name: getattr(message, name) for name in ("content", "metadata", "is_deleted")}


async def test_rewrites_before_their_message_wait_for_it(store: MessageStore) -> None:
    """Fails without apply_waiting_rewrites in arrival.py."""
    message = new_message("original", message_id="a", created_at=START)
    await store.messages.create(message)
    for event in REWRITES:
        assert (await store.service.apply_rewrite(event)).changed
    expected = await _rewritten(store)
    assert expected["is_deleted"]
    for order in (REWRITES, REWRITES[::-1], REWRITES * 2):
        for event in order:
            assert (await store.service.apply_rewrite(event)).waits
        await store.messages.create(message)
        assert await _rewritten(store) == expected


async def test_a_rewrite_and_its_message_at_the_same_time_never_miss_each_other(
    store: MessageStore,
) -> None:
    """Fails when rewrites.py keeps a rewrite without holding a placeholder first."""

    async def race(number: int) -> None:
        message_id = f"race{number}"
        edit = msgspec.structs.replace(_edit(1), message_id=message_id)
        await asyncio.gather(
            store.messages.create(new_message(message_id=message_id)),
            store.service.apply_rewrite(edit),
        )
        message = await store.messages.get_by_message_id(message_id)
        assert message is not None
        assert message.content == edit.content

    for burst in range(10):
        await asyncio.gather(*(race(burst * 20 + number) for number in range(20)))
    assert await store.database.fetch("SELECT * FROM pending_rewrites") == []
    await assert_counters_equal_recount(store.database)


async def test_the_latest_reaction_of_each_sender_is_kept(store: MessageStore) -> None:
    await store.messages.create(new_message(message_id="a"))
    reactions = [
        ReactionChanged(message_id="a", sender="x", emoji="👍", at=START),
        ReactionChanged(message_id="a", sender="x", emoji="❤️", at=START + timedelta(minutes=2)),
        ReactionChanged(message_id="a", sender="x", emoji=None, at=START + timedelta(minutes=1)),
        ReactionChanged(message_id="a", sender="y", emoji="👍", at=START),
        ReactionChanged(message_id="a", sender="y", emoji=None, at=START + timedelta(minutes=1)),
    ]
    for order in (reactions, reactions[::-1], reactions + reactions):
        for reaction in order:
            await store.service.apply_rewrite(reaction)
        message = await store.messages.get_by_message_id("a")
        assert message is not None
        kept = message.metadata["reactions"]
        assert {sender: entry["emoji"] for sender, entry in kept.items()} == {"x": "❤️", "y": None}


async def test_a_message_taken_back_is_hidden_with_its_reason(store: MessageStore) -> None:
    await store.messages.create(new_message(message_id="a"))
    taken_back = MessageDeleted(message_id="a", reason="revoked by its sender")
    hidden = (await store.service.apply_rewrite(taken_back)).message
    assert hidden is not None
    assert hidden.is_deleted
    assert hidden.metadata["deleted"] == {"reason": "revoked by its sender"}
    assert not (await store.service.apply_rewrite(taken_back)).changed


@pytest.mark.parametrize("strange", [True, "x", 1, [True], {"x": True}, {"x": {"at": 1}}, [{}]])
async def test_metadata_of_another_shape_under_our_keys_harms_nothing(
    store: MessageStore, strange: Any
) -> None:
    """Found by the fuzz: a reaction that waited kept such a message from being stored."""
    for event in (REWRITES[0], REWRITES[2]):
        await store.service.apply_rewrite(event)
    metadata = {"edits": strange, "reactions": strange}
    message = new_message("original", message_id="a", created_at=START, metadata=metadata)
    stored = (await store.messages.create(message)).message
    assert stored.content == "text 1"
    assert [version["id"] for version in stored.metadata["edits"]] == [None, "e1"]
    assert stored.metadata["reactions"] == {"x": {"emoji": "👍", "at": START.isoformat()}}


async def test_an_edit_whose_id_is_too_long_is_refused(store: MessageStore) -> None:
    edit = MessageEdited(message_id="a", edit_id="e" * 600)
    with pytest.raises(InvalidMessage, match="edit_id"):
        await store.service.apply_rewrite(edit)


async def _queued(store: MessageStore) -> Message:
    return (await store.messages.create(new_answer("answer", message_id="local:1"))).message


async def test_a_queued_message_gets_the_providers_id(store: MessageStore) -> None:
    queued = await _queued(store)
    sent = await store.service.confirm_sent(queued, "wamid.1")
    assert sent is not None
    assert (sent.id, sent.message_id, sent.status) == (queued.id, "wamid.1", Status.SENT)
    assert await store.messages.get_by_message_id("wamid.1") == sent
    assert not await store.messages.exists("local:1")
    assert not (await store.messages.create(new_answer(message_id="wamid.1"))).created
    await assert_counters_equal_recount(store.database)


async def test_a_status_that_overtook_the_answer_of_the_send_is_applied(
    store: MessageStore,
) -> None:
    queued = await _queued(store)
    assert (await store.service.update_message_status("wamid.1", Status.READ, at=START)).waits
    sent = await store.service.confirm_sent(queued, "wamid.1")
    assert sent is not None
    assert (sent.status, sent.read_at) == (Status.READ, START)


async def test_an_echo_that_was_stored_first_stays_and_the_queued_row_goes(
    store: MessageStore,
) -> None:
    queued = await _queued(store)
    echo = (await store.messages.create(new_answer("answer", message_id="wamid.1"))).message
    assert await store.service.confirm_sent(queued, "wamid.1") == echo
    assert (await store.service.get_message_stats("alice")).total == 1
    await assert_counters_equal_recount(store.database)


async def test_a_queued_message_that_was_deleted_is_not_brought_back(store: MessageStore) -> None:
    queued = await _queued(store)
    await store.messages.hard_delete("local:1")
    assert await store.service.confirm_sent(queued, "wamid.1") is None
    assert await store.database.fetch("SELECT * FROM message_keys") == []


async def test_an_edit_that_postgresql_cannot_hold_is_made_holdable(store: MessageStore) -> None:
    await store.messages.create(new_message(message_id="a"))
    edit = MessageEdited(
        message_id="a", edit_id="e", content="nul\0", metadata={"k": ["\ud800", float("nan")]}
    )
    message = (await store.service.apply_rewrite(edit)).message
    assert message is not None
    assert message.content == "nul\ufffd"
    assert message.metadata["k"] == ["\ufffd", "NaN"]
    assert message == await store.messages.get_by_message_id("a")
