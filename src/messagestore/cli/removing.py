"""Commands that take messages away and bring them back: delete, restore."""

from typing import TYPE_CHECKING, Annotated

import typer

from messagestore.cli import output
from messagestore.cli.confirming import confirmed
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.identifiers import Identifier, find
from messagestore.cli.session import with_store

if TYPE_CHECKING:
    from messagestore.store import MessageStore

commands = typer.Typer()

_NEEDED = "Without a terminal to ask on, --hard needs --yes."


@commands.command(
    epilog="Example: messagestore delete 0199a8c5-2f10-7bcd-8a3e-5b7e2f6c9d01 --hard --yes"
)
def delete(
    ctx: typer.Context,
    identifier: Identifier,
    hard: Annotated[
        bool, typer.Option("--hard", help="Remove it for good, instead of hiding it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before --hard.")] = False,
) -> ExitCode:
    """Hide a message from every list and count, or with --hard remove it for good."""

    async def work(store: "MessageStore") -> ExitCode:
        message = await find(store, identifier)
        if not hard:
            await store.messages.soft_delete(message.id)
            output.say(f"Hid the message {message.id}; `restore` shows it again.")
            return ExitCode.DONE
        if not (yes or confirmed(f"Remove the message {message.id} for good?", otherwise=_NEEDED)):
            output.complain("Nothing was deleted.")
            return ExitCode.REFUSED
        await store.messages.hard_delete(message.id)
        output.say(f"Removed the message {message.id} for good.")
        return ExitCode.DONE

    return with_store(ctx, work)


@commands.command(epilog="Example: messagestore restore 0199a8c5-2f10-7bcd-8a3e-5b7e2f6c9d01")
def restore(ctx: typer.Context, identifier: Identifier) -> ExitCode:
    """Show a hidden message again."""

    async def work(store: "MessageStore") -> None:
        message = await store.messages.restore((await find(store, identifier)).id)
        output.say(f"The message {message.id} is shown.")

    return with_store(ctx, work)
