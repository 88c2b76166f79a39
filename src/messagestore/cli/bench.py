"""The command bench: how fast the store is on the user's own database."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.session import Session, embedded_server

if TYPE_CHECKING:
    from messagestore.cli.bench_run import Report

commands = typer.Typer()


@commands.command(epilog="Example: messagestore bench --rows 100000")
def bench(
    ctx: typer.Context,
    rows: Annotated[
        int,
        typer.Option(
            metavar="COUNT", min=1000, max=10_000_000, help="How many made-up messages to ask."
        ),
    ] = 20_000,
    seconds: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="How long each question is asked at most."),
    ] = 2.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write what was measured as one JSON object.")
    ] = False,
) -> ExitCode:
    """Measure reads and writes on this database, in a schema of its own that is removed.

    Each figure stands beside that of the driver alone, in the same run.
    """
    from messagestore.cli.bench_run import run  # noqa: PLC0415 (quick --help)

    settings = Session.of(ctx).settings()
    with embedded_server(settings) as url:
        report = asyncio.run(run(url, settings, rows, seconds=seconds))
    if as_json:
        output.write_json([report])
    else:
        _show(report)
    return ExitCode.DONE


def _show(report: "Report") -> None:
    machine = report.machine
    output.show(
        f"{report.rows:,} messages on PostgreSQL {machine.postgresql}, imported at "
        f"{report.import_rows_per_second:,} a second. One round trip to the server takes "
        f"{report.round_trip.p50:.2f} ms (p50)."
    )
    output.show(_reads_table(report))
    output.show("Milliseconds. Driver and server are p50: what is left is what the library takes.")
    output.show(_ingest_table(report))
    if machine.busy:
        output.show("This machine was busy with other work: compare within a row only.")


def _reads_table(report: "Report") -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("read", ratio=1)
    for header in ("p50", "p95", "p99", "driver", "server", "bound"):
        table.add_column(header, justify="right")
    for read in report.reads:
        library = read["library"]
        times = (library.p50, library.p95, library.p99, read["driver"].p50, read["server"].p50)
        met = Text("met") if read["met"] else Text("missed", style="red")
        table.add_row(read["name"], *(f"{one:.2f}" for one in times), met)
    return table


def _ingest_table(report: "Report") -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    for header in ("callers", "logged/s", "driver/s", "of the driver's rate"):
        table.add_column(header, justify="right")
    for one in report.ingest:
        table.add_row(
            str(one["callers"]), f"{one['log']:,}", f"{one['driver']:,}", f"{one['ratio']:.2f}"
        )
    return table
