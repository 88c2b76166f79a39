"""The commands quarantine …: what the database refused for its content."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from messagestore.cli import output, tables
from messagestore.cli.account import close_account
from messagestore.cli.confirming import confirmed
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.options import AsAccount
from messagestore.cli.plain import plain_line
from messagestore.cli.session import Session, with_store_beside_spool
from messagestore.errors import InvalidQuery

if TYPE_CHECKING:
    from collections.abc import Iterable

    from messagestore.cli.quarantined import QuarantineFiles
    from messagestore.logger.quarantined import QuarantinedRecord
    from messagestore.store import MessageStore

commands = typer.Typer(
    name="quarantine",
    no_args_is_help=True,
    help="List, retry and drop what the database refused for its content.",
)


@commands.command("list", epilog="Example: messagestore quarantine list --json | jq .reason")
def list_(
    ctx: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON Lines, with the original payloads.")
    ] = False,
) -> ExitCode:
    """Show what is in the quarantine, since when, and why; needs no database."""
    with _files(ctx) as files:
        if as_json:
            output.write_json(place.shown() for place in files.everything())
        else:
            output.show(_table(place.shown() for place in files.everything()))
        return _explain(files)


@commands.command(epilog="Example: messagestore quarantine retry --all")
def retry(
    ctx: typer.Context,
    identifiers: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]…", help="Ids that `list` shows.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that `list` shows.")] = False,
    as_json: AsAccount = False,
) -> ExitCode:
    """Write it to the database again: what is refused again stays, with the new reason."""
    from messagestore.cli.retrying import Retrying  # noqa: PLC0415 (quick --help)

    if bool(identifiers) == everything:
        raise InvalidQuery("Name the IDs to retry, or --all.")
    with _files(ctx) as files:
        found = files.named(identifiers) if identifiers else list(files.everything())
        retrying = Retrying()

        async def work(store: "MessageStore") -> None:
            await retrying.retry(store, found)

        try:
            if found:
                with_store_beside_spool(Session.of(ctx).settings(), work)
        finally:
            # After an outage too: it says how far it got.
            code = close_account(retrying.outcomes, retrying.reasons, as_json=as_json)
        return max(code, _explain(files) if everything else code)


@commands.command(epilog="Example: messagestore quarantine drop 20260801T093000123456-0a1b2c3d:7")
def drop(
    ctx: typer.Context,
    identifiers: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids of `list`.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write how many as one JSON object.")
    ] = False,
) -> ExitCode:
    """Delete it for good: nothing else has these records."""
    needed = "Without a terminal to ask on, drop needs --yes."
    with _files(ctx) as files:
        found = files.named(identifiers)
        question = f"Delete {len(found)} refused records for good?"
        if not (yes or confirmed(question, otherwise=needed)):
            output.complain("Nothing was dropped.")
            return ExitCode.REFUSED
        for place in found:
            place.spool.quarantine.drop(place.number)
    if as_json:
        output.write_json([{"dropped": len(found)}])
    else:
        output.say(f"Dropped {len(found)}.")
    return ExitCode.DONE


def _files(ctx: typer.Context) -> "QuarantineFiles":
    from messagestore.cli.quarantined import QuarantineFiles  # noqa: PLC0415 (quick --help)

    settings = Session.of(ctx).settings()
    return QuarantineFiles(settings.spool_folder, settings.spool_limit_bytes)


def _explain(files: "QuarantineFiles") -> ExitCode:
    """Say what could not be looked into."""
    if files.in_use:
        output.note(
            f"{files.in_use} files are in use by living processes, and not looked into: a service "
            "shows its own at /api/v1/quarantine."
        )
    for name, reason in files.unreadable:
        output.complain(f"{name}: {reason}")
    return ExitCode.REFUSED if files.unreadable else ExitCode.DONE


def _table(found: "Iterable[QuarantinedRecord]") -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("id", width=20, overflow="fold")
    table.add_column("since (UTC)", width=11)
    table.add_column("what", width=16, overflow="fold")
    table.add_column("why", ratio=1, overflow="fold")
    for one in found:
        since = tables.utc(one.since).replace("T", "\n")
        what = plain_line(f"{one.kind} {one.target}") if one.kind else "not a record"
        table.add_row(one.id, since, what, plain_line(one.reason))
    return table
