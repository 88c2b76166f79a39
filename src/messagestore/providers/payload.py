"""Reading what strangers send: the JSON, or the form, of a body.

A body that cannot be read as a whole raises InvalidPayload. What PostgreSQL cannot hold (NUL, lone
surrogates, NaN, giant numbers) passes: the store's sanitizer handles it, message by message.
"""

import json
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from messagestore.errors import InvalidPayload

JsonObject = dict[str, Any]

MAX_NESTING = 200
"""Levels; real payloads have about ten. Python gives up at about 1,000, its own stack included."""

MAX_FORM_FIELDS = 1000
"""Fields of a form; real ones have up to about sixty."""

_MAX_INTEGER_CHARACTERS = 4300
"""Python refuses to read integers of more digits; longer ones stay text."""


def decode(body: bytes) -> Any:
    """Return the JSON value of a body; raises InvalidPayload where it has none."""
    if not body.strip():
        raise InvalidPayload("the body is empty; JSON was expected")
    try:
        value = _read(body)
    except RecursionError:
        problem = _too_deep()
    except ValueError:  # JSONDecodeError, UnicodeDecodeError
        problem = f"the body ({len(body)} bytes) is not JSON, or cut off"
    else:
        _check_nesting(value, body)
        return value
    # Only here: those errors hold the body, and would stay in the context of ours.
    raise InvalidPayload(problem)


def _read(body: bytes) -> Any:
    """Return the JSON value; what the fast reader takes it reads as Python's, which takes more."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # NaN, 1e400, lone surrogates, UTF-16, integers of thousands of digits, and what is no JSON.
        return json.loads(body, parse_int=_integer)


def decode_object(body: bytes) -> JsonObject:
    """Return the JSON object of a body; raises InvalidPayload for any other JSON too."""
    value = decode(body)
    if not isinstance(value, dict):
        raise InvalidPayload(f"the body must be a JSON object, not {json_type(value)}")
    return value


def object_in_text(written: str | None) -> JsonObject | None:
    """Return the JSON object that a field has as text, or None where it has none."""
    value = _in_text(written)
    return value if isinstance(value, dict) else None


def objects_in_text(written: str | None) -> list[JsonObject]:
    """Return the objects of the JSON array that a field has as text."""
    value = _in_text(written)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def decode_form(body: bytes) -> JsonObject:
    """Return the fields of an `application/x-www-form-urlencoded` body, empty ones too.

    What is not UTF-8 becomes a lone surrogate, which the store's sanitizer replaces and counts. A
    name that comes twice counts once, the first time. Raises InvalidPayload where nothing is said.
    """
    written = body.strip().decode("utf-8", "surrogateescape")
    if "\n" in written:  # in a form it is written %0A: these are several forms, one a line
        raise InvalidPayload("the body has several lines; a form has one")
    try:
        pairs = parse_qsl(
            written,
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=MAX_FORM_FIELDS,
        )
    except ValueError:
        raise InvalidPayload(f"the form has more than {MAX_FORM_FIELDS} fields") from None
    fields: JsonObject = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    if not any(fields.values()):
        raise InvalidPayload(f"the body ({len(body)} bytes) is not a form with fields")
    return fields


def json_type(value: object) -> str:
    """Return what JSON calls the type of a value."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if value is None else names.get(type(value), "a number")


def _in_text(written: str | None) -> Any:
    try:
        return decode((written or "").encode("utf-8", "surrogatepass"))
    except InvalidPayload:
        return None


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
