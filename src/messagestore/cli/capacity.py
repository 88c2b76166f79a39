"""The command capacity: what the database takes, and what more messages will."""

from typing import TYPE_CHECKING

import typer
from rich import box, filesize
from rich.table import Table

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.options import AsObject
from messagestore.cli.session import with_store

if TYPE_CHECKING:
    from messagestore.capacity import Forecast, Measurement
    from messagestore.store import MessageStore

commands = typer.Typer()

_LARGEST = 6


@commands.command(epilog="Example: messagestore capacity --json | jq .forecasts")
def capacity(ctx: typer.Context, as_json: AsObject = False) -> ExitCode:
    """Show what a message takes here, and what a million to ten billion of them will take."""

    async def work(store: "MessageStore") -> None:
        from messagestore.capacity import forecast, measure  # noqa: PLC0415 (--help needs none)

        now = store.clock()
        measured = await measure(store.database, now)
        forecasts = forecast(measured, now)
        if as_json:
            output.write_json([{"measured": _fields(measured), "forecasts": forecasts}])
            return
        _show(measured, forecasts)

    return with_store(ctx, work)


def _fields(measured: "Measurement") -> dict[str, object]:
    fields = {name: getattr(measured, name) for name in measured.__struct_fields__}
    return fields | {"bytes": measured.bytes, "bytes_a_message": measured.bytes_a_message}


def _show(measured: "Measurement", forecasts: "list[Forecast]") -> None:
    taken = filesize.decimal(measured.bytes)
    output.say(
        f"{measured.messages:,} messages in {measured.partitions} partition(s) take {taken} with "
        f"their indexes; {_a_day(measured.messages_a_day)}."
    )
    if measured.bytes_a_message is None:
        output.say("That is too few to tell what a message takes; ask again after a thousand.")
        return
    output.show(_sizes(measured), _forecasts(forecasts))
    output.note("Bytes a message are measured here; all in the second table is reckoned from them.")


def _a_day(rate: float | None) -> str:
    return "their rate is unknown" if rate is None else f"about {rate:,.0f} come a day"


def _sizes(measured: "Measurement") -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("on disk")
    for header in ("size", "bytes a message"):
        table.add_column(header, justify="right")
    rest = sum(size.bytes for size in measured.sizes[_LARGEST:])
    rows = [(size.name, size.bytes) for size in measured.sizes[:_LARGEST]]
    for name, size in [*rows, ("the others", rest), ("in all", measured.bytes)]:
        table.add_row(name, filesize.decimal(size), f"{size / measured.messages:,.0f}")
    return table


def _forecasts(forecasts: "list[Forecast]") -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    for header in ("messages", "disk", "with room", "memory", "reached"):
        table.add_column(header, justify="right")
    table.add_column("layout")
    for one in forecasts:
        memory = "" if one.memory_bytes is None else filesize.decimal(one.memory_bytes)
        table.add_row(
            f"{one.messages:,}",
            filesize.decimal(one.disk_bytes),
            filesize.decimal(one.disk_to_have_bytes),
            memory,
            f"{one.reached:%Y-%m}" if one.reached else "",
            one.layout,
        )
    return table
