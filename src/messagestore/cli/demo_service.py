"""The service of `serve --demo`: made-up people write while it is looked at."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from secrets import token_hex
from typing import TYPE_CHECKING

from messagestore.cli import output
from messagestore.cli.demo_bot import EchoBot
from messagestore.cli.demo_provider import StoryClock
from messagestore.cli.demo_traffic import chat_on
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.session import migrate_named, run_in_store
from messagestore.errors import MessageStoreError
from messagestore.http import server
from messagestore.http.listening import listen_near, url_of
from messagestore.store import MessageStore

if TYPE_CHECKING:
    from messagestore.cli.session import Work
    from messagestore.settings import Settings

CUSTOMER = "12025550171"
"""One of the samples' people, whose conversation is shown."""

_QUESTIONS = ("stats", f"conversations/{CUSTOMER}/last?count=5")


def serve_demo(settings: "Settings", check: "Work") -> ExitCode:
    """Serve as usual, after the same check, and have the demo's people write meanwhile."""
    clock = StoryClock()

    async def work(store: MessageStore) -> None:
        await check(store)
        bot = EchoBot(store.logger, clock)
        await bot.handle_samples()
        await bot.provider.report_all()
        clock.end_story()
        with listen_near(settings.http_host, settings.http_port) as listener:
            async with _people_writing(store, url_of(listener)):
                await server.serve(store, listener)

    migrate_named(settings)
    return run_in_store(settings, work, loop=server.new_event_loop, clock=clock)


@asynccontextmanager
async def _people_writing(store: MessageStore, url: str) -> AsyncIterator[None]:
    name = f"demo-{token_hex(4)}"
    token = await store.tokens.create(name, ["read"], now=store.clock())
    try:
        _explain(url, token)
        async with asyncio.TaskGroup() as group:
            chat = group.create_task(chat_on(store.logger))
            yield
            chat.cancel()
    finally:
        with suppress(MessageStoreError):  # in an outage; its end is not held up for that
            await store.tokens.revoke(name, now=store.clock())


def _explain(url: str, token: str) -> None:
    output.say(url)
    output.say("\nMade-up people write to a bot there, until Ctrl-C. In another terminal:\n")
    output.say(f"  TOKEN={token}  # reads only, and only until then")
    for question in _QUESTIONS:
        output.say(f"  curl '{url}/api/v1/{question}' -H \"Authorization: Bearer $TOKEN\"")
    output.say(f"  curl -N '{url}/api/v1/stream' -H \"Authorization: Bearer $TOKEN\"")
    output.say(f"  curl {url}/metrics\n")
    output.flush()
