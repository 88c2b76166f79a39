"""Makes text and JSON holdable by PostgreSQL, and says what was changed.

======================================  ========================================================
what PostgreSQL cannot hold             what is stored instead
======================================  ========================================================
NUL in text                             U+FFFD
a lone surrogate (half of a pair)       U+FFFD
NaN, Infinity, -Infinity in JSON        the strings ``"NaN"``, ``"Infinity"``, ``"-Infinity"``
a JSON integer of over 1,000 digits     its hexadecimal digits as a string, ``"0x…"``
JSON nested deeper than 100 levels      from there on, the JSON text of what follows
two keys that become one by the above   the later key gains ``#2``, ``#3``, …
======================================  ========================================================

The reasons: ``text`` is valid UTF-8 without NUL (SQLSTATE 22021, 22P05), ``jsonb`` numbers are
``numeric`` (22P02, and 1e131071 would become 131 KB), and readers in other languages give up on
deep nesting long before PostgreSQL does.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

MAX_DEPTH = 100
MAX_INTEGER_DIGITS = 1000
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")
_INTEGER_LIMIT = 10**MAX_INTEGER_DIGITS
_SHORT_INTEGER = 2**63


def is_holdable(text: str) -> bool:
    """Whether a text is stored as it is: found out in a fraction of a search's time."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


class Sanitizer:
    """Cleans the fields of one record and counts what it changed, by field."""

    def __init__(self) -> None:
        self.changes: dict[str, int] = {}

    def text(self, value: str, *, field: str) -> str:
        """Return the text without what ``text`` cannot hold."""
        if is_holdable(value):
            return value
        clean, changed = _UNHOLDABLE.subn(REPLACEMENT, value)
        self._count(field, changed)
        return clean

    def json_object(self, value: Mapping[str, Any], *, field: str) -> dict[str, Any]:
        """Return a copy of the object without what ``jsonb`` cannot hold.

        Raises TypeError for what is not JSON at all (a set, bytes, a key that is no string), and
        ValueError for what Python itself cannot walk (over about 1,000 levels, or a cycle).
        """
        try:
            copy = _copied(value, depth=1)
        except _NotPlain:
            return self._object(value, field, depth=1)
        if isinstance(copy, dict):
            return copy
        raise TypeError(f"{type(value).__name__} is no JSON object")

    def _count(self, field: str, changed: int = 1) -> None:
        self.changes[field] = self.changes.get(field, 0) + changed

    def _value(self, value: Any, field: str, depth: int) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value, field=field)
        if isinstance(value, int):
            return self._integer(value, field)
        if isinstance(value, float):
            return self._float(value, field)
        if not isinstance(value, (Mapping, list, tuple)):
            raise TypeError(f"{type(value).__name__} is not a JSON type")
        return self._container(value, field, depth)

    def _container(self, value: Mapping[str, Any] | Sequence[Any], field: str, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            return self._as_text(value, field)
        if isinstance(value, Mapping):
            return self._object(value, field, depth + 1)
        return [self._value(item, field, depth + 1) for item in value]

    def _object(self, value: Mapping[str, Any], field: str, depth: int) -> dict[str, Any]:
        clean: dict[str, Any] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key of type {type(key).__name__} is not JSON")
            clean[self._free_key(self.text(key, field=field), clean)] = self._value(
                item, field, depth
            )
        return clean

    @staticmethod
    def _free_key(key: str, taken: Mapping[str, Any]) -> str:
        if key not in taken:
            return key
        number = 2
        while f"{key}#{number}" in taken:
            number += 1
        return f"{key}#{number}"

    def _integer(self, value: int, field: str) -> int | str:
        if -_INTEGER_LIMIT < value < _INTEGER_LIMIT:
            return value
        self._count(field)
        return hex(value)

    def _float(self, value: float, field: str) -> float | str:
        if math.isfinite(value):
            return value
        self._count(field)
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"

    def _as_text(self, value: Any, field: str) -> str:
        self._count(field)
        try:
            return self.text(json.dumps(value, ensure_ascii=False), field=field)
        except RecursionError:
            raise ValueError("it is nested too deeply, or contains itself") from None


class _NotPlain(Exception):
    """Raised where an object holds anything that has to be looked at more closely."""


def _copied(value: Any, depth: int) -> Any:
    """Return a copy of an object or array of what JSON has and ``jsonb`` holds as it is.

    It is the way of nearly all metadata, at a third of the time of `Sanitizer`, which does the
    same and more. Raises _NotPlain.
    """
    if depth > MAX_DEPTH:
        raise _NotPlain
    kind = type(value)
    if kind is list:
        return [_plain(item, depth) for item in value]
    if kind is not dict:
        raise _NotPlain
    copy = {}
    for key, item in value.items():
        if type(key) is not str or not is_holdable(key):
            raise _NotPlain
        copy[key] = _plain(item, depth)
    return copy


def _plain(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str:
        if is_holdable(value):
            return value
    elif kind is dict or kind is list:
        return _copied(value, depth + 1)
    elif (
        value is None
        or kind is bool
        or (kind is int and -_SHORT_INTEGER < value < _SHORT_INTEGER)
        or (kind is float and math.isfinite(value))
    ):
        return value
    raise _NotPlain
