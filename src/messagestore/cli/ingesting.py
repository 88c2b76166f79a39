"""The command ingest: raw payloads, as providers send them, into the store."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from messagestore.cli.account import close_account, settle_after
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.lines import readable_file
from messagestore.cli.options import AsAccount
from messagestore.cli.session import Session, with_store

if TYPE_CHECKING:
    from messagestore.store import MessageStore

commands = typer.Typer()


def _complete_provider(incomplete: str) -> list[str]:
    from messagestore.providers import provider_names  # noqa: PLC0415 (quick --help)

    return [name for name in provider_names() if name.startswith(incomplete)]


@commands.command(epilog="Example: messagestore ingest whatsapp_cloud webhooks-*.jsonl")
def ingest(
    ctx: typer.Context,
    provider: Annotated[
        str,
        typer.Argument(
            help="Who sent the payloads: whatsapp_cloud, builderbot, …",
            autocompletion=_complete_provider,
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Files with one JSON body each, or with one a line; - for stdin.",
            parser=readable_file,
        ),
    ],
    as_json: AsAccount = False,
) -> ExitCode:
    """Store the messages, statuses, edits and reactions of raw payloads; harmless to repeat."""
    from messagestore.cli.intake import Intake  # noqa: PLC0415 (quick --help)
    from messagestore.providers import add_mappings, get_provider  # noqa: PLC0415 (as above)

    add_mappings(Session.of(ctx).settings().provider_mappings)
    adapter = get_provider(provider)

    async def work(store: "MessageStore") -> ExitCode:
        intake = Intake(store, adapter)
        try:
            await intake.take(files)
            await settle_after(store, intake.outcomes)
        finally:
            # After an outage too: it says how far it got.
            code = close_account(intake.outcomes, intake.reasons, as_json=as_json)
        return code

    return with_store(ctx, work)
