"""Files, stickers and polls.

A message carries up to ten files. The first is in the columns, all are in `metadata.attachments`.
Their URLs are signed and expire after about a day: fetch them soon, or ask Discord to refresh them.
"""

from typing import Any

from messagestore.message import MediaType
from messagestore.providers.content import Content, sane_size, shown_type
from messagestore.providers.discord.kinds import VOICE, has_flag
from messagestore.providers.fields import child, children, first_text, number, present, text
from messagestore.providers.payload import JsonObject

_STICKER_TYPES: dict[Any, str] = {
    1: "image/png",
    2: "image/apng",
    3: "application/json",  # Lottie
    4: "image/gif",
}


def media_of(message: JsonObject) -> Content | None:
    """Return the files, else the sticker, else the poll of a message; None without any."""
    if attachments := children(message, "attachments"):
        return _files(attachments, voice=has_flag(message, VOICE))
    if stickers := children(message, "sticker_items") or children(message, "stickers"):
        return _sticker(stickers[0])
    if poll := child(message, "poll"):
        return _poll(poll)
    return None


def _files(attachments: list[JsonObject], *, voice: bool) -> Content:
    first = attachments[0]
    return Content(
        media_url=text(first, "url"),
        media_type=shown_type(text(first, "content_type"), MediaType.DOCUMENT),
        media_content_type=text(first, "content_type"),
        media_size=sane_size(first.get("size")),
        metadata=present(
            media_id=text(first, "id"),
            filename=text(first, "filename"),
            voice=voice or None,
            duration_seconds=number(first, "duration_secs"),
            attachments=[_summary(attachment) for attachment in attachments],
        ),
    )


def _summary(attachment: JsonObject) -> JsonObject:
    wanted = ("id", "filename", "title", "description", "content_type", "url")
    found = {key: value for key in wanted if (value := text(attachment, key))}
    size = sane_size(attachment.get("size"))
    return found if size is None else found | {"size": size}


def _sticker(sticker: JsonObject) -> Content:
    """Return a sticker, which has a name and an id, and no URL."""
    format_type = sticker.get("format_type")
    return Content(
        media_type=MediaType.STICKER,
        media_content_type=_STICKER_TYPES.get(format_type) if type(format_type) is int else None,
        metadata=present(media_id=text(sticker, "id"), sticker_name=text(sticker, "name")),
    )


def _poll(poll: JsonObject) -> Content:
    answers = [child(answer, "poll_media") for answer in children(poll, "answers")]
    labels = [label for answer in answers if (label := _answer_label(answer))]
    return Content(
        content=text(poll, "question", "text"),
        media_type=MediaType.POLL,
        metadata=present(poll_options=labels or None, poll_expiry=text(poll, "expiry")),
    )


def _answer_label(answer: JsonObject) -> str | None:
    return text(answer, "text") or first_text(child(answer, "emoji"), "name")
