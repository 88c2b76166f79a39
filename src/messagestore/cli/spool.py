"""The commands spool …: what waits on this machine for the database."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich import box, filesize
from rich.table import Table

from messagestore.cli import output, tables
from messagestore.cli.confirming import confirmed
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.options import AsAccount
from messagestore.cli.session import Session, with_store_beside_spool

if TYPE_CHECKING:
    from messagestore.cli.spool_files import SpoolFile
    from messagestore.settings import Settings
    from messagestore.store import MessageStore

commands = typer.Typer(
    name="spool",
    no_args_is_help=True,
    help="Look at and drain the spool: what waits on this machine for the database.",
)


@commands.command(epilog="Example: messagestore spool status --json | jq .depth")
def status(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines, one a file.")] = False,
) -> ExitCode:
    """Show the spool files, one a process, and what is in them; needs no database."""
    files = _inspect_all(Session.of(ctx).settings())
    if as_json:
        output.write_json(files)
    elif files:
        output.show(_table(files))
    else:
        output.say("The spool is empty.")
    _explain(files)
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore spool drain")
def drain(
    ctx: typer.Context,
    as_json: AsAccount = False,
) -> ExitCode:
    """Write what processes that died have left into the database; 3 when that is not available."""
    from messagestore.cli.draining import Draining  # noqa: PLC0415 (quick --help)

    settings = Session.of(ctx).settings()
    draining = Draining(settings)

    async def work(store: "MessageStore") -> None:
        await draining.drain(store)

    try:
        if draining.needed():
            with_store_beside_spool(settings, work)
    finally:
        # After an outage too: it says how far it got.
        files = _inspect_all(settings)
        left = sum(file.depth or 0 for file in files)
        account = draining.account(left)
        if as_json:
            output.write_json([account])
        else:
            output.show(tables.pairs_table((name, f"{n:,}") for name, n in account.items()))
        _explain(files)
    return ExitCode.REFUSED if draining.quarantined or left else ExitCode.DONE


@commands.command("drop-damaged", epilog="Example: messagestore spool drop-damaged --yes")
def drop_damaged_(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write how many as one JSON object.")
    ] = False,
) -> ExitCode:
    """Delete what was set aside as damaged for good: nothing reads it any more."""
    from messagestore.cli.spool_files import drop_damaged  # noqa: PLC0415 (quick --help)

    settings = Session.of(ctx).settings()
    needed = "Without a terminal to ask on, drop-damaged needs --yes."
    if not (yes or confirmed("Delete what was damaged for good?", otherwise=needed)):
        output.complain("Nothing was dropped.")
        return ExitCode.REFUSED
    files, records = drop_damaged(settings.spool_folder, settings.spool_limit_bytes)
    if as_json:
        output.write_json([{"files": files, "records": records}])
    else:
        output.say(f"Dropped {files} files and {records} records.")
    return ExitCode.DONE


def _inspect_all(settings: "Settings") -> list["SpoolFile"]:
    from messagestore.cli.spool_files import inspect_all  # noqa: PLC0415 (quick --help)

    return inspect_all(settings.spool_folder, settings.spool_limit_bytes)


def _table(files: list["SpoolFile"]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("file", overflow="fold")
    table.add_column("state")
    for header in ("depth", "refused", "damaged", "size"):
        table.add_column(header, justify="right")
    table.add_column("oldest (UTC)", width=10)
    for file in files:
        counts = (_known(file.depth), _known(file.quarantined), _known(file.damaged))
        oldest = tables.utc(file.oldest_at).replace("T", "\n") if file.oldest_at else ""
        table.add_row(file.file, file.state, *counts, filesize.decimal(file.size_bytes), oldest)
    return table


def _known(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _explain(files: list["SpoolFile"]) -> None:
    """Say why something is not known."""
    if in_use := sum(file.state == "in use" for file in files):
        output.note(
            f"{in_use} in use by a living process, which drains it: only the size can be known."
        )
    for file in files:
        if file.reason is not None:
            output.complain(f"{file.file}: {file.reason}")
