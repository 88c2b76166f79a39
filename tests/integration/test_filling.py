"""The benchmark that writes into a kept data set leaves it as it found it."""

from itertools import islice

import asyncpg

from benchmarks.filling import borrowed
from messagestore import Message, MessageStore
from messagestore.bench.dataset.arrivals import Arrivals
from messagestore.bench.dataset.dataset import Dataset
from messagestore.cli.restocking import read_message

ROWS = 1000
COMING = 200

_STATE = """
    SELECT
        (SELECT md5(string_agg(messages::text, ';' ORDER BY id)) FROM messages),
        (SELECT md5(string_agg(keys::text, ';' ORDER BY id)) FROM message_keys AS keys),
        (SELECT md5(string_agg(each::text, ';' ORDER BY context_id)) FROM conversations AS each),
        (SELECT count(*) FROM changes)
"""


def known(data: Dataset) -> list[Message]:
    return [read_message(line) for line in data]


async def test_arrivals_are_in_the_conversations_of_the_data_set_under_new_ids() -> None:
    data = Dataset(ROWS)
    arrivals = Arrivals(data)
    messages = list(islice(arrivals, COMING))
    before = known(data)
    assert [message.message_id for message in messages] == arrivals.ids(COMING)
    assert not set(arrivals.ids(COMING)) & {message.message_id for message in before}
    assert {message.context_id for message in messages} <= {one.context_id for one in before}


async def test_what_came_in_is_removed_also_after_an_interruption(
    store: MessageStore, database_url: str
) -> None:
    """Fails without the look at the beginning, or without the counters put back."""
    data = Dataset(ROWS)
    arrivals = Arrivals(data)
    await store.messages.load(known(data))
    connection = await asyncpg.connect(database_url)
    try:
        before = await connection.fetchrow(_STATE)
        await store.messages.create_many(list(islice(arrivals, COMING)))  # and then: cut off
        async with borrowed(database_url, data, arrivals.ids(COMING)):
            assert await connection.fetchrow(_STATE) == before
            result = await store.messages.create_many(list(islice(arrivals, COMING)))
            assert result.created == COMING
        assert await connection.fetchrow(_STATE) == before
    finally:
        await connection.close()
