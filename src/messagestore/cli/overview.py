"""Commands that read conversations, counts and threads."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from messagestore.cli import output, tables
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.identifiers import Identifier, find
from messagestore.cli.paging import (
    AsJson,
    Before,
    Everything,
    Limit,
    Paged,
    View,
    pages,
    show_pages,
)
from messagestore.cli.reading import OptionalContext
from messagestore.cli.session import with_store

if TYPE_CHECKING:
    from messagestore.message import Message
    from messagestore.repository.conversations import Conversation
    from messagestore.repository.threads import Thread
    from messagestore.store import MessageStore

commands = typer.Typer()


@commands.command(epilog="Example: messagestore conversations --all --json")
def conversations(
    ctx: typer.Context,
    limit: Limit = 50,
    before: Before = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> ExitCode:
    """List the conversations with their counters, last active first."""
    view = View(limit, before, everything, as_json)

    async def work(store: "MessageStore") -> ExitCode:
        async def fetch(limit: int, before: str | None) -> Paged["Conversation"]:
            page = await store.service.list_conversations(limit=limit, before=before)
            return Paged(page.conversations, page.next)

        return await show_pages(
            pages(view, fetch),
            tables.conversations_table,
            as_json=as_json,
            nothing="No conversations.",
        )

    return with_store(ctx, work)


@commands.command(epilog="Example: messagestore stats 12025550171 --json")
def stats(ctx: typer.Context, context: OptionalContext = None, as_json: AsJson = False) -> ExitCode:
    """Count the messages of a conversation, or of all conversations."""

    async def work(store: "MessageStore") -> None:
        counts = await store.service.get_message_stats(context)
        if as_json:
            output.write_json([{"context_id": context} | _fields(counts)])
        else:
            output.show(tables.stats_table(counts))

    return with_store(ctx, work)


@commands.command(epilog="Example: messagestore thread 0199a8c5-2f10-7bcd-8a3e-5b7e2f6c9d01")
def thread(
    ctx: typer.Context,
    identifier: Identifier,
    limit: Annotated[
        int, typer.Option(help="How many replies to show, up to 1,000.", metavar="COUNT")
    ] = 200,
    as_json: AsJson = False,
) -> ExitCode:
    """Show what a message answers, the message, and what answers it, oldest first."""

    async def work(store: "MessageStore") -> None:
        message = await find(store, identifier)
        entries = _entries(await store.messages.get_thread(message.id, limit=limit))
        if as_json:
            output.write_json({"role": role} | _fields(entry) for role, entry in entries)
        else:
            messages = [entry for _, entry in entries]
            output.show(tables.messages_table(messages, [role for role, _ in entries]))

    return with_store(ctx, work)


def _entries(thread: "Thread") -> list[tuple[str, "Message"]]:
    return [
        *(("ancestor", message) for message in thread.ancestors),
        ("message", thread.message),
        *(("reply", message) for message in thread.replies),
    ]


def _fields(record: Any) -> dict[str, Any]:
    return {field: getattr(record, field) for field in record.__struct_fields__}
