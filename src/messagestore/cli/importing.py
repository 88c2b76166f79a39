"""The command import: what export wrote, into the store."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from messagestore.cli.account import close_account, settle_after
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.lines import readable_file
from messagestore.cli.options import AsAccount
from messagestore.cli.session import Session, run_in_store

if TYPE_CHECKING:
    from messagestore.store import MessageStore

commands = typer.Typer()

_PATIENCE = 600.0
"""Seconds that a statement of a load may take at least. Nobody waits for its answer, as for a
bot's, and what is flushed and analyzed at the end of millions takes longer than any of these."""


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
    as_json: AsAccount = False,
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

    settings = Session.of(ctx).settings()
    patience = max(settings.command_timeout, _PATIENCE)
    return run_in_store(settings.model_copy(update={"command_timeout": patience}), work)
