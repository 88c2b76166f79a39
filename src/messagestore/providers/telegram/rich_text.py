"""The words of a rich message: blocks, which hold text that is a string, a list or an object."""

from typing import Any

from messagestore.providers.payload import JsonObject

_BLOCKS = ("title", "summary", "header", "text", "blocks", "items", "cells", "rows", "caption")


def rich_text(part: JsonObject) -> str:
    """Return the text of the blocks, one a line; as it was sent, the HTML or Markdown of it."""
    sent = [part[key] for key in ("html", "markdown") if isinstance(part.get(key), str)]
    return sent[0] if sent else _lines(part)


def _lines(value: Any) -> str:
    if isinstance(value, dict):
        parts = [
            _inline(value[key]) if key == "text" else _lines(value[key])
            for key in _BLOCKS
            if key in value
        ]
        return "\n".join(part for part in parts if part)
    if isinstance(value, list):
        return "\n".join(line for item in value if (line := _lines(item)))
    return value if isinstance(value, str) else ""


def _inline(value: Any) -> str:
    if isinstance(value, list):
        return "".join(_inline(item) for item in value)
    if isinstance(value, dict):
        return _inline(value.get("text", value.get("alternative_text")))
    return value if isinstance(value, str) else ""
