"""How far back is looked for what an index finds; test_newest_first.py of integration: what is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from messagestore.repository.newest_first import Walk, is_busy, start_of_week

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_week_begins_on_monday_in_utc() -> None:
    for moment in (MONDAY, MONDAY + timedelta(days=6, hours=23)):
        assert start_of_week(moment) == MONDAY
        assert start_of_week(moment.astimezone(timezone(timedelta(hours=-8)))) == MONDAY
    assert start_of_week(MONDAY - timedelta(microseconds=1)) == MONDAY - timedelta(weeks=1)


@pytest.mark.parametrize(
    ("hours", "busy"), [(0, True), (8.4, True), (8.5, False)], ids=["at once", "just", "too slow"]
)
def test_weeks_are_asked_for_where_they_hold_many_messages(hours: float, *, busy: bool) -> None:
    """250 messages in 8.4 hours are 5,000 a week."""
    walk = Walk([], 250, MONDAY, MONDAY - timedelta(hours=hours))
    assert is_busy(walk) is busy


def test_nothing_read_promises_nothing() -> None:
    assert not is_busy(Walk([], 0, None, None))
