"""Times as providers write them.

Seconds or milliseconds since 1970, as a number or as text, or ISO 8601 with its zone.
"""

import re
from datetime import UTC, datetime
from typing import Any

from messagestore.checks import OLDEST_SANE

_OLDEST_SANE = OLDEST_SANE.timestamp()
_LATEST_SANE = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_FIRST_MILLISECONDS = 10**11
"""As seconds this is the year 5138, as milliseconds 1973: what is above are milliseconds."""

_NUMBER = re.compile(r"\d{1,16}(\.\d{1,9})?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_WORD = 2**32


def moment(value: Any) -> datetime | None:
    """Return the time in UTC; None for what is no time between 2000 and 2100.

    With None the store takes the time of receipt; `metadata.raw` keeps the provider's value.
    """
    seconds = _seconds(value)
    if seconds is None or not 0 < seconds < _LATEST_SANE * 1000:
        return None
    if seconds >= _FIRST_MILLISECONDS:
        seconds = seconds / 1000
    if not _OLDEST_SANE <= seconds < _LATEST_SANE:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(value: Any) -> int | float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return long_integer(value)
    return _iso_seconds(value) if isinstance(value, str) and _ISO.fullmatch(value) else None


def _iso_seconds(value: str) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError):  # the 30th of February, the year 0
        return None


def long_integer(value: Any) -> int | None:
    """Return the number of a protobuf Long as JavaScript serializes it: `{low, high, unsigned}`."""
    if not isinstance(value, dict):
        return None
    low, high = value.get("low"), value.get("high")
    if not isinstance(low, int) or not isinstance(high, int):
        return None
    return high * _WORD + low % _WORD
