"""A real bot of discord.py, logged in to a Discord on this machine, without a gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord.ext import commands

from messagestore.integrations.discord import capture
from messagestore.message import Message
from messagestore.store import MessageStore
from tests.integration.integrations.discord_py.api import (
    CHANNEL_ID,
    GUILD_ID,
    PERSON_ID,
    DiscordApi,
)

GUILD: dict[str, Any] = {
    "id": GUILD_ID,
    "name": "The Paper Lantern",
    "owner_id": PERSON_ID,
    "member_count": 1,
    "unavailable": False,
    "roles": [],
    "emojis": [],
    "stickers": [],
    "features": [],
    "members": [],
    "channels": [
        {"id": CHANNEL_ID, "type": 0, "name": "reading-night", "position": 0}
        | {"permission_overwrites": []}
    ],
    "threads": [],
    "voice_states": [],
    "presences": [],
}


class Bench:
    """A bot, its Discord and its store. `gateway` does what discord.py does with a dispatch."""

    def __init__(self, bot: commands.Bot, api: DiscordApi, store: MessageStore) -> None:
        self.bot = bot
        self.api = api
        self.store = store

    @property
    def channel(self) -> Any:
        """The channel as the bot knows it."""
        return self.bot.get_channel(int(CHANNEL_ID))

    async def gateway(self, *dispatches: tuple[str, dict[str, Any]]) -> None:
        """Let the bot receive these, one right after the other, and handle them to the end."""
        for name, data in dispatches:
            self.bot._connection.parsers[name](data)
        await self.handled()

    async def handled(self) -> None:
        """Wait until no task of discord.py is left."""
        while tasks := [task for task in asyncio.all_tasks() if _is_discords(task)]:
            await asyncio.gather(*tasks)

    async def rows(self) -> list[Message]:
        """Return everything that is stored, oldest first."""
        rows = await self.store.database.fetch("SELECT message_id FROM messages ORDER BY id")
        found = [await self.store.messages.get_by_message_id(row["message_id"]) for row in rows]
        return [message for message in found if message is not None]

    async def only_row(self) -> Message:
        """Return the one message that is stored."""
        [message] = await self.rows()
        return message


@asynccontextmanager
async def working_bot(api: DiscordApi, store: MessageStore) -> AsyncIterator[Bench]:
    """Give a bot with the hook, logged in, in one server with one channel."""
    bot = commands.Bot("!", intents=discord.Intents.all(), chunk_guilds_at_startup=False)
    capture(bot, store)
    async with bot:
        await bot.login("a-token-of-no-bot")
        bot._connection.user = bot.user
        bench = Bench(bot, api, store)
        await bench.gateway(("GUILD_CREATE", GUILD))
        yield bench
        await bench.handled()


def _is_discords(task: "asyncio.Task[Any]") -> bool:
    return task.get_name().startswith(("discord.py:", "CommandTree", "discord-ui"))


def in_server(message: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a message object as the gateway has it for a channel of the server."""
    member: dict[str, Any] = {
        "roles": [],
        "joined_at": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    return message | {"guild_id": GUILD_ID, "member": member | {"nick": "Maya"}} | fields
