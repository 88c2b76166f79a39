"""Reactions. A person can give several to one message; the store keeps each person's latest."""

from messagestore.event import Event, Ignored, ReactionChanged
from messagestore.providers.discord.snowflake import required_id
from messagestore.providers.fields import child, clean, identifier, required_identifier, text
from messagestore.providers.payload import JsonObject


def reaction_added(part: JsonObject) -> Event:
    """Return the reaction; one without an emoji that can be read is left alone."""
    emoji = emoji_of(part)
    if emoji is None:
        return Ignored(reason="a reaction without an emoji")
    return _change(part, emoji)


def reaction_removed(part: JsonObject) -> Event:
    """Return that a person took a reaction back."""
    return _change(part, None)


def emoji_of(part: JsonObject) -> str | None:
    """Return the emoji itself, or `name:id` of one that a server made (as in Discord's own URLs).

    The name of one that was removed from its server is not told.
    """
    emoji = child(part, "emoji")
    name, snowflake = text(emoji, "name"), identifier(emoji, "id")
    found = f"{name}:{snowflake}" if name and snowflake else name or snowflake
    return clean(found) if found else None


def _change(part: JsonObject, emoji: str | None) -> ReactionChanged:
    return ReactionChanged(
        message_id=required_id(part, "message_id"),
        sender=required_identifier(part, "user_id"),
        emoji=emoji,
    )
