"""What discord.py hands to its listeners, back in the form in which Discord's gateway sent it.

Of edits discord.py keeps the payload itself. The payload of a new message is handed out before it
is read only to bots that were made with `enable_debug_events=True` (`on_socket_raw_receive`): a bot
whose author forgets it would store nothing and not notice, it cannot be switched on later but by a
private attribute, and every event of the gateway, presences and whole servers too, would be decoded
twice. So messages are written back from their documented attributes.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import discord

Payload = dict[str, Any]


def message_payload(message: discord.Message) -> Payload:
    """Return a message as MESSAGE_CREATE has it."""
    return _read(message, _MESSAGE) | _read(message, _CONTENTS)


def interaction_payload(interaction: discord.Interaction[Any]) -> Payload:
    """Return an interaction as INTERACTION_CREATE has it, without its token."""
    return _read(interaction, _INTERACTION)


def deletion_payload(message_id: int, channel_id: int, guild_id: int | None) -> Payload:
    """Return what MESSAGE_DELETE has."""
    return _present(id=str(message_id), channel_id=str(channel_id), guild_id=_text(guild_id))


def reaction_payload(event: discord.RawReactionActionEvent) -> Payload:
    """Return what MESSAGE_REACTION_ADD and MESSAGE_REACTION_REMOVE have."""
    return _present(
        user_id=str(event.user_id),
        message_id=str(event.message_id),
        channel_id=str(event.channel_id),
        guild_id=_text(event.guild_id),
        emoji={"id": _text(event.emoji.id), "name": event.emoji.name},
    )


def _attachment(attachment: discord.Attachment) -> Payload:
    return dict(attachment.to_dict()) | _present(
        id=str(attachment.id), title=attachment.title, duration_secs=attachment.duration
    )


def _snapshot(copy: discord.MessageSnapshot) -> Payload:
    return {"message": _read(copy, _CONTENTS)}


def _sticker(sticker: discord.StickerItem) -> Payload:
    return {
        "id": str(sticker.id),
        "name": sticker.name,
        "format_type": sticker.format.value,
    }


def _user(user: discord.abc.User) -> Payload:
    return _present(
        id=str(user.id),
        username=user.name,
        global_name=user.global_name,
        bot=user.bot or None,
    )


def _member(user: discord.abc.User) -> Payload | None:
    return _present(nick=user.nick) if isinstance(user, discord.Member) else None


def _channel(channel: Any) -> Payload | None:
    """Return what is known of a channel: for a thread, the channel that it belongs to."""
    kind = getattr(channel, "type", None)
    if kind is None:
        return None
    return _present(
        id=str(channel.id), type=kind.value, parent_id=_text(getattr(channel, "parent_id", None))
    )


def _guild_id(guild: discord.Guild | None, channel: Any) -> str | None:
    """Return the server; of one that discord.py does not know yet, the channel has the id."""
    return str(guild.id) if guild else _text(getattr(channel, "guild_id", None))


def _reference(reference: discord.MessageReference | None) -> Payload | None:
    if reference is None:
        return None
    return _present(
        type=reference.type.value,
        message_id=_text(reference.message_id),
        channel_id=_text(reference.channel_id),
        guild_id=_text(reference.guild_id),
    )


def _interaction_metadata(metadata: discord.MessageInteractionMetadata | None) -> Payload | None:
    if metadata is None:
        return None
    return {"id": str(metadata.id), "type": metadata.type.value, "user": _user(metadata.user)}


def _poll(poll: discord.Poll | None) -> Payload | None:
    if poll is None:
        return None
    answers = [
        _present(
            text=answer.text or None,
            emoji={"name": str(answer.emoji)} if answer.emoji else None,
        )
        for answer in poll.answers
    ]
    return _present(
        question={"text": poll.question},
        answers=[{"poll_media": answer} for answer in answers],
        expiry=poll.expires_at.isoformat() if poll.expires_at else None,
        allow_multiselect=poll.multiple,
    )


def _thread(thread: discord.Thread | None) -> Payload | None:
    if thread is None:
        return None
    return {"id": str(thread.id), "name": thread.name, "parent_id": str(thread.parent_id)}


def _text(snowflake: int | None) -> str | None:
    return None if snowflake is None else str(snowflake)


def _read(source: Any, readers: Mapping[str, Callable[[Any], Any]]) -> Payload:
    """Return what can be read of a message or an interaction.

    discord.py leaves attributes out whose field the payload did not have, and a newer version may
    know them by other names: what fails is left out, and not the message with it.
    """
    found: Payload = {}
    for key, reader in readers.items():
        with suppress(Exception):
            found[key] = reader(source)
    return _present(**found)


def _present(**fields: Any) -> Payload:
    return {key: value for key, value in fields.items() if value is not None}


_CONTENTS: Mapping[str, Callable[[Any], Any]] = {
    "type": lambda message: message.type.value,
    "content": lambda message: message.content,
    "timestamp": lambda message: message.created_at.isoformat(),
    "flags": lambda message: message.flags.value,
    "attachments": lambda message: [_attachment(file) for file in message.attachments],
    "embeds": lambda message: [embed.to_dict() for embed in message.embeds],
    "components": lambda message: [component.to_dict() for component in message.components],
    "sticker_items": lambda message: [_sticker(sticker) for sticker in message.stickers],
}
_MESSAGE: Mapping[str, Callable[[Any], Any]] = {
    "id": lambda message: str(message.id),
    "channel_id": lambda message: str(message.channel.id),
    "guild_id": lambda message: _guild_id(message.guild, message.channel),
    "channel": lambda message: _channel(message.channel),
    "author": lambda message: _user(message.author),
    "member": lambda message: _member(message.author),
    "edited_timestamp": lambda message: message.edited_at and message.edited_at.isoformat(),
    "tts": lambda message: message.tts or None,
    "nonce": lambda message: message.nonce,
    "webhook_id": lambda message: _text(message.webhook_id),
    "application_id": lambda message: _text(message.application_id),
    "mention_everyone": lambda message: message.mention_everyone or None,
    "mentions": lambda message: [_user(user) for user in message.mentions],
    "mention_roles": lambda message: [str(role) for role in message.raw_role_mentions],
    "message_reference": lambda message: _reference(message.reference),
    "message_snapshots": lambda message: [_snapshot(copy) for copy in message.message_snapshots],
    "interaction_metadata": lambda message: _interaction_metadata(message.interaction_metadata),
    "poll": lambda message: _poll(message.poll),
    "thread": lambda message: _thread(message.thread),
    "position": lambda message: message.position,
}
_INTERACTION: Mapping[str, Callable[[Any], Any]] = {
    "id": lambda interaction: str(interaction.id),
    "type": lambda interaction: interaction.type.value,
    "application_id": lambda interaction: str(interaction.application_id),
    "guild_id": lambda interaction: _text(interaction.guild_id),
    "channel_id": lambda interaction: _text(interaction.channel_id),
    "channel": lambda interaction: _channel(interaction.channel),
    "user": lambda interaction: _user(interaction.user),
    "member": lambda interaction: _member(interaction.user),
    "locale": lambda interaction: str(interaction.locale),
    "data": lambda interaction: interaction.data,
    "message": lambda interaction: interaction.message and message_payload(interaction.message),
}
