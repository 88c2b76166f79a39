"""Databases with months, and what is asked of them."""

import itertools
from datetime import UTC, datetime, timedelta

import asyncpg

from messagestore import Message, MessageStore
from messagestore.database.migrator.connecting import opened
from messagestore.identifiers import new_id
from messagestore.partitions import Layout, enable, maintain, read_layout
from messagestore.partitions.maintenance import Plan
from tests.builders import new_message

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""The time of tests' clocks."""
FIRST_MONTH = datetime(2024, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)


async def make_months(url: str) -> None:
    """Turn an empty database into one of 36 months, 2024-02 to 2027-01."""
    await enable(url, "month", now=FIRST_MONTH - 10 * DAY)
    await maintain(url, Plan("month", 24, FIRST_MONTH))
    await maintain(url, Plan("month", 11, datetime(2026, 2, 1, tzinfo=UTC)))


async def layout_of(url: str) -> Layout:
    async with opened(url, 10) as connection:
        return await read_layout(connection)


async def rows_by_partition(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT tableoid::regclass::text AS name, count(*) AS rows FROM messages GROUP BY 1"
    )
    await connection.close()
    return {row["name"]: row["rows"] for row in rows}


async def assert_whole(url: str) -> None:
    """The partitions lie side by side over all time, with the same indexes and no leftover.

    Of what was distributed beside writers Citus drops the shards that it left, but seconds later.
    """
    partitions = (await layout_of(url)).partitions
    assert partitions[0].lower is None
    assert partitions[-1].upper is None
    for one, following in itertools.pairwise(partitions):
        assert one.upper == following.lower
    connection = await asyncpg.connect(url)
    indexes = await connection.fetch(
        """
        SELECT (SELECT count(*) FROM pg_index WHERE indrelid = relation.oid AND indisvalid) AS here
        FROM pg_class AS relation
        WHERE relkind IN ('r', 'p') AND relname ~ '^messages(_later|_all_time|_(before_)?[0-9_]+)?$'
            AND relname !~ '_[0-9]{6,}$'
        """
    )
    left = await connection.fetch(
        """
        SELECT conname FROM pg_constraint WHERE conname ~ '^messages_[a-z_]*bounds?$'
        UNION ALL
        SELECT relname FROM pg_class WHERE relname ~ '^messages_((before_)?split|expired)'
        """
    )
    await connection.close()
    assert len(indexes) == len(partitions) + 1
    assert len({row["here"] for row in indexes}) == 1
    assert left == []


def dated(at: datetime) -> Message:
    """Make a message of that time, be it sane or not."""
    message = Message.from_new(new_message(), now=NOW)
    values = {field: getattr(message, field) for field in Message.__struct_fields__}
    return Message(**values | {"created_at": at, "id": new_id(at)})


async def store_dated(store: MessageStore, *times: datetime) -> list[Message]:
    messages = [dated(at) for at in times]
    result = await store.messages.create_exactly(messages)
    assert result.created == len(times)
    return messages
