from collections.abc import AsyncIterator

import pytest
from discord.http import Route
from discord.webhook.async_ import async_context

from messagestore import MessageStore
from tests.integration.integrations.discord_py.api import DiscordApi
from tests.integration.integrations.discord_py.bench import Bench, working_bot


@pytest.fixture
async def discord_api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordApi]:
    """A Discord on this machine, to which discord.py turns."""
    api = DiscordApi()
    await api.server.start_server()
    monkeypatch.setattr(Route, "BASE", str(api.server.make_url("/api/v10")))
    adapter = async_context.get()
    monkeypatch.setattr(adapter, "request", adapter.request)  # undone after the test
    yield api
    await api.server.close()


@pytest.fixture
async def bench(store: MessageStore, discord_api: DiscordApi) -> AsyncIterator[Bench]:
    """A bot with the hook."""
    async with working_bot(discord_api, store) as bench:
        yield bench
