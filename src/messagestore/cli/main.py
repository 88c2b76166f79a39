"""The command line's composition root."""

import logging
import signal
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from messagestore.cli import (
    bench,
    capacity,
    demo,
    exporting,
    importing,
    ingesting,
    migrating,
    output,
    overview,
    partitions,
    quarantine,
    reading,
    removing,
    retention,
    server,
    serving,
    spool,
    tokens,
)
from messagestore.cli.command_line import CommandLine
from messagestore.cli.exit_codes import MEANINGS
from messagestore.cli.session import Session

_EPILOG = "\n\n".join(["Exit codes:", *(f"{code:d}  {text}" for code, text in MEANINGS.items())])

app = typer.Typer(
    name="messagestore",
    cls=CommandLine,
    no_args_is_help=True,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"messagestore {version('messagestore')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    database_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The PostgreSQL to use; else MESSAGESTORE_DATABASE_URL, else the embedded one.",
        ),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The embedded PostgreSQL's folder."),
    ] = None,
    debug: Annotated[  # noqa: ARG001 (CommandLine reads it)
        bool, typer.Option("--debug", help="Show where in the program an error comes from.")
    ] = False,
    show_version: Annotated[  # noqa: ARG001 (its callback does the work)
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Store every message of a chat bot in PostgreSQL, and answer any question about them."""
    ctx.obj = Session(database_url=database_url, data_dir=data_dir)


for group in (
    demo,
    migrating,
    ingesting,
    reading,
    overview,
    removing,
    exporting,
    importing,
    capacity,
    bench,
    serving,
):
    app.add_typer(group.commands)
for group in (spool, quarantine, partitions, retention, tokens, server):
    app.add_typer(group.commands)


def main() -> None:
    """Run the command line."""
    # Who is told to stop leaves as an interrupted one does: the embedded server is not left behind.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    logging.getLogger("messagestore").addHandler(logging.NullHandler())
    output.prepare_streams()
    app()
