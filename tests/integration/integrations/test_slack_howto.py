"""The programs of docs/howto/slack.md, as they stand there, with Slack's end of socket mode."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from messagestore import MessageStore, Settings
from tests.integration.integrations.slack_api import TOKEN, SlackApi, message, slack_api

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "slack.md"
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
BODY = json.loads(message())


def start(handler: Any) -> None:
    """Deliver one message, and wait until the bot has answered it."""
    assert handler.app.dispatch(BoltRequest(mode="socket_mode", body=BODY)).status == 200
    handler.app.listener_runner.listener_executor.shutdown(wait=True)
    handler.close()


async def start_async(handler: Any) -> None:
    """Deliver one message, and wait until the bot has answered it."""
    before = asyncio.all_tasks()
    request = AsyncBoltRequest(mode="socket_mode", body=BODY)
    assert (await handler.app.async_dispatch(request)).status == 200
    await asyncio.gather(*(asyncio.all_tasks() - before))
    await handler.close_async()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[SlackApi]:
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-fictional")
    monkeypatch.setenv("MESSAGESTORE_DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("MESSAGESTORE_SPOOL_DIR", str(settings.spool_dir))
    monkeypatch.setattr(SocketModeHandler, "start", start)
    monkeypatch.setattr(AsyncSocketModeHandler, "start_async", start_async)
    for client in (WebClient, AsyncWebClient):
        monkeypatch.setattr(client, "api_call", client.api_call)
    with slack_api() as api:
        for module in ("base_client", "async_base_client"):
            monkeypatch.setattr(f"slack_sdk.web.{module}._get_url", lambda _, name: api.url + name)
        yield api


@pytest.mark.parametrize("program", PROGRAMS, ids=["App", "AsyncApp"])
def test_a_program_of_the_page_stores_question_and_answer(
    program: str, api: SlackApi, settings: Settings
) -> None:
    exec(compile(program, str(PAGE), "exec"), {"__name__": "__main__"})  # noqa: S102 (our page)
    assert api.methods()[-1] == "chat.postMessage"

    async def stored() -> list[tuple[Any, Any]]:
        async with MessageStore.open(settings=settings) as store:
            page = await store.messages.get_conversation_history("C1")
            return [(row.content, row.status.value) for row in page.messages]

    answer = ("You said: hello", "sent")
    assert sorted(asyncio.run(stored())) == [answer, ("hello", "delivered")]
