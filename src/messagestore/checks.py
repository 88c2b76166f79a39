"""Checks of single values: each raises InvalidMessage in one sentence that repeats no value."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar, cast

from messagestore.errors import InvalidMessage

MAX_ID_BYTES = 512
"""Ids are index keys; PostgreSQL refuses a btree entry of over 2,704 bytes."""

_UTF8_BYTES = 4
"""The most that a character takes: a text of a quarter of a limit need not be measured."""

MAX_TEXT_BYTES = 64 * 1024 * 1024
MAX_MEDIA_SIZE = 2**63 - 1

OLDEST_SANE = datetime(2000, 1, 1, tzinfo=UTC)
FUTURE_TOLERANCE = timedelta(minutes=5)
"""How far a provider's clock may run ahead of ours before its time is not believed."""

_E = TypeVar("_E", bound=StrEnum)


def is_sane_time(claimed: datetime, now: datetime) -> bool:
    """Whether a provider's time can be true: not before 2000, and not in the future."""
    return OLDEST_SANE <= claimed <= now + FUTURE_TOLERANCE


def parse_enum(field: str, value: object, enum: type[_E]) -> _E:
    """Return the member with that value; raises InvalidMessage that lists the known values."""
    if isinstance(value, enum):
        return value
    # Not enum(value): its ValueError repeats the value, and would stay in our error's context.
    for member in enum:
        if member == value:
            return member
    raise InvalidMessage(f"{field} must be one of {', '.join(enum)}", field=field)


def check_id(field: str, value: object) -> None:
    """Refuse what is not a string of 1 to 512 bytes."""
    if type(value) is str and 0 < len(value) <= MAX_ID_BYTES // _UTF8_BYTES:
        return
    check_type(field, value, str, "a string")
    if not value:
        raise InvalidMessage(f"{field} is empty; give the provider's id", field=field)
    size = _utf8_size(cast("str", value))
    if size > MAX_ID_BYTES:
        sentence = f"{field} has {size} bytes; at most {MAX_ID_BYTES} can be indexed"
        raise InvalidMessage(sentence, field=field)


def check_text(field: str, value: object) -> None:
    """Refuse what is neither None nor a text of a size that is stored."""
    if value is None or (type(value) is str and len(value) <= MAX_TEXT_BYTES // _UTF8_BYTES):
        return
    check_type(field, value, str, "a string or None")
    size = _utf8_size(cast("str", value))
    if size > MAX_TEXT_BYTES:
        sentence = f"{field} has {size} bytes; at most {MAX_TEXT_BYTES} are stored"
        raise InvalidMessage(sentence, field=field)


def check_time(field: str, value: object) -> None:
    """Refuse what is neither None nor a datetime with a zone."""
    if value is None:
        return
    check_type(field, value, datetime, "a datetime or None")
    if cast("datetime", value).tzinfo is None:
        sentence = f"{field} has no time zone; use datetime.now(UTC) or .replace(tzinfo=UTC)"
        raise InvalidMessage(sentence, field=field)


def check_size(value: object) -> None:
    """Refuse what is neither None nor a number of bytes."""
    if value is None:
        return
    if isinstance(value, bool):
        raise InvalidMessage("media_size must be an int of bytes, not bool", field="media_size")
    check_type("media_size", value, int, "an int of bytes or None")
    if not 0 <= cast("int", value) <= MAX_MEDIA_SIZE:
        sentence = f"media_size must be 0 to {MAX_MEDIA_SIZE} bytes"
        raise InvalidMessage(sentence, field="media_size")


def check_type(field: str, value: object, expected: type, wanted: str) -> None:
    """Refuse what is not of the type; `wanted` says it in words."""
    if not isinstance(value, expected):
        sentence = f"{field} must be {wanted}, not {type(value).__name__}"
        raise InvalidMessage(sentence, field=field)


def _utf8_size(value: str) -> int:
    return len(value.encode("utf-8", "surrogatepass"))
