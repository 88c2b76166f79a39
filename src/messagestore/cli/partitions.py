"""The commands partitions …: months of messages in partitions of their own."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich import box, filesize
from rich.table import Table

from messagestore.cli import output, tables
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.options import AsObject
from messagestore.cli.progress import metered
from messagestore.cli.session import Session, embedded_server

if TYPE_CHECKING:
    from messagestore.partitions import Layout, Partition

commands = typer.Typer(
    name="partitions",
    no_args_is_help=True,
    help="Keep each month of messages in a partition of its own.",
)


@commands.command(epilog="Example: messagestore partitions status --json | jq .name")
def status(
    ctx: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON Lines, one a partition.")
    ] = False,
) -> ExitCode:
    """Show the partitions, oldest first, and whether months are made."""
    settings = Session.of(ctx).settings()
    with embedded_server(settings) as url:
        layout = asyncio.run(_read(url, settings.connect_timeout))
    if as_json:
        output.write_json(map(_record, layout.partitions))
        return ExitCode.DONE
    output.show(_table(layout.partitions))
    if layout.enabled:
        output.say(f"New partitions are made a {settings.partition_interval} each.")
    else:
        output.say("No months are made: see `messagestore partitions enable`.")
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore partitions enable")
def enable(ctx: typer.Context, as_json: AsObject = False) -> ExitCode:
    """End the partition that holds all time, and begin with months, while the bot keeps writing."""
    from messagestore import partitions  # noqa: PLC0415 (--help needs none of it)
    from messagestore.partitions.upkeep import look_after  # noqa: PLC0415 (see above)

    settings, now = Session.of(ctx).settings(), datetime.now(UTC)
    with embedded_server(settings) as url:
        work = partitions.enable(url, settings.partition_interval, now=now, report=output.note)
        enabled = asyncio.run(work)
        made = asyncio.run(look_after(url, settings, now))
    if as_json:
        output.write_json([msgspec.structs.asdict(enabled) | {"created": made.created}])
    elif enabled.changed:
        output.say(f"There are partitions of their own from {tables.utc(enabled.since)} on.")
    else:
        output.say(f"Nothing to do: there are since {tables.utc(enabled.since)}.")
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore partitions maintain --json")
def maintain(ctx: typer.Context, as_json: AsObject = False) -> ExitCode:
    """Make the partitions ahead, and move into them what the catch-all holds of their time."""
    from messagestore import partitions  # noqa: PLC0415 (--help needs none of it)
    from messagestore.partitions.upkeep import plan_of  # noqa: PLC0415 (see above)

    settings = Session.of(ctx).settings()
    with embedded_server(settings) as url:
        work = partitions.maintain(url, plan_of(settings, datetime.now(UTC)), report=output.note)
        made = asyncio.run(work)
    if as_json:
        output.write_json([made])
    elif made.created:
        output.say(f"Made {', '.join(made.created)}.")
    else:
        output.say("Nothing to do.")
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore partitions split")
def split(
    ctx: typer.Context,
    partition: Annotated[
        str | None,
        typer.Argument(metavar="PARTITION", help="What to cut; else the oldest partition."),
    ] = None,
    as_json: AsObject = False,
) -> ExitCode:
    """Cut the partition of the time before there were months into months, beside the writers."""
    from messagestore import partitions  # noqa: PLC0415 (--help needs none of it)

    settings = Session.of(ctx).settings()
    with embedded_server(settings) as url:
        layout = asyncio.run(_read(url, settings.connect_timeout))
        whole = next((one for one in layout.partitions if partition in {None, one.name}), None)
        # Every message is copied, and then compared.
        total = 2 * whole.rows if whole is not None and whole.rows else None
        with metered("Splitting", unit="messages", total=total) as meter:
            work = partitions.split(
                url,
                settings.partition_interval,
                partition=partition,
                report=output.note,
                advance=lambda count: meter.advance(count, items=count),
            )
            done = asyncio.run(work)
    if as_json:
        output.write_json([done])
    elif done.created:
        output.say(f"Made {', '.join(done.created)} of {done.compared:,} messages.")
    else:
        output.say("Nothing to do.")
    return ExitCode.DONE


@commands.command(epilog="Example: messagestore partitions disable")
def disable(ctx: typer.Context, as_json: AsObject = False) -> ExitCode:
    """Make no more months: the newest partition with messages takes all time to come."""
    from messagestore import partitions  # noqa: PLC0415 (--help needs none of it)

    with embedded_server(Session.of(ctx).settings()) as url:
        last = asyncio.run(partitions.disable(url))
    if as_json:
        output.write_json([_record(last)])
    else:
        output.say(f"No months are made any more: {last.name} takes all that comes.")
    return ExitCode.DONE


async def _read(url: str, connect_timeout: float) -> "Layout":
    from messagestore.database.migrator.connecting import opened  # noqa: PLC0415 (see above)
    from messagestore.partitions import read_layout, with_sizes  # noqa: PLC0415 (see above)

    async with opened(url, connect_timeout) as connection:
        return await with_sizes(connection, await read_layout(connection))


def _record(partition: "Partition") -> dict[str, Any]:
    return msgspec.structs.asdict(partition) | {"is_catch_all": partition.is_catch_all}


def _table(partitions: "list[Partition]") -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    for header in ("partition", "from (UTC)", "to (UTC)"):
        table.add_column(header, overflow="fold")
    for header in ("rows, about", "size"):
        table.add_column(header, justify="right")
    for one in partitions:
        lower, upper = (f"{end:%Y-%m-%d}" if end else "" for end in (one.lower, one.upper))
        rows = "" if one.rows is None else f"{one.rows:,}"
        table.add_row(one.name, lower, upper, rows, filesize.decimal(one.bytes))
    return table
