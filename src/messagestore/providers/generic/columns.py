"""The columns that a mapping may fill, by the kind of event, and what they take."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from messagestore.checks import MAX_MEDIA_SIZE, parse_enum
from messagestore.errors import InvalidMessage
from messagestore.message import ContextType, Direction, MediaType, Status
from messagestore.providers.content import sane_size
from messagestore.providers.fields import checked_identifier
from messagestore.providers.payload import json_type
from messagestore.providers.timestamp import moment

_MEDIA = ("content", "media_url", "media_type", "media_content_type")
COLUMNS: dict[str, tuple[str, ...]] = {
    "message": (
        *("message_id", "context_id", "direction", "sender", "recipient", "context_type"),
        *(*_MEDIA, "media_size", "status", "error_message", "created_at", "delivered_at"),
        *("read_at", "reply_to_message_id", "is_bot_command", "is_admin_command", "command_name"),
    ),
    "status": ("message_id", "status", "at", "error_message", "context_id"),
    "edit": ("message_id", "edit_id", "at", *_MEDIA),
    "delete": ("message_id", "reason", "at"),
    "reaction": ("message_id", "sender", "emoji", "at"),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "message": ("message_id", "context_id", "direction"),
    "status": ("message_id", "status"),
    "edit": ("message_id",),
    "delete": ("message_id",),
    "reaction": ("message_id", "sender"),
}
ENUMS: dict[str, type[StrEnum]] = {
    "direction": Direction,
    "context_type": ContextType,
    "media_type": MediaType,
    "status": Status,
}
_TIMES = frozenset({"created_at", "delivered_at", "read_at", "at"})
_SECONDS_DIGITS = 9
"""Text of as many digits or more is a number of seconds or milliseconds; less is a date."""


def converted(column: str, value: Any, time: str | None) -> Any:
    """Return a value as its column takes it, or None; raises InvalidMessage for what is no id."""
    if value is None:
        return None
    if column in _TIMES:
        return time_of(value, time)
    convert: Callable[[Any], Any] = _CONVERTERS.get(column, _text)
    return convert(value)


def time_of(value: Any, form: str | None) -> datetime | None:
    """Return a time in UTC; without a form, numbers by their size, and other text as ISO 8601.

    ISO 8601 without a zone counts as UTC.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if form == "milliseconds" and is_number:
        return moment(value / 1000) if abs(value) < MAX_MEDIA_SIZE else None
    digits = isinstance(value, str) and value.isdigit() and len(value) >= _SECONDS_DIGITS
    if form == "iso8601" or (form is None and isinstance(value, str) and not digits):
        return _iso(value)
    return moment(value)


def _iso(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware if moment(aware.timestamp()) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _identifier(column: str, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidMessage(f"{column} must be a string, not {json_type(value)}", field=column)
    return checked_identifier(str(value), column) if value != "" else None


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value) or None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _media_type(value: Any) -> MediaType:
    return MediaType(value) if value in list(MediaType) else MediaType.OTHER


def _status(value: Any) -> Status | None:
    return Status(value) if value in list(Status) else None


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    **{
        column: partial(_identifier, column)
        for column in (
            *("message_id", "context_id", "sender", "recipient", "reply_to_message_id"),
            *("command_name", "edit_id"),
        )
    },
    "context_type": lambda value: parse_enum("context_type", value, ContextType),
    "direction": lambda value: parse_enum("direction", value, Direction),
    "is_admin_command": _flag,
    "is_bot_command": _flag,
    "media_size": sane_size,
    "media_type": _media_type,
    "status": _status,
}
