"""What is reckoned from a measurement."""

from datetime import UTC, datetime

import msgspec
import pytest

from messagestore.capacity import Layout, Measurement, forecast
from messagestore.capacity.measurement import Size

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MEASURED = Measurement(
    messages=1_000_000,
    messages_a_day=100_000.0,
    partitions=1,
    cache_bytes=2**30,
    sizes=[Size("messages, table", 1_900_000_000), Size("message_keys_pkey", 100_000_000)],
)


def test_disk_grows_with_the_messages() -> None:
    found = forecast(MEASURED, NOW)
    assert [one.disk_bytes for one in found] == [2 * 10**n for n in (9, 10, 11, 12, 13)]
    assert all(one.disk_to_have_bytes > one.disk_bytes for one in found)


def test_memory_is_that_of_the_newest_month_and_never_more_than_all() -> None:
    small, *others = forecast(MEASURED, NOW)
    assert small.memory_bytes == small.disk_bytes
    assert {one.memory_bytes for one in others} == {31 * 100_000 * 2000}


def test_a_size_is_reached_by_the_rate() -> None:
    now, ten_million, *_, ten_billion = forecast(MEASURED, NOW)
    assert now.reached is None
    assert ten_million.reached == datetime(2026, 5, 30, tzinfo=UTC)
    assert ten_billion.reached is None, "not in a hundred years"


def test_without_a_rate_nothing_is_said_of_time_or_memory() -> None:
    still = msgspec.structs.replace(MEASURED, messages_a_day=None)
    assert {(one.memory_bytes, one.reached) for one in forecast(still, NOW)} == {(None, None)}


def test_of_a_handful_of_messages_nothing_is_reckoned() -> None:
    assert forecast(msgspec.structs.replace(MEASURED, messages=999), NOW) == []
    assert forecast(msgspec.structs.replace(MEASURED, messages=1000), NOW)


def test_a_lookup_reads_a_page_more_for_two_hundred_times_the_messages() -> None:
    pages = [one.lookup_pages for one in forecast(MEASURED, NOW, [1, 10_000, 10**6, 10**8])]
    assert pages == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("messages", "layout"),
    [
        (19_999_999, Layout.ONE_PARTITION),
        (20_000_000, Layout.MONTHS),
        (100_000_000, Layout.MONTHS_AND_REPLICAS),
        (1_000_000_000, Layout.CLUSTER),
    ],
)
def test_the_layout_follows_the_size(messages: int, layout: Layout) -> None:
    [one] = forecast(MEASURED, NOW, [messages])
    assert one.layout is layout
