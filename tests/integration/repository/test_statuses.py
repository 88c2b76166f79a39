import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messagestore import Message, MessageStore, Status
from tests.builders import new_answer
from tests.integration.repository.recount import assert_counters_equal_recount

START = datetime(2026, 2, 1, tzinfo=UTC)
_numbers = itertools.count()

Change = tuple[Status, str | None, datetime]

changes = st.tuples(
    st.sampled_from(Status),
    st.sampled_from([None, "131026", "470"]),
    st.integers(0, 5).map(lambda seconds: START + timedelta(seconds=seconds)),
)


async def _end(
    store: MessageStore, message_id: str, changes: list[Change], *, message_after: int
) -> tuple[object, ...]:
    """Apply the changes with the message stored after so many of them; return what it came to."""
    for index, (status, error, at) in enumerate(changes):
        if index == message_after:
            await store.messages.create(new_answer(message_id=message_id))
        await store.service.update_message_status(message_id, status, error, at)
    await store.messages.create(new_answer(message_id=message_id))
    message = await _get(store, message_id)
    return message.status, message.error_message, message.delivered_at, message.read_at


async def _get(store: MessageStore, message_id: str) -> Message:
    message = await store.messages.get_by_message_id(message_id)
    assert message is not None
    return message


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
async def test_any_order_and_repetition_of_statuses_ends_the_same(
    store: MessageStore, data: st.DataObject
) -> None:
    """Fails when update_statuses.sql takes the given status, or the given time, as it comes."""
    events = data.draw(st.lists(changes, min_size=1, max_size=5))
    shuffled = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events)))))
    ends = [
        await _end(store, f"s{next(_numbers)}", order, message_after=data.draw(st.integers(0, 5)))
        for order in (events, shuffled)
    ]
    assert ends[0] == ends[1]
    await assert_counters_equal_recount(store.database)


@pytest.mark.parametrize("before", [0, 1, 2])
async def test_every_permutation_of_a_delivery_ends_as_read(
    store: MessageStore, before: int
) -> None:
    story = [(status, None, START) for status in (Status.SENT, Status.DELIVERED, Status.READ)]
    for number, order in enumerate(itertools.permutations(story)):
        end = await _end(store, f"{before}-{number}", list(order), message_after=before)
        assert end == (Status.READ, None, START, START)


async def test_delivered_after_failed_wins_and_a_late_sent_does_not(store: MessageStore) -> None:
    await store.messages.create(new_answer(message_id="a"))
    update = store.service.update_message_status
    failed = await update("a", Status.FAILED, "131047", START)
    assert failed.message is not None
    assert (failed.message.status, failed.message.error_message) == (Status.FAILED, "131047")
    assert (await store.service.get_message_stats("alice")).failed == 1
    late = await update("a", Status.SENT, None, START)
    assert not late.changed
    assert (await _get(store, "a")).status is Status.FAILED
    proof = await update("a", Status.DELIVERED, None, START)
    assert proof.message is not None
    assert (proof.message.status, proof.message.error_message) == (Status.DELIVERED, None)
    assert (await store.service.get_message_stats("alice")).failed == 0


async def test_read_fills_an_empty_delivered_at(store: MessageStore) -> None:
    await store.messages.create(new_answer(message_id="a"))
    await store.service.update_message_status("a", Status.READ, at=START)
    assert (await _get(store, "a")).delivered_at == START
    earlier = START - timedelta(seconds=9)
    await store.service.update_message_status("a", Status.DELIVERED, at=earlier)
    message = await _get(store, "a")
    assert message.status is Status.READ
    assert (message.delivered_at, message.read_at) == (earlier, START)


async def test_a_status_before_its_message_waits(store: MessageStore) -> None:
    result = await store.service.update_message_status("later", Status.DELIVERED, at=START)
    assert result.waits
    assert not await store.messages.exists("later")
    stored = await store.messages.create(new_answer(message_id="later"))
    assert stored.created
    assert stored.message.status is Status.DELIVERED
    assert stored.message == await _get(store, "later")
    waiting = await store.database.fetch("SELECT * FROM pending_statuses")
    assert waiting == []


@pytest.mark.parametrize("waits_already", [False, True])
async def test_a_status_and_its_message_at_the_same_time_never_miss_each_other(
    store: MessageStore, waits_already: bool
) -> None:
    """Fails when statuses.py lets a status wait without claiming the key first.

    Where another status waits already, without FOR UPDATE in lock_placeholders.sql.
    """

    async def race(number: int) -> None:
        message_id = f"race{number}"
        if waits_already:
            await store.service.update_message_status(message_id, Status.SENT, at=START)
        await asyncio.gather(
            store.messages.create(new_answer(message_id=message_id, context_id=message_id)),
            store.service.update_message_status(message_id, Status.READ, at=START),
        )
        assert (await _get(store, message_id)).status is Status.READ

    for burst in range(20):
        await asyncio.gather(*(race(burst * 20 + number) for number in range(20)))
    assert await store.database.fetch("SELECT * FROM pending_statuses") == []
    await assert_counters_equal_recount(store.database)


async def test_a_failed_message_that_is_hidden_does_not_count(store: MessageStore) -> None:
    await store.messages.create(new_answer(message_id="a"))
    await store.messages.soft_delete("a")
    await store.service.update_message_status("a", Status.FAILED, "x", START)
    await assert_counters_equal_recount(store.database)
    await store.messages.restore("a")
    assert (await store.service.get_message_stats("alice")).failed == 1
