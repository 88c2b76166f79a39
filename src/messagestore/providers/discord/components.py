"""Components: the buttons, menus and texts of which a bot's message can be made.

They lie in one another (rows, sections, containers), as deep as the payload allows.
"""

from collections.abc import Iterator
from typing import Any

from messagestore.message import MediaType
from messagestore.providers.content import Content, sane_size, shown_type
from messagestore.providers.fields import child, children, first_text, present, text
from messagestore.providers.payload import JsonObject

_BUTTON, _TEXT_DISPLAY, _THUMBNAIL, _FILE = 2, 10, 11, 13
_MEDIA = {_THUMBNAIL: "media", _FILE: "file"}


def walk(part: JsonObject) -> Iterator[JsonObject]:
    """Yield every component inside a message, a modal or another component, in reading order."""
    inner = [*children(part, "components"), child(part, "component"), child(part, "accessory")]
    for component in inner:
        if component:
            yield component
            yield from walk(component)


def shown_text(message: JsonObject) -> str | None:
    """Return the texts among the components, a line each."""
    texts = [text(found, "content") for found in walk(message) if _is(found, _TEXT_DISPLAY)]
    return "\n".join(line for line in texts if line) or None


def button_labels(message: JsonObject) -> list[str]:
    """Return what the buttons read."""
    buttons = [found for found in walk(message) if _is(found, _BUTTON)]
    return [label for button in buttons if (label := label_of(button))]


def label_of(component: JsonObject) -> str | None:
    """Return what a button or an option of a menu reads; some have an emoji alone."""
    return first_text(component, "label") or text(component, "emoji", "name")


def shown_media(message: JsonObject) -> Content | None:
    """Return the first picture, film or file among the components; None without any."""
    for component in walk(message):
        kind = component.get("type")
        key = _MEDIA.get(kind) if type(kind) is int else None
        items = [child(item, "media") for item in children(component, "items")]
        item = child(component, key) if key else next(iter(items), {})
        if url := text(item, "url"):
            return _medium(component, item, url)
    return None


def _medium(component: JsonObject, item: JsonObject, url: str) -> Content:
    content_type = text(item, "content_type")
    other = MediaType.DOCUMENT if _is(component, _FILE) else MediaType.OTHER
    return Content(
        media_url=url,
        media_type=shown_type(content_type, other),
        media_content_type=content_type,
        media_size=sane_size(component.get("size")),
        metadata=present(
            media_id=text(item, "attachment_id"), filename=first_text(component, "name")
        ),
    )


def _is(component: JsonObject, kind: Any) -> bool:
    return bool(component.get("type") == kind)
