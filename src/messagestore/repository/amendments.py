"""What people change in a message after it was stored: its text and its reactions.

Edits and reactions are kept so that any order and any repetition of them ends the same: the row's
text is the latest edit's, and `metadata.edits` holds every version with its time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Required, TypedDict, cast

import msgspec

from messagestore.event import MessageEdited, ReactionChanged
from messagestore.message import Message

EDITS_KEY = "edits"
REACTIONS_KEY = "reactions"
_VERSIONED = ("content", "media_url", "media_content_type")


class _Version(TypedDict, total=False):
    id: Required[str | None]
    at: Required[str]
    content: str
    media_url: str
    media_content_type: str
    metadata: dict[str, Any]


class _Reaction(TypedDict):
    emoji: str | None
    at: str


def with_edit(message: Message, edit: MessageEdited, at: datetime) -> Message:
    """Return the message with one edit more: its text is that of the latest version."""
    original = {"id": None, "at": message.created_at.isoformat()} | _version_of(message)
    versions = _kept_versions(message) or [original]
    if any(version["id"] == edit.edit_id for version in versions):
        return message
    version = {"id": edit.edit_id, "at": at.isoformat()} | _version_of(edit)
    if edit.metadata:
        version["metadata"] = dict(edit.metadata)
    # The original stays first whatever the clocks say; the rest follow by time.
    versions = [versions[0], *sorted([*versions[1:], version], key=_when)]
    latest = {field: value for version in versions for field, value in version.items()}
    metadata = message.metadata
    for known in versions:
        metadata = metadata | known.get("metadata", {})
    return msgspec.structs.replace(
        message,
        metadata=metadata | {EDITS_KEY: versions},
        **{field: latest.get(field) for field in _VERSIONED},
    )


def with_reaction(message: Message, reaction: ReactionChanged, at: datetime) -> Message:
    """Return the message with a sender's latest reaction; one taken back stays as null."""
    reactions = _kept_reactions(message)
    known = reactions.get(reaction.sender)
    entry = {"emoji": reaction.emoji, "at": at.isoformat()}
    if known and (known["at"], known["emoji"] or "") >= (entry["at"], entry["emoji"] or ""):
        return message
    reactions = reactions | {reaction.sender: entry}
    return msgspec.structs.replace(message, metadata=message.metadata | {REACTIONS_KEY: reactions})


def _kept_versions(message: Message) -> list[dict[str, Any]]:
    """Return the versions so far; what is not of our making under that key counts as none."""
    try:
        found = msgspec.convert(message.metadata.get(EDITS_KEY, []), list[_Version])
    except msgspec.ValidationError:
        return []
    return cast("list[dict[str, Any]]", found)


def _kept_reactions(message: Message) -> dict[str, Any]:
    """Return the reactions so far, likewise."""
    try:
        return msgspec.convert(message.metadata.get(REACTIONS_KEY, {}), dict[str, _Reaction])
    except msgspec.ValidationError:
        return {}


def _when(version: Mapping[str, Any]) -> tuple[str, str]:
    return version["at"], version["id"] or ""


def _version_of(source: Message | MessageEdited) -> dict[str, Any]:
    values = {field: getattr(source, field) for field in _VERSIONED}
    return {field: value for field, value in values.items() if value is not None}
