"""Forecast: what so many messages will take, reckoned from a measurement and nothing else."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from messagestore.capacity.layouts import Layout, layout_for
from messagestore.capacity.measurement import Measurement

SIZES = (1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000)
"""Messages that a forecast is made for."""

HOT_DAYS = 31
"""Days whose messages are to be in memory: what is written, and nearly all that is read."""

ROOM = 1.3
"""Disk to have for each byte that is used: the log, an index that is built anew, a busy month."""

_PAGE = 8192
_FANOUT = 200
"""Entries of an inner page of a btree over two or three columns, about."""

_FARTHEST = timedelta(days=365 * 100)


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What so many messages take.

    `disk_bytes` are used, `disk_to_have_bytes` with room to work in. `memory_bytes` is what the
    newest month takes, all of it. `lookup_pages` are read to find one message by its key. `reached`
    is when there will be so many at the present rate; None where there are already, or never.
    """

    messages: int
    disk_bytes: int
    disk_to_have_bytes: int
    memory_bytes: int | None
    lookup_pages: int
    layout: Layout
    reached: datetime | None


def forecast(
    measurement: Measurement, now: datetime, sizes: Sequence[int] = SIZES
) -> list[Forecast]:
    """Reckon each size; nothing while there are too few messages to tell what one takes."""
    each = measurement.bytes_a_message
    if each is None:
        return []
    return [_of(messages, each, measurement, now) for messages in sizes]


def _of(messages: int, each: float, measurement: Measurement, now: datetime) -> Forecast:
    disk = round(messages * each)
    return Forecast(
        messages=messages,
        disk_bytes=disk,
        disk_to_have_bytes=round(disk * ROOM),
        memory_bytes=_hot(messages, each, measurement.messages_a_day),
        lookup_pages=_levels(messages, measurement) + 1,
        layout=layout_for(messages),
        reached=_reached(messages, measurement, now),
    )


def _hot(messages: int, each: float, a_day: float | None) -> int | None:
    """Return the bytes of the newest month at the present rate, or of all if that is less."""
    if a_day is None:
        return None
    return round(min(messages, a_day * HOT_DAYS) * each)


def _levels(messages: int, measurement: Measurement) -> int:
    """Return the pages of a btree from its root to a leaf, by what an entry of the key takes."""
    size = next((s.bytes for s in measurement.sizes if s.name == "message_keys_pkey"), 0)
    leaves = max(1.0, size / max(1, measurement.messages) * messages / _PAGE)
    return 1 + math.ceil(math.log(leaves, _FANOUT)) if leaves > 1 else 1


def _reached(messages: int, measurement: Measurement, now: datetime) -> datetime | None:
    missing = messages - measurement.messages
    if missing <= 0 or not measurement.messages_a_day:
        return None
    days = missing / measurement.messages_a_day
    return now + timedelta(days=days) if days < _FARTHEST.days else None
