"""A bulk load comes to what the ordinary way comes to."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from random import Random
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messagestore import Direction, MediaType, Message, MessageStore, Status
from messagestore.bench.dataset.dataset import Dataset
from messagestore.cli.restocking import read_message
from messagestore.event import MessageEdited
from tests.builders import new_message
from tests.integration.repository.recount import assert_counters_equal_recount

START = datetime(2026, 2, 1, tzinfo=UTC)
_numbers = count()

message_ids = st.integers(0, 7).map(lambda number: f"m{number}")
moments = st.integers(0, 9).map(lambda seconds: START + timedelta(seconds=seconds))

completed = st.fixed_dictionaries(
    {
        "message_id": message_ids,
        "context_id": st.sampled_from(["a", "b"]),
        "direction": st.sampled_from(Direction),
        "status": st.sampled_from(Status),
        "media_type": st.sampled_from([None, MediaType.IMAGE]),
        "is_bot_command": st.booleans(),
        "created_at": moments,
    }
)
steps = st.one_of(
    st.tuples(st.just("store"), st.lists(st.tuples(completed, st.booleans()), max_size=6)),
    st.tuples(st.just("status"), st.tuples(message_ids, st.sampled_from(Status), moments)),
    st.tuples(st.just("edit"), message_ids),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(steps, max_size=8))
async def test_both_ways_end_the_same(store: MessageStore, sequence: list[tuple[str, Any]]) -> None:
    """Fails without the claim, without the second way for what is left, without any one count."""
    run = next(_numbers)
    ended = []
    for way in ("load", "create_exactly"):
        prefix = f"{run}-{way}-"
        accounts = [await _do(store, way, prefix, step) for step in sequence]
        ended.append((accounts, await _stored(store, prefix)))
    assert ended[0] == ended[1]
    await assert_counters_equal_recount(store.database)


async def _do(store: MessageStore, way: str, prefix: str, step: tuple[str, Any]) -> object:
    """Take a step; of storing, return how many were new, were there, and were refused."""
    name, argument = step
    if name == "store":
        batch = [_complete(prefix, values, deleted=deleted) for values, deleted in argument]
        result = await getattr(store.messages, way)(batch)
        return result.created, result.duplicates, len(result.refused)
    if name == "status":
        message_id, status, at = argument
        return (
            await store.service.update_message_status(prefix + message_id, status, "e", at)
        ).changed
    edit = MessageEdited(message_id=prefix + argument, edit_id="e1", content="new", at=START)
    return (await store.service.apply_rewrite(edit)).changed


def _complete(prefix: str, values: dict[str, Any], *, deleted: bool) -> Message:
    names = {field: prefix + values[field] for field in ("message_id", "context_id")}
    message = Message.from_new(new_message(**values | names), now=START)
    if not deleted:
        return message
    return msgspec.structs.replace(message, is_deleted=True, deleted_at=START)


async def _stored(store: MessageStore, prefix: str) -> list[dict[str, Any]]:
    """Return what is stored of a run, without what tells the two ways apart."""
    rows = [message async for message in store.messages.iterate(include_deleted=True)]
    own = [message for message in rows if message.message_id.startswith(prefix)]
    found = [
        msgspec.structs.asdict(message)
        | {"id": None}
        | {field: getattr(message, field)[len(prefix) :] for field in ("message_id", "context_id")}
        for message in own
    ]
    return sorted(found, key=lambda values: str(values["message_id"]))


async def test_what_the_database_refuses_is_named_and_harms_no_other(store: MessageStore) -> None:
    """Without the second way for a refused load this stores nothing of it."""
    kept = (await store.messages.create(new_message("kept"))).message
    clash = msgspec.structs.replace(kept, message_id="another id for a row that is there")
    fresh = [Message.from_new(new_message(str(number)), now=START) for number in range(20)]
    result = await store.messages.load([*fresh[:10], clash, kept, *fresh[10:], fresh[0]])
    assert (result.created, result.duplicates) == (20, 2)
    assert [(failure.index, failure.message_id) for failure in result.refused] == [
        (10, clash.message_id)
    ]
    assert "SQLSTATE 23505" in str(result.refused[0].error)
    await assert_counters_equal_recount(store.database)


async def test_a_refused_message_that_a_status_waits_for_is_named_by_its_place(
    store: MessageStore,
) -> None:
    kept = (await store.messages.create(new_message("kept"))).message
    clash = msgspec.structs.replace(kept, message_id="expected")
    await store.service.update_message_status("expected", Status.READ)
    fresh = [Message.from_new(new_message(str(number)), now=START) for number in range(3)]
    result = await store.messages.load([*fresh, clash])
    assert (result.created, [failure.index for failure in result.refused]) == (3, [3])


async def test_the_data_set_is_loaded_in_overlapping_parts(store: MessageStore) -> None:
    messages = [read_message(line) for line in islice(Dataset(3000), 3000)]
    shuffled = Random(1).sample(messages, len(messages))  # noqa: S311 (any order)
    created = 0
    for start in range(0, 3000, 500):
        created += (await store.messages.load(shuffled[max(0, start - 100) : start + 500])).created
    assert created == 3000
    stored = [message async for message in store.messages.iterate()]
    assert sorted(stored, key=lambda m: m.id) == sorted(messages, key=lambda m: m.id)
    await assert_counters_equal_recount(store.database)


async def test_loads_and_live_writers_store_each_message_once(store: MessageStore) -> None:
    messages = [read_message(line) for line in islice(Dataset(600), 600)]
    parts = [messages[start : start + 200] for start in range(0, 500, 50)]
    loads = asyncio.gather(*(store.messages.load(part) for part in parts))
    inserts = asyncio.gather(*(store.messages.create_exactly(part[::-1]) for part in parts))
    created = [result.created for result in await loads]
    created += [result.created for result in await inserts]
    stored = [message async for message in store.messages.iterate()]
    assert sum(created) == len(stored)
    assert len({message.message_id for message in stored}) == len(stored)
    await assert_counters_equal_recount(store.database)
