"""Commands that read pages of messages: history, search, failed, media."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from messagestore.cli import tables
from messagestore.cli.exit_codes import ExitCode
from messagestore.cli.paging import (
    AsJson,
    Before,
    Everything,
    Limit,
    Paged,
    View,
    batches,
    pages,
    show_pages,
)
from messagestore.cli.session import with_store
from messagestore.message import MediaType

if TYPE_CHECKING:
    from messagestore.message import Message
    from messagestore.repository.page import Page
    from messagestore.store import MessageStore

Ask = Callable[["MessageStore", int, str | None], Awaitable["Page"]]

commands = typer.Typer()

Context = Annotated[str, typer.Argument(help="The conversation, by its context_id.")]
OptionalContext = Annotated[
    str | None, typer.Argument(help="The conversation, by its context_id; without it, all.")
]


@commands.command(epilog="Example: messagestore history 12025550171 --limit 20")
def history(  # noqa: PLR0913, PLR0917 (each is a word of the command line)
    ctx: typer.Context,
    context: Context,
    limit: Limit = 50,
    before: Before = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Show the last messages of a conversation, oldest first: as a chat is read."""
    view = View(limit, before, everything, as_json)

    async def fetch(store: "MessageStore", limit: int, before: str | None) -> Paged["Message"]:
        page = await store.messages.get_conversation_history(context, limit=limit, before=before)
        return Paged(page.messages[::-1], page.next)

    async def work(store: "MessageStore") -> ExitCode:
        answer: AsyncIterator[Paged[Message]]
        if view.everything:  # from page to page this would jump back in time
            answer = batches(store.messages.iterate(context_id=context))
        else:
            answer = pages(view, lambda *position: fetch(store, *position))
        return await _show(answer, view)

    return with_store(ctx, work)


@commands.command(
    epilog='Example: messagestore search "left hand" -- or in one conversation: '
    "messagestore search 12025550171 reserve"
)
def search(  # noqa: PLR0913, PLR0917 (each is a word of the command line)
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[CONTEXT] QUERY",
            help='What to find, as one argument: all words in it must occur, a "phrase" as it '
            "stands, and a -word must not. Before it, if wanted, the conversation.",
        ),
    ],
    limit: Limit = 50,
    before: Before = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Find messages by what they say, newest first; works in every script."""
    if len(words) > 2:  # noqa: PLR2004 (context and query)
        raise typer.BadParameter("a query of several words is one argument: put it in quotes")
    context, text = (words[0] if words[1:] else None), words[-1]
    return _show_page(
        ctx,
        View(limit, before, everything, as_json),
        lambda store, limit, before: store.service.search_messages(
            context, text, limit, before=before
        ),
    )


@commands.command(epilog="Example: messagestore failed --json | jq -r .error_message")
def failed(  # noqa: PLR0913, PLR0917 (each is a word of the command line)
    ctx: typer.Context,
    context: OptionalContext = None,
    limit: Limit = 50,
    before: Before = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Show the messages that could not be sent, and why, newest first."""
    return _show_page(
        ctx,
        View(limit, before, everything, as_json),
        lambda store, limit, before: store.service.get_failed_messages(
            context, limit=limit, before=before
        ),
    )


@commands.command(epilog="Example: messagestore media 12025550171 --type image")
def media(  # noqa: PLR0913, PLR0917 (each is a word of the command line)
    ctx: typer.Context,
    context: Context,
    media_type: Annotated[
        MediaType | None, typer.Option("--type", help="Only media of this type.")
    ] = None,
    limit: Limit = 50,
    before: Before = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Show a conversation's messages with media, newest first."""
    return _show_page(
        ctx,
        View(limit, before, everything, as_json),
        lambda store, limit, before: store.service.get_media_messages(
            context, media_type=media_type, limit=limit, before=before
        ),
    )


def _show_page(ctx: typer.Context, view: View, ask: Ask) -> ExitCode:
    async def work(store: "MessageStore") -> ExitCode:
        async def fetch(limit: int, before: str | None) -> Paged["Message"]:
            page = await ask(store, limit, before)
            return Paged(page.messages, page.next)

        return await _show(pages(view, fetch), view)

    return with_store(ctx, work)


async def _show(answer: AsyncIterator[Paged["Message"]], view: View) -> ExitCode:
    return await show_pages(
        answer, tables.messages_table, as_json=view.as_json, nothing="No messages."
    )
