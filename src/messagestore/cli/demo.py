"""The command demo: the tour of the product, in the terminal."""

from typing import TYPE_CHECKING

import typer

from messagestore.cli import output, tables
from messagestore.cli.account import outcomes_table
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.program import program
from messagestore.cli.session import Session, migrate_named, with_store

if TYPE_CHECKING:
    from messagestore.cli.demo_bot import EchoBot
    from messagestore.store import MessageStore

commands = typer.Typer()

_CUSTOMER = "12025550171"
_QUERIES = ("book", "周日")


@commands.command(epilog="Example: messagestore demo")
def demo(ctx: typer.Context) -> ExitCode:
    """Take the tour: a bot receives and answers made-up messages, which are then looked at.

    They are stored for good: in the embedded PostgreSQL, unless a database URL is set. Repeating
    the demo stores nothing twice.
    """
    from messagestore.cli.demo_bot import EchoBot  # noqa: PLC0415 (quick --help)
    from messagestore.cli.demo_provider import StoryClock  # noqa: PLC0415 (as above)

    session = Session.of(ctx)
    migrate_named(session.settings())
    clock = StoryClock()

    async def work(store: "MessageStore") -> None:
        await _receive(EchoBot(store.logger, clock))
        await _look(store, program(session))

    return with_store(ctx, work, clock=clock)


async def _receive(bot: "EchoBot") -> None:
    count = await bot.handle_samples()
    await bot.provider.report_all()
    _heading("A bookshop and a restaurant on WhatsApp, with a bot that echoes")
    output.show(f"{count} payloads, as webhooks deliver them, came to:")
    output.show(outcomes_table(bot.outcomes, bot.reasons))
    if not bot.sent + bot.failed:
        output.show("The bot has answered all of these messages before.")
        return
    reports = bot.provider.outcomes
    output.show(
        f"The bot answered {bot.sent + bot.failed} messages: {bot.sent} were sent, and "
        f"{bot.failed} could not be.\n{reports.total()} delivery reports came back, of which "
        f"{reports['waiting']} came too early, and waited for their message."
    )


async def _look(store: "MessageStore", program: str) -> None:
    service = store.service
    _heading(f"$ {program} conversations --limit 5")
    output.show(
        tables.conversations_table((await service.list_conversations(limit=5)).conversations)
    )
    _heading(f"$ {program} history {_CUSTOMER} --limit 6")
    output.show(tables.messages_table(await service.get_last_messages(_CUSTOMER, 6)))
    for query in _QUERIES:
        _heading(f"$ {program} search {query} --limit 2")
        output.show(tables.messages_table((await service.search_messages(None, query, 2)).messages))
    _heading(f"$ {program} stats")
    output.show(tables.stats_table(await service.get_message_stats()))
    _heading(f"$ {program} failed")
    output.show(tables.messages_table((await service.get_failed_messages()).messages))
    _heading("Now try")
    for command in (f"history {_CUSTOMER}", 'search "left hand"', "export --output messages.jsonl"):
        output.say(f"  {program} {command}")


def _heading(title: str) -> None:
    output.show()
    output.say(title, style="bold cyan")
