"""Ids that carry time.

The `id` of a message is a UUIDv7 (RFC 9562) whose 74 free bits are used as that RFC's section 6.2
allows, so that ids sort as messages are read:

=========  ====  =========================================================================
bits       size  meaning
=========  ====  =========================================================================
0-47       48    ``created_at``, milliseconds since 1970: a lookup by id knows its partition
48-51      4     version, 7
52-63      12    arrival, microseconds since 1970, its upper 12 bits
64-65      2     variant
66-105     40    arrival, its lower 40 bits: messages of one second list as they arrived
106-127    22    random, so that two processes do not collide
=========  ====  =========================================================================
"""

import os
import random
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from asyncpg.pgproto import pgproto

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ARRIVAL_BITS = 52
_RANDOM_BITS = 22

VERSION = 7
_LAST_MILLISECOND = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // _MILLISECOND

FIRST_ID = UUID(int=0)
LAST_ID = UUID(int=(1 << 128) - 1)


def truncate_to_millisecond(moment: datetime) -> datetime:
    """Return the moment in UTC without what an id cannot carry."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    beyond = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - beyond) if beyond else moment


def carries_time(identifier: UUID) -> bool:
    """Whether an id can be one of ours: a UUIDv7 of a year up to 9999."""
    return identifier.version == VERSION and identifier.int >> 80 <= _LAST_MILLISECOND


def time_of(identifier: UUID) -> datetime:
    """Return the ``created_at`` that an id carries, exact to the millisecond."""
    return _EPOCH + (identifier.int >> 80) * _MILLISECOND


def first_id(moment: datetime) -> UUID:
    """Return what is before the id of every message created at that moment or later."""
    return UUID(int=(moment - _EPOCH) // _MILLISECOND << 80)


class _ArrivalClock:
    """Microseconds since 1970 that rise with every call in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def tick(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1000)
            return self._last


_arrivals = _ArrivalClock()
_random = random.Random()  # noqa: S311 (an id is no secret: it only has to differ)
os.register_at_fork(after_in_child=_random.seed)


def new_id(created_at: datetime) -> UUID:
    """Make the id of a message created at that moment and arriving now."""
    milliseconds = (created_at - _EPOCH) // _MILLISECOND
    arrival = _arrivals.tick() & ((1 << _ARRIVAL_BITS) - 1)
    value = milliseconds << 80
    value |= VERSION << 76
    value |= (arrival >> 40) << 64
    value |= 0b10 << 62
    value |= (arrival & ((1 << 40) - 1)) << _RANDOM_BITS
    value |= _random.getrandbits(_RANDOM_BITS)
    # The driver's kind of UUID, as rows have it: made in a tenth of the time.
    return pgproto.UUID(value.to_bytes(16, "big"))
