"""Fields of a payload, which may be missing or of a wrong type.

An optional field of a wrong type counts as absent (`metadata.raw` keeps it as it came); an id of a
wrong type raises InvalidMessage. Text that becomes an id is cleaned as the store cleans it, so that
a status finds the message that it is about.
"""

import re
from typing import Any

from messagestore.checks import MAX_ID_BYTES, check_id
from messagestore.errors import InvalidMessage
from messagestore.providers.payload import JsonObject, json_type
from messagestore.sanitizer import Sanitizer, is_holdable

_WRITTEN_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,20})?", re.ASCII)
_SHORT = MAX_ID_BYTES // 4
"""Characters of an id that need not be measured: UTF-8 takes up to four bytes for each."""

_PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z_]{0,59}", re.ASCII)


def text(part: JsonObject, key: str, *path: str) -> str | None:
    """Return the text at that path; empty text counts as absent."""
    value = part.get(key)
    if path:
        value = _at(value, path)
    return value if isinstance(value, str) and value else None


def first_text(part: JsonObject, *keys: str) -> str | None:
    """Return the text of the first of these keys that has one."""
    return next((value for key in keys if (value := text(part, key))), None)


def flag(part: JsonObject, key: str) -> bool | None:
    """Return the boolean of that key."""
    value = part.get(key)
    return value if isinstance(value, bool) else None


def number(part: JsonObject, key: str) -> int | float | None:
    """Return the number of that key."""
    value = part.get(key)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def written_number(part: JsonObject, key: str) -> float | None:
    """Return the number that the text of that key writes out, as `-6.2088`: forms have no other."""
    value = text(part, key)
    return float(value) if value and _WRITTEN_NUMBER.fullmatch(value) else None


def child(part: JsonObject, key: str, *path: str) -> JsonObject:
    """Return the object at that path, or an empty one."""
    value = part.get(key)
    if path:
        value = _at(value, path)
    return value if isinstance(value, dict) else {}


def children(part: JsonObject, key: str) -> list[JsonObject]:
    """Return the objects of the array of that key."""
    value = part.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def identifier(part: JsonObject, *path: str) -> str | None:
    """Return the id at that path, cleaned; a number counts as its digits.

    Raises InvalidMessage for an id of another type, and for one that is too long to be indexed.
    """
    value = _at(part, path)
    if value is None or value == "":
        return None
    if type(value) is str and len(value) <= _SHORT and is_holdable(value):
        return value
    name = path[-1]
    if isinstance(value, str):
        return checked_identifier(value, name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidMessage(f"{name} must be a string, not {json_type(value)}", field=name)
    return checked_identifier(str(value), name)


def required_identifier(part: JsonObject, *path: str) -> str:
    """Return the id at that path; raises InvalidMessage where there is none."""
    found = identifier(part, *path)
    if found is None:
        raise InvalidMessage(f"{'.'.join(path)} is missing", field=path[-1])
    return found


def checked_identifier(value: str, name: str) -> str:
    """Return an id, cleaned; raises InvalidMessage where it is too long to be indexed."""
    check_id(name, value)
    return clean(value)


def clean(value: str) -> str:
    """Return the text as the store would keep it."""
    return value if is_holdable(value) else Sanitizer().text(value, field="")


def present(**fields: Any) -> JsonObject:
    """Return the fields that have a value: `metadata` holds no nulls."""
    return {key: value for key, value in fields.items() if value is not None}


def plain_word(value: Any) -> str:
    """Return a provider's own word (a type, a status) for a reason, or a stand-in.

    What does not look like such a word may be something a person wrote, and is not repeated.
    """
    return value if isinstance(value, str) and _PLAIN_WORD.fullmatch(value) else "(unnamed)"


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
