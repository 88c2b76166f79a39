"""messagestore capacity"""

from datetime import timedelta

import pytest

from messagestore import MessageStore
from messagestore.capacity import forecast, measure
from tests.builders import new_message
from tests.conftest import Clock
from tests.integration.cli.command import Command

MESSAGES = 1200


@pytest.fixture
async def _stored(store: MessageStore, clock: Clock) -> None:
    """Twelve hundred messages over ten days, and two days of silence."""
    for _ in range(12):
        await store.messages.create_many([new_message(created_at=clock.now) for _ in range(100)])
        clock.advance(days=1)


@pytest.mark.usefixtures("_stored")
def test_the_command_tells_what_the_database_takes(command: Command) -> None:
    [found] = command("capacity", "--json").json()
    measured = found["measured"]
    assert measured["messages"] == MESSAGES
    assert measured["bytes"] == sum(size["bytes"] for size in measured["sizes"])
    assert measured["bytes_a_message"] == measured["bytes"] / MESSAGES
    names = {size["name"] for size in measured["sizes"]}
    assert names >= {
        "messages, table",
        "messages_search_by_week",
        "message_keys_pkey",
        "conversations_pkey",
    }
    assert [one["messages"] for one in found["forecasts"]] == [10**n for n in (6, 7, 8, 9, 10)]
    shown = command("capacity").out
    assert "1,200 messages in 1 partition(s)" in shown
    assert "10,000,000,000" in shown


def test_an_empty_store_has_nothing_to_reckon_from(command: Command) -> None:
    [found] = command("capacity", "--json").json()
    assert (found["measured"]["bytes_a_message"], found["forecasts"]) == (None, [])
    assert "too few" in command("capacity").out


@pytest.mark.usefixtures("_stored")
async def test_the_rate_is_that_of_the_newest_messages_up_to_now(
    store: MessageStore, clock: Clock
) -> None:
    measured = await measure(store.database, clock.now)
    assert measured.messages_a_day == MESSAGES / 12
    later = await measure(store.database, clock.now + timedelta(days=12))
    assert later.messages_a_day == MESSAGES / 24


@pytest.mark.usefixtures("_stored")
async def test_the_indexes_of_all_partitions_count_under_one_name(
    store: MessageStore, command: Command
) -> None:
    before = await measure(store.database, store.clock())
    command("partitions", "enable")
    after = await measure(store.database, store.clock())
    assert after.partitions > before.partitions
    assert {size.name for size in after.sizes} == {size.name for size in before.sizes}
    assert after.bytes > before.bytes
    assert forecast(after, store.clock())
