"""The commands db …: the embedded PostgreSQL."""

import signal
import subprocess
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich import filesize

from messagestore.cli import output, replicas, tables
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.keeping import embedded, kept_server
from messagestore.cli.options import AsObject
from messagestore.cli.session import Session, waiting_for_server

if TYPE_CHECKING:
    from messagestore.database.embedded import ServerStatus

commands = typer.Typer(
    name="db",
    no_args_is_help=True,
    help="Start, stop and look at the embedded PostgreSQL of the data folder.",
)
commands.add_typer(replicas.commands)


@commands.command(epilog="Example: messagestore db start")
def start(ctx: typer.Context) -> ExitCode:
    """Start the server and its replicas, with the tables in it, until `db stop`."""
    server = embedded(ctx)
    with kept_server(ctx, server):
        output.say(server.url())
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore db stop")
def stop(ctx: typer.Context) -> ExitCode:
    """Stop the server and its replicas, whoever uses them."""
    from messagestore.database.embedded.replicas import stop_replicas  # noqa: PLC0415 (quick --help)

    server = embedded(ctx)
    was_running = server.is_running()
    stop_replicas(server)
    server.stop()
    output.say("Stopped." if was_running else "It did not run.")
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore db status --json | jq .data_bytes")
def status(
    ctx: typer.Context,
    as_json: AsObject = False,
) -> ExitCode:
    """Show whether the server runs, since when, and how much it stores; 3 when it does not run."""
    found = embedded(ctx).status()
    if as_json:
        output.write_json([msgspec.to_builtins(found, enc_hook=str)])
    else:
        output.show(tables.pairs_table(_lines(found)))
    return ExitCode.DONE if found.running else ExitCode.UNAVAILABLE


@commands.command(epilog="Example: export MESSAGESTORE_DATABASE_URL=$(messagestore db url)")
def url(ctx: typer.Context) -> ExitCode:
    """Print the URL of the running server's database."""
    output.say(embedded(ctx).url())
    return ExitCode.DONE


@commands.command(
    context_settings={"ignore_unknown_options": True},
    epilog="Example: messagestore db psql -c 'SELECT count(*) FROM messages'",
)
def psql(
    ctx: typer.Context,
    arguments: Annotated[
        list[str] | None, typer.Argument(help="What psql is given besides the database.")
    ] = None,
) -> int:
    """Open psql on the embedded database; it is started for that if need be."""
    server = embedded(ctx)
    with waiting_for_server(Session.of(ctx).settings()):
        server.start()
    with server:
        command = [*server.psql_command(), *(arguments or [])]
        signal.signal(signal.SIGINT, lambda *_: None)  # in a terminal session, Ctrl-C is psql's
        return subprocess.run(command, check=False).returncode  # noqa: S603 (the wheel's psql)


def _lines(status: "ServerStatus") -> list[tuple[str, object]]:
    uptime = status.uptime
    lines = [
        ("server", f"PostgreSQL {status.version}, {status.state or 'not running'}"),
        ("process", status.pid),
        ("running for", uptime and str(uptime).partition(".")[0]),
        ("without users", "goes on until `db stop`" if status.kept else "stops"),
        ("data folder", status.data_dir),
        ("data", filesize.decimal(status.data_bytes)),
        ("log", status.log_file),
    ]
    return [(name, value) for name, value in lines if value is not None]
