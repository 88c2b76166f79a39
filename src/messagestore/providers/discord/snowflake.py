"""Discord's ids: unique in all of Discord, and each carries the time at which it was made."""

from datetime import datetime

from messagestore.errors import InvalidMessage
from messagestore.providers.fields import checked_identifier, identifier
from messagestore.providers.payload import JsonObject
from messagestore.providers.timestamp import moment

PROVIDER = "discord"

_EPOCH = 1_420_070_400_000
"""Milliseconds from 1970 to 2015, from which a snowflake counts."""

_TIME_SHIFT = 22
_DIGITS = range(15, 21)
"""How long real ones are; what is shorter tells no time."""


def global_id(snowflake: str) -> str:
    """Return the `message_id` of a snowflake; raises InvalidMessage where it is too long."""
    return checked_identifier(f"{PROVIDER}:{snowflake}", "id")


def optional_id(part: JsonObject, *path: str) -> str | None:
    """Return the `message_id` of the snowflake at that path, or None where there is none."""
    found = identifier(part, *path)
    return global_id(found) if found else None


def required_id(part: JsonObject, *path: str) -> str:
    """Return the `message_id` of the snowflake at that path; raises InvalidMessage without one."""
    found = optional_id(part, *path)
    if found is None:
        raise InvalidMessage(f"{'.'.join(path)} is missing", field=path[-1])
    return found


def snowflake_time(snowflake: str | None) -> datetime | None:
    """Return when a snowflake was made, in UTC; None for what is no snowflake."""
    if snowflake is None or len(snowflake) not in _DIGITS:
        return None
    if not (snowflake.isascii() and snowflake.isdigit()):
        return None
    return moment((int(snowflake) >> _TIME_SHIFT) + _EPOCH)
