"""What the spool holds: entries, quarantined ones, damaged ones; and its figures."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec


class NewEntry(msgspec.Struct, frozen=True):
    """Bytes to keep. Entries with the same key are meant to be delivered in their order."""

    payload: bytes
    key: str | None = None


class Entry(msgspec.Struct, frozen=True):
    """Bytes that wait; `stored_at` says since when. Ids rise with arrival and never come twice."""

    id: int
    stored_at: datetime
    key: str | None
    payload: bytes


class QuarantinedEntry(msgspec.Struct, frozen=True):
    """Bytes that the database refused, with the reason; `stored_at` is the time of the refusal."""

    id: int
    stored_at: datetime
    key: str | None
    payload: bytes
    reason: str


class DamagedEntry(msgspec.Struct, frozen=True):
    """An id whose record is no longer what was stored, with the bytes that remain, if any."""

    id: int
    noticed_at: datetime
    remains: bytes | None


class SpoolStats(msgspec.Struct, frozen=True):
    """Figures of one spool: what it holds now, and what this process did to it.

    `size_bytes` is what the limit counts; `file_bytes` is what the disk holds, with the WAL.
    """

    depth: int
    quarantined: int
    damaged: int
    size_bytes: int
    file_bytes: int
    limit_bytes: int
    ballast_bytes: int
    oldest_at: datetime | None
    oldest_age: timedelta | None
    appended: int
    deleted: int
    set_aside: tuple[Path, ...]


class Verification(msgspec.Struct, frozen=True):
    """What a complete check found: how many records are sound, and the ids newly found damaged."""

    sound: int
    damaged: tuple[int, ...]


def to_milliseconds(moment: datetime) -> int:
    """Return the milliseconds since 1970, which the file keeps."""
    return int(moment.timestamp() * 1000)


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the moment, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def key_to_bytes(key: str | None) -> bytes | None:
    """Return the bytes that the file keeps; a lone surrogate is kept as it is."""
    return None if key is None else key.encode("utf-8", "surrogatepass")


def key_from_bytes(key: bytes | None) -> str | None:
    """Return the key that was stored."""
    return None if key is None else key.decode("utf-8", "surrogatepass")
