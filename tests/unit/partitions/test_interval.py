from datetime import UTC, datetime, timedelta, timezone

import pytest

from messagestore.partitions.interval import (
    is_midnight,
    next_boundary,
    nth_boundary,
    partition_name,
)
from messagestore.settings import PartitionInterval


@pytest.mark.parametrize(
    ("interval", "moment", "boundary"),
    [
        ("month", "2026-01-31T23:59:59.999", "2026-02-01"),
        ("month", "2026-02-01", "2026-03-01"),
        ("month", "2024-12-31", "2025-01-01"),
        ("week", "2026-03-01", "2026-03-02"),  # a Sunday
        ("week", "2026-03-02", "2026-03-09"),
        ("day", "2024-02-28T12:00", "2024-02-29"),
    ],
)
def test_the_next_boundary_is_the_first_after_the_moment(
    interval: PartitionInterval, moment: str, boundary: str
) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert next_boundary(at, interval) == datetime.fromisoformat(boundary).replace(tzinfo=UTC)


def test_boundaries_are_those_of_utc() -> None:
    in_kiritimati = datetime(2026, 2, 1, 13, tzinfo=timezone(timedelta(hours=14)))
    assert next_boundary(in_kiritimati, "month") == datetime(2026, 2, 1, tzinfo=UTC)
    assert not is_midnight(in_kiritimati)
    assert is_midnight(in_kiritimati + timedelta(hours=1))


def test_boundaries_are_counted() -> None:
    assert nth_boundary(datetime(2026, 1, 15, tzinfo=UTC), "month", 3) == datetime(
        2026, 4, 1, tzinfo=UTC
    )


def test_a_partition_is_called_after_its_beginning() -> None:
    first, second = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
    assert partition_name(first, "month") == "messages_2026_04"
    assert partition_name(second, "month") == "messages_2026_04_02"
    assert partition_name(first, "day") == "messages_2026_04_01"
