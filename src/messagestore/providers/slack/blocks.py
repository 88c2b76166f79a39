"""The words in blocks and attachments, for messages that have no `text`."""

from collections.abc import Iterable

from messagestore.providers.fields import children, first_text, text
from messagestore.providers.payload import JsonObject

_TEXT_ELEMENTS = {
    "user": ("<@{}>", "user_id"),
    "usergroup": ("<!subteam^{}>", "usergroup_id"),
    "channel": ("<#{}>", "channel_id"),
    "broadcast": ("<!{}>", "range"),
    "emoji": (":{}:", "name"),
}
"""How what is no text in rich text is written where it is text (Slack, formatting)."""

_MAX_LEVELS = 8


def words_of_blocks(blocks: list[JsonObject]) -> str | None:
    """Return the words of blocks, one block a line."""
    return _lines(_words_of_block(block) for block in blocks)


def words_of_attachments(attachments: list[JsonObject]) -> str | None:
    """Return the words of attachments; `fallback` only where there is nothing else."""
    return _lines(_words_of_attachment(part) for part in attachments)


def words_of_rich_text(part: JsonObject, levels: int = _MAX_LEVELS) -> str:
    """Return the words of rich text: sections and lists a line each, their parts side by side."""
    elements = children(part, "elements")
    if not elements or not levels:
        return _words_of_element(part)
    inner = [words_of_rich_text(element, levels - 1) for element in elements]
    together = part.get("type") in {"rich_text", "rich_text_list"}
    return ("\n" if together else "").join(inner)


def _words_of_block(block: JsonObject) -> str | None:
    if block.get("type") == "rich_text":
        return words_of_rich_text(block)
    whole = text(block, "text", "text") or first_text(block, "text", "alt_text")
    title = text(block, "title", "text")
    parts = [*children(block, "fields"), *children(block, "elements")]
    inner = [found for part in parts if part.get("type") in {"mrkdwn", "plain_text"}
             if (found := text(part, "text"))]  # fmt: skip
    return _lines([title, whole, *inner])


def _words_of_attachment(part: JsonObject) -> str | None:
    fields = [first_text(field, key) for field in children(part, "fields")
              for key in ("title", "value")]  # fmt: skip
    words = _lines([*(text(part, key) for key in ("pretext", "title", "text")), *fields])
    return words or words_of_blocks(children(part, "blocks")) or text(part, "fallback")


def _words_of_element(element: JsonObject) -> str:
    kind = element.get("type")
    if isinstance(kind, str) and kind in _TEXT_ELEMENTS:
        form, key = _TEXT_ELEMENTS[kind]
        return form.format(found) if (found := text(element, key)) else ""
    return first_text(element, "text", "url", "fallback") or ""


def _lines(parts: Iterable[str | None]) -> str | None:
    return "\n".join(part for part in parts if part) or None
