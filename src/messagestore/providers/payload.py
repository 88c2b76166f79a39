"""Reading what strangers send: the JSON of a body.

A body that cannot be read as a whole raises InvalidPayload. What PostgreSQL cannot hold (NUL, lone
surrogates, NaN, giant numbers) passes: the store's sanitizer handles it, message by message.
"""

import json
from typing import Any

from messagestore.errors import InvalidPayload

JsonObject = dict[str, Any]

MAX_NESTING = 200
"""Levels; real payloads have about ten. Python gives up at about 1,000, its own stack included."""

_MAX_INTEGER_CHARACTERS = 4000
"""Python refuses to read integers of over 4,300 digits; longer ones stay text."""


def decode(body: bytes) -> Any:
    """Return the JSON value of a body; raises InvalidPayload where it has none."""
    if not body.strip():
        raise InvalidPayload("the body is empty; JSON was expected")
    try:
        value = json.loads(body, parse_int=_integer)
    except RecursionError:
        raise InvalidPayload(_too_deep()) from None
    except ValueError:  # JSONDecodeError, UnicodeDecodeError
        raise InvalidPayload(f"the body ({len(body)} bytes) is not JSON, or cut off") from None
    _check_nesting(value, body)
    return value


def decode_object(body: bytes) -> JsonObject:
    """Return the JSON object of a body; raises InvalidPayload for any other JSON too."""
    value = decode(body)
    if not isinstance(value, dict):
        raise InvalidPayload(f"the body must be a JSON object, not {json_type(value)}")
    return value


def json_type(value: object) -> str:
    """Return what JSON calls the type of a value."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if value is None else names.get(type(value), "a number")


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_INTEGER_CHARACTERS else digits


def _too_deep() -> str:
    return f"the body is nested deeper than {MAX_NESTING} levels"


def _check_nesting(value: Any, body: bytes) -> None:
    if body.count(b"{") + body.count(b"[") <= MAX_NESTING:
        return
    level = [value]
    for _ in range(MAX_NESTING):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise InvalidPayload(_too_deep())


def _inside(value: Any) -> list[Any]:
    items = value.values() if isinstance(value, dict) else value
    return [item for item in items if isinstance(item, dict | list)]
