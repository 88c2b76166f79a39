"""The command export."""

from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.progress import metered
from messagestore.cli.session import with_store
from messagestore.cli.times import parse_time

if TYPE_CHECKING:
    from messagestore.cli.export_formats import Write
    from messagestore.message import Message
    from messagestore.store import MessageStore

commands = typer.Typer()


class Format(StrEnum):
    """What `export` writes."""

    JSONL = "jsonl"
    CSV = "csv"


@commands.command(epilog="Example: messagestore export --since 2026-09-01 --output september.jsonl")
def export(  # noqa: PLR0913, PLR0917 (each is a word of the command line)
    ctx: typer.Context,
    form: Annotated[
        Format, typer.Option("--format", help="JSON Lines, which `import` reads, or CSV.")
    ] = Format.JSONL,
    target: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Where to write, instead of stdout.", dir_okay=False
        ),
    ] = None,
    context: Annotated[
        str | None, typer.Option(metavar="CONTEXT", help="Only this conversation.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=parse_time, metavar="TIME", help="From then on; UTC if without zone."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=parse_time, metavar="TIME", help="Before then; UTC if without zone."),
    ] = None,
    include_deleted: Annotated[
        bool, typer.Option("--include-deleted", help="Hidden messages too.")
    ] = False,
) -> ExitCode:
    """Write messages out, oldest first, in constant memory however many they are."""
    from messagestore.cli.export_formats import written  # noqa: PLC0415 (quick --help)

    async def work(store: "MessageStore") -> None:
        messages = _chosen(store, context, since, until, include_deleted=include_deleted)
        with written(form, target) as write:
            count = await _write_all(messages, write)
        output.note(f"Exported {count:,} messages.")

    return with_store(ctx, work)


def _chosen(
    store: "MessageStore",
    context: str | None,
    since: datetime | None,
    until: datetime | None,
    *,
    include_deleted: bool,
) -> AsyncIterator["Message"]:
    """Choose among the messages; hidden ones of one conversation are looked for among all."""
    if context is None or not include_deleted:
        return store.messages.iterate(
            context_id=context, since=since, until=until, include_deleted=include_deleted
        )
    everything = store.messages.iterate(since=since, until=until, include_deleted=True)
    return (message async for message in everything if message.context_id == context)


async def _write_all(messages: AsyncIterator["Message"], write: "Write") -> int:
    count = 0
    with metered("Exporting", unit="messages", total=None) as meter:
        async for message in messages:
            write(message)
            meter.advance(1)
            count += 1
    return count
