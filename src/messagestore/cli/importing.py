"""The command import: what export wrote, into the store."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from messagestore.cli.account import close_account, settle_after
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.lines import readable_file
from messagestore.cli.session import with_store

if TYPE_CHECKING:
    from messagestore.store import MessageStore

commands = typer.Typer()


@commands.command("import", epilog="Example: messagestore import september.jsonl")
def import_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="JSON Lines that `export` wrote; - for stdin.",
            parser=readable_file,
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the account as one JSON object.")
    ] = False,
) -> ExitCode:
    """Store messages that export wrote, ids included; harmless to repeat."""
    from messagestore.cli.restocking import Restocking  # noqa: PLC0415 (quick --help)

    async def work(store: "MessageStore") -> ExitCode:
        restocking = Restocking(store)
        try:
            await restocking.take(file)
            await settle_after(store, restocking.outcomes)
        finally:
            # After an outage too: it says how far it got.
            code = close_account(restocking.outcomes, {}, as_json=as_json)
        return code

    return with_store(ctx, work)
