"""The hook in a bot that is connected: the program of docs/howto/discord.md, with a gateway."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket

from messagestore import Direction, MessageStore, Settings, Status
from tests.integration.integrations.discord_py.api import PERSON_ID, DiscordApi

_PAGE = Path(__file__).parents[4] / "docs" / "howto" / "discord.md"
_PROGRAM = re.compile(r"```python\n(.*?)\n\nasyncio\.run\(main\(\)\)\n```", re.DOTALL)


class LeavingBot(commands.Bot):
    """Goes once it has heard its own answer, and has done everything that it began."""

    async def on_message(self, message: Any) -> None:
        await super().on_message(message)
        if message.author == self.user:
            await asyncio.gather(*(task for task in asyncio.all_tasks() if _is_others(task)))
            await self.close()


def _is_others(task: "asyncio.Task[Any]") -> bool:
    return task.get_name() == "discord.py: on_message" and task is not asyncio.current_task()


async def test_the_program_of_the_page_stores_a_question_and_its_answer(
    discord_api: DiscordApi, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot answers `!ping` by HTTP, and hears of its own answer from the gateway."""
    gateway = yarl.URL(str(discord_api.server.make_url("/gateway/"))).with_scheme("ws")
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    monkeypatch.setattr(commands, "Bot", LeavingBot)
    monkeypatch.setenv("DISCORD_TOKEN", "a-token-of-no-bot")
    monkeypatch.setenv("MESSAGESTORE_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("MESSAGESTORE_SPOOL_DIR", str(settings.spool_dir))

    async def echo(message: dict[str, Any]) -> None:
        await discord_api.dispatches.put(("MESSAGE_CREATE", message))

    discord_api.before_answer = echo
    await discord_api.dispatches.put(("MESSAGE_CREATE", discord_api.message("!ping")))
    [program] = _PROGRAM.findall(_PAGE.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    exec(program, names)  # noqa: S102 (the page's own program)
    async with asyncio.timeout(60):  # so that a bot that hears nothing does not hang
        await names["main"]()
    async with MessageStore.open(settings=settings) as store:
        rows = {row.content: row async for row in store.messages.iterate()}
    assert set(rows) == {"!ping", "pong"}
    assert (rows["!ping"].command_name, rows["!ping"].sender) == ("ping", PERSON_ID)
    assert (rows["pong"].direction, rows["pong"].status) == (Direction.OUTGOING, Status.SENT)
