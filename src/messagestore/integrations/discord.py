"""discord.py: `capture(bot, store)` stores what a bot sees and what it sends.

Comes with `pip install messagestore[discord]`.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

try:
    import discord
    from discord.ext import commands
except ModuleNotFoundError as error:
    sentence = "discord.py is not installed: pip install 'messagestore[discord]'"
    raise ModuleNotFoundError(sentence, name=error.name) from error

from messagestore.errors import InvalidSettings
from messagestore.integrations.discord_payloads import (
    Payload,
    deletion_payload,
    interaction_payload,
    message_payload,
    reaction_payload,
)
from messagestore.integrations.discord_requests import SendRecorder
from messagestore.integrations.guard import harmless
from messagestore.logger.message_logger import MessageLogger
from messagestore.store import MessageStore

__all__ = ["capture"]

_log = logging.getLogger("messagestore")

Bot = commands.Bot | commands.AutoShardedBot


def capture(bot: Bot, store: MessageStore) -> None:
    """Store every message that this bot sees or sends from now on, and what becomes of each.

    Call it once, before the bot connects. The bot needs the message content intent. Raises
    InvalidSettings for what is not a `commands.Bot`, and where it was called before.
    """
    if not isinstance(bot, commands.Bot | commands.AutoShardedBot):
        # A Client has one handler an event, which the next @client.event would take from us.
        raise InvalidSettings("discord needs a commands.Bot: a discord.Client has no listeners")
    if not bot.intents.message_content:
        _log.warning("without the message content intent, Discord leaves texts out of messages")
    recorder = SendRecorder(bot, store.logger)
    recorder.install()
    for listener in _Listeners(bot, store.logger, recorder).all():
        bot.add_listener(listener)


class _Listeners:
    """Logs what the gateway tells: each event in its own task, those of one message in turn.

    discord.py starts a task an event; without the turns, an edit that comes right after its
    message could find no message yet, and would be lost.
    """

    def __init__(self, bot: Bot, logger: MessageLogger, recorder: SendRecorder) -> None:
        self._bot = bot
        self._logger = logger
        self._recorder = recorder
        self._overtaken: set[int] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def all(self) -> tuple[Callable[..., Coroutine[Any, Any, None]], ...]:
        """Return the listeners; each has the name of its event."""
        return (
            self.on_message,
            self.on_raw_message_edit,
            self.on_raw_message_delete,
            self.on_raw_bulk_message_delete,
            self.on_raw_reaction_add,
            self.on_raw_reaction_remove,
            self.on_interaction,
        )

    async def on_message(self, message: discord.Message) -> None:
        """Log a new message, the bot's own too.

        discord.py writes an edit into the message that it handed out before. When the edit was read
        before this task began (after a reconnect they come in bursts), the text is the new one
        already: the edit's listener, which has the old one, goes first.
        """
        if message.edited_at is not None:
            self._overtaken.add(message.id)
            await asyncio.sleep(0)
        await self._log("MESSAGE_CREATE", message.id, message_payload, message)
        self._overtaken.discard(message.id)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Log an update; most are edits."""
        if event.message_id in self._overtaken and event.cached_message is not None:
            self._overtaken.discard(event.message_id)
            await self._log(
                "MESSAGE_CREATE", event.message_id, message_payload, event.cached_message
            )
        await self._log("MESSAGE_UPDATE", event.message_id, _data_of, event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Log a deletion."""
        place = (event.channel_id, event.guild_id)
        await self._log(
            "MESSAGE_DELETE", event.message_id, deletion_payload, event.message_id, *place
        )

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Log the deletions of many messages."""
        place = (event.channel_id, event.guild_id)
        await asyncio.gather(
            *(
                self._log("MESSAGE_DELETE", message_id, deletion_payload, message_id, *place)
                for message_id in event.message_ids
            )
        )

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """Log a reaction."""
        await self._log("MESSAGE_REACTION_ADD", event.message_id, reaction_payload, event)

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """Log that a reaction was taken back."""
        await self._log("MESSAGE_REACTION_REMOVE", event.message_id, reaction_payload, event)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Log a command, a tap or a form, and remember where its answer will go."""
        self._recorder.remember(interaction)
        await self._log("INTERACTION_CREATE", interaction.id, interaction_payload, interaction)

    async def _log(
        self, name: str, message_id: int, read: Callable[..., Payload], *parts: object
    ) -> None:
        account = str(self._bot.user.id) if self._bot.user else None
        body = b""
        with harmless():
            body = json.dumps({"op": 0, "t": name, "d": read(*parts)}, default=str).encode()
        if not body:
            return
        async with self._turns.setdefault(str(message_id), asyncio.Lock()):
            await self._logger.log_payload("discord", body, account=account)


def _data_of(event: discord.RawMessageUpdateEvent) -> Payload:
    return dict(event.data)
