"""The commands db replica …: streaming replicas of the embedded PostgreSQL."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.keeping import embedded, kept_server
from messagestore.cli.options import AsObject

if TYPE_CHECKING:
    from messagestore.database.embedded import EmbeddedServer

commands = typer.Typer(
    name="replica",
    no_args_is_help=True,
    help="Try out streaming replicas of the embedded PostgreSQL.",
)


@commands.command(epilog="Example: export MESSAGESTORE_REPLICA_URLS=$(messagestore db replica add)")
def add(ctx: typer.Context, as_json: AsObject = False) -> ExitCode:
    """Copy the server into a replica, and print what to set in MESSAGESTORE_REPLICA_URLS.

    Both go on running until `db stop`.
    """
    from messagestore.database.embedded.replicas import (  # noqa: PLC0415 (quick --help)
        add_replica,
        replicas_of,
    )

    server = embedded(ctx)
    with kept_server(ctx, server):
        with output.working("Copying the server …"):
            number = add_replica(server)
        urls = [one.url() for one in replicas_of(server).values() if one.is_running()]
    if as_json:
        output.write_json([{"number": number, "replica_urls": urls}])
    else:
        output.note(f"Replica {number} runs. Set MESSAGESTORE_REPLICA_URLS to:")
        output.say(",".join(urls))
    return ExitCode.DONE


@commands.command("list", epilog="Example: messagestore db replica list --json | jq .url")
def list_(
    ctx: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON Lines, one a replica.")
    ] = False,
) -> ExitCode:
    """Show the replicas and whether they run."""
    from messagestore.database.embedded.replicas import replicas_of  # noqa: PLC0415 (as above)

    found = [_record(*pair) for pair in replicas_of(embedded(ctx)).items()]
    if as_json:
        output.write_json(found)
    elif found:
        output.show(_table(found))
    else:
        output.say("There is none: `messagestore db replica add` makes one.")
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore db replica remove 1")
def remove(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="The replica, as `list` numbers it.")],
    as_json: AsObject = False,
) -> ExitCode:
    """Stop a replica and remove its copy of the data."""
    from messagestore.database.embedded.replicas import remove_replica  # noqa: PLC0415 (as above)

    remove_replica(embedded(ctx), number)
    if as_json:
        output.write_json([{"removed": number}])
    else:
        output.say(f"Replica {number} is removed.")
    return ExitCode.DONE


def _record(number: int, replica: "EmbeddedServer") -> dict[str, Any]:
    status = replica.status()
    return {
        "number": number,
        "running": status.running,
        "state": status.state,
        "url": replica.url() if status.running else None,
        "data_dir": str(status.data_dir),
    }


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for header in ("replica", "state", "data folder"):
        table.add_column(header, overflow="fold")
    for one in found:
        table.add_row(str(one["number"]), one["state"] or "does not run", one["data_dir"])
    return table
