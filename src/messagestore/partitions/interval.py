"""Where a month, a week or a day ends, in UTC, and what its partition is called."""

from datetime import UTC, datetime, timedelta

from messagestore.settings import PartitionInterval

DAY = timedelta(days=1)


def last_boundary(moment: datetime, interval: PartitionInterval) -> datetime:
    """Return the last boundary up to the moment; weeks begin on Monday."""
    start = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match interval:
        case "day":
            return start
        case "week":
            return start - start.weekday() * DAY
        case "month":
            return start.replace(day=1)


def next_boundary(moment: datetime, interval: PartitionInterval) -> datetime:
    """Return the first boundary after the moment."""
    # 32 days after the first of a month it is the next one.
    length = {"day": DAY, "week": 7 * DAY, "month": 32 * DAY}[interval]
    return last_boundary(last_boundary(moment, interval) + length, interval)


def nth_boundary(moment: datetime, interval: PartitionInterval, count: int) -> datetime:
    """Return the boundary that is so many after the moment."""
    for _ in range(count):
        moment = next_boundary(moment, interval)
    return moment


def is_midnight(moment: datetime) -> bool:
    """Whether a partition of any interval may end there."""
    moment = moment.astimezone(UTC)
    return moment == moment.replace(hour=0, minute=0, second=0, microsecond=0)


def partition_name(lower: datetime, interval: PartitionInterval) -> str:
    """Return what the partition that begins there is called."""
    lower = lower.astimezone(UTC)
    whole_month = interval == "month" and lower.day == 1
    return f"messages_{lower:%Y_%m}" if whole_month else f"messages_{lower:%Y_%m_%d}"
