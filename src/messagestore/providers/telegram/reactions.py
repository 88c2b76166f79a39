"""Reactions: Telegram tells all that one sender has on a message, before and after."""

from messagestore.event import ReactionChanged
from messagestore.providers.fields import children, clean, identifier, required_identifier, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.telegram.identity import message_id_of
from messagestore.providers.timestamp import moment

_PAID = "⭐"


def reaction_changed(bot: str, part: JsonObject) -> ReactionChanged:
    """Return a sender's reactions from now on; raises InvalidMessage."""
    actor = identifier(part, "actor_chat", "id")
    return ReactionChanged(
        message_id=message_id_of(bot, part),
        sender=actor or required_identifier(part, "user", "id"),
        emoji=emoji_of(children(part, "new_reaction")),
        at=moment(part.get("date")),
    )


def emoji_of(reactions: list[JsonObject]) -> str | None:
    """Return the emoji of one sender: up to three, with a space between; None for none."""
    words = [word for reaction in reactions if (word := _emoji(reaction))]
    return clean(" ".join(words)) if words else None


def _emoji(reaction: JsonObject) -> str | None:
    """Return an emoji; of a custom one there is no more than its id."""
    if reaction.get("type") == "paid":
        return _PAID
    custom = text(reaction, "custom_emoji_id")
    return text(reaction, "emoji") or (f"custom:{custom}" if custom else None)
