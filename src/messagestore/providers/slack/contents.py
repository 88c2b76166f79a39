"""What a message says and carries: its text, and its files."""

from typing import Any

from messagestore.message import MediaType
from messagestore.providers.content import Content, media_type_of_content, sane_size
from messagestore.providers.fields import children, first_text, flag, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.slack.blocks import words_of_attachments, words_of_blocks

_SYSTEM = frozenset(
    f"{place}_{what}"
    for place in ("channel", "group")
    for what in (
        "archive",
        "convert_to_private",
        "join",
        "leave",
        "name",
        "posting_permissions",
        "purpose",
        "topic",
        "unarchive",
    )
) | {
    "assistant_app_thread",
    "bot_add",
    "bot_remove",
    "ekm_access_denied",
    "huddle_thread",
    "joiner_notification",
    "pinned_item",
    "reminder_add",
    "sh_room_created",
    "unpinned_item",
}
"""Subtypes of what Slack itself says in a channel; `user` is whom it is about."""


def content_of(message: JsonObject) -> Content:
    """Return the content, in Slack's own markup: `<@U…>` for a person, `&amp;` for `&`."""
    files = children(message, "files")
    first = files[0] if files else {}
    attachments = children(message, "attachments")
    words = first_text(message, "text", "markdown_text")
    subtype = text(message, "subtype")
    system = subtype in _SYSTEM
    return Content(
        content=words
        or words_of_blocks(children(message, "blocks"))
        or words_of_attachments(attachments),
        media_url=first_text(first, "url_private", "url_private_download"),
        media_type=_media_type(first) if files else None,
        media_content_type=text(first, "mimetype"),
        media_size=sane_size(first.get("size")),
        metadata=present(
            kind="system" if system else subtype or "text",
            system_type=subtype if system else None,
            media_id=text(first, "id"),
            filename=text(first, "name"),
            voice=True if first.get("subtype") == "slack_audio" else None,
            attachments=[_summary(file) for file in files] or None,
            forwarded=any(flag(part, "is_share") for part in attachments) or None,
        ),
    )


def _media_type(file: JsonObject) -> MediaType:
    """Return what a file is; of one in a shared channel Slack may tell the id alone."""
    return media_type_of_content(text(file, "mimetype"))


def _summary(file: JsonObject) -> dict[str, Any]:
    wanted = {"id": "id", "filename": "name", "content_type": "mimetype", "url": "url_private"}
    found = {key: value for key, name in wanted.items() if (value := text(file, name))}
    size = sane_size(file.get("size"))
    return found | ({} if size is None else {"size": size})
