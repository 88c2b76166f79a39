"""What a bot does to messages through Slack's Web API: edits, deletions, reactions."""

from messagestore.event import MessageDeleted, ReactionChanged, Rewriting
from messagestore.providers.content import edited
from messagestore.providers.fields import child, identifier, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets
from messagestore.providers.slack.contents import content_of
from messagestore.providers.slack.installation import Installation, answered_id
from messagestore.providers.slack.messages import DELETED, edit_id_of

_EDITS = frozenset({"chat.update", "chat.stopStream"})
_DELETIONS = {"chat.delete": "ts", "chat.deleteScheduledMessage": "scheduled_message_id"}
_REACTIONS = frozenset({"reactions.add", "reactions.remove"})


def rewrites(method: str) -> bool:
    """Return whether a method of the Web API changes messages that are there."""
    return method in _EDITS or method in _DELETIONS or method in _REACTIONS


def change_of(
    method: str,
    arguments: JsonObject,
    answer: JsonObject,
    installation: Installation,
    *,
    edit_id: str,
) -> Rewriting | None:
    """Return what a call that has succeeded did to a message, or None.

    `edit_id` is for an edit of which the answer does not say when it was made.
    """
    channel = identifier(answer, "channel") or identifier(arguments, "channel")
    key = _DELETIONS.get(method, "timestamp" if method in _REACTIONS else "ts")
    ts = identifier(arguments, key)
    if channel is None or ts is None or not rewrites(method):
        return None
    if method == "chat.deleteScheduledMessage":
        ts = f"scheduled-{ts}"
    message_id = answered_id(installation, answer, channel, ts)
    if method in _DELETIONS:
        return MessageDeleted(message_id=message_id, reason=DELETED)
    if method in _REACTIONS:
        emoji = text(arguments, "name") if method == "reactions.add" else None
        return ReactionChanged(message_id=message_id, sender=installation.bot, emoji=emoji)
    message = _new_text(method, arguments, answer)
    return _edit(message_id, message, edit_id) if message else None


def _new_text(method: str, arguments: JsonObject, answer: JsonObject) -> JsonObject:
    """Return the message as it is after an edit; a stream's last call has only its last words."""
    return child(answer, "message") or (arguments if method == "chat.update" else {})


def _edit(message_id: str, message: JsonObject, edit_id: str) -> Rewriting:
    content = content_of(message)
    if ts := identifier(message, "edited", "ts"):
        edit_id = edit_id_of(message_id, ts, content)
    return edited(
        content, message_id=message_id, edit_id=edit_id, at=None, raw=without_secrets(message)
    )
