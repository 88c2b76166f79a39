"""Interactions: slash commands, taps on components, and forms that were filled in.

Nothing else tells what a person asked a bot to do in these ways, so each is stored as an incoming
message under its own snowflake. Its token, with which anybody could answer as the bot, is not kept.
"""

from messagestore.event import Event, Ignored, MessageReceived
from messagestore.message import NewMessage
from messagestore.providers.content import Content, composed
from messagestore.providers.discord.answers import command_content, component_content, modal_content
from messagestore.providers.discord.parties import interaction_parties
from messagestore.providers.discord.snowflake import (
    PROVIDER,
    global_id,
    optional_id,
    snowflake_time,
)
from messagestore.providers.fields import child, identifier, present, required_identifier, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.redaction import without_secrets

_COMMAND = 2


def interaction_event(interaction: JsonObject, account: str | None) -> Event:
    """Return the message that an interaction is; one that says nothing yet is ignored."""
    match interaction.get("type"):
        case 1:
            return Ignored(reason="Discord's check that the application answers")
        case 2:
            content = command_content(child(interaction, "data"))
        case 3:
            content = component_content(interaction)
        case 4:
            return Ignored(reason="a command that is still being typed")
        case 5:
            content = modal_content(child(interaction, "data"))
        case _:
            return Ignored(reason="an interaction of a type that is not known", unknown=True)
    return MessageReceived(message=_message(interaction, content, account))


def _message(interaction: JsonObject, content: Content, account: str | None) -> NewMessage:
    snowflake = required_identifier(interaction, "id")
    member, data = child(interaction, "member"), child(interaction, "data")
    user = child(member, "user") or child(interaction, "user")
    is_command = interaction.get("type") == _COMMAND
    return composed(
        interaction_parties(interaction, account),
        content,
        message_id=global_id(snowflake),
        created_at=snowflake_time(snowflake),
        reply_to_message_id=optional_id(interaction, "message", "id"),
        is_bot_command=is_command,
        command_name=identifier(data, "name") if is_command else None,
        metadata={"provider": PROVIDER}
        | present(
            profile_name=text(member, "nick") or text(user, "global_name"),
            username=text(user, "username"),
            application_id=text(interaction, "application_id"),
            guild_id=text(interaction, "guild_id"),
            parent_channel_id=text(interaction, "channel", "parent_id"),
            interaction_id=snowflake,
            target_id=text(data, "target_id"),
            locale=text(interaction, "locale"),
        ),
        raw=without_secrets(interaction),
    )
