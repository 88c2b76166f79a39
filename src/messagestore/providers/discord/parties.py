"""Who wrote to whom, and in which channel."""

from messagestore.message import UNKNOWN_PARTY, ContextType, Direction
from messagestore.providers.discord.kinds import GROUP_DM_TYPES, type_of
from messagestore.providers.fields import child, identifier, required_identifier, text
from messagestore.providers.parties import Parties
from messagestore.providers.payload import JsonObject

_GROUP_DM = 3


def message_parties(message: JsonObject, account: str | None) -> Parties:
    """Read a message. It is outgoing if the bot or a webhook of its application wrote it.

    A webhook writes in a name and id of its own; `application_id` names whose it is, which is the
    id of the application's bot as well. Whom a message is to, Discord does not say: the recipient
    of what the bot sends is the channel. Raises InvalidMessage where the author or the channel is
    missing.
    """
    author = required_identifier(message, "author", "id")
    own = account is not None and account in (author, text(message, "application_id"))
    context_id = _channel(message)
    in_group = _is_group(message) or type_of(message) in GROUP_DM_TYPES
    return Parties(
        direction=Direction.OUTGOING if own else Direction.INCOMING,
        sender=account if own and account else author,
        recipient=context_id if own else account or UNKNOWN_PARTY,
        context_id=context_id,
        context_type=ContextType.GROUP if in_group else ContextType.PRIVATE,
    )


def interaction_parties(interaction: JsonObject, account: str | None) -> Parties:
    """Read an interaction: always from a person (`member.user` in a server) to the bot."""
    user = child(interaction, "member", "user") or child(interaction, "user")
    return Parties(
        direction=Direction.INCOMING,
        sender=required_identifier(user, "id"),
        recipient=account or identifier(interaction, "application_id") or UNKNOWN_PARTY,
        context_id=_channel(interaction),
        context_type=ContextType.GROUP if _is_group(interaction) else ContextType.PRIVATE,
    )


def _channel(part: JsonObject) -> str:
    """Return the channel, or the lobby of a game that has none."""
    channel = identifier(part, "channel", "id") or identifier(part, "lobby_id")
    return identifier(part, "channel_id") or channel or required_identifier(part, "channel_id")


def _is_group(part: JsonObject) -> bool:
    """Whether it is in a server, in a game's lobby or in a direct chat of several people.

    Of the latter, only an interaction names its channel's type; other messages there look like
    those of a chat of two.
    """
    return (
        part.get("guild_id") is not None
        or part.get("lobby_id") is not None
        or child(part, "channel").get("type") == _GROUP_DM
    )
