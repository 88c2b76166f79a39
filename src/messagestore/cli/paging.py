"""Long answers: pages with a cursor, or with --all everything, in constant memory."""

import shlex
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, NamedTuple, TypeVar

import typer
from rich.console import RenderableType

from messagestore.cli import output
from messagestore.cli.exit_codes import ExitCode
from messagestore.errors import InvalidQuery

T = TypeVar("T")
_BATCH = 1000

AsJson = Annotated[
    bool, typer.Option("--json", help="Write JSON Lines: one object a line, keys as the columns.")
]
Limit = Annotated[int, typer.Option(help="How many to show, up to 1,000.", metavar="COUNT")]
Before = Annotated[
    str | None,
    typer.Option(help="Read on below this cursor, which the page before has named.", metavar="ID"),
]
Everything = Annotated[bool, typer.Option("--all", help="Show everything, page after page.")]


class Paged(NamedTuple, Generic[T]):
    """A page of anything, and where the next begins."""

    items: Sequence[T]
    next: str | None


@dataclass(frozen=True)
class View:
    """How an answer is wanted. Raises InvalidQuery where that contradicts itself."""

    limit: int
    before: str | None
    everything: bool
    as_json: bool

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.everything and self.before is not None:
            raise InvalidQuery("Give --before or --all, not both: --all begins at the beginning.")

    @property
    def page_size(self) -> int:
        """How much to ask for at once."""
        return _BATCH if self.everything else self.limit


Fetch = Callable[[int, str | None], Awaitable[Paged[T]]]


async def pages(view: View, fetch: Fetch[T]) -> AsyncIterator[Paged[T]]:
    """Yield the page that is wanted, or with --all every page."""
    cursor = view.before
    while True:
        page = await fetch(view.page_size, cursor)
        yield page
        cursor = page.next
        if cursor is None or not view.everything:
            return


async def batches(items: AsyncIterator[T]) -> AsyncIterator[Paged[T]]:
    """Yield a stream in pages that lead on to nothing."""
    batch: list[T] = []
    async for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield Paged(batch, None)
            batch = []
    yield Paged(batch, None)


async def show_pages(
    answer: AsyncIterator[Paged[T]],
    table: Callable[[Sequence[T]], RenderableType],
    *,
    as_json: bool,
    nothing: str,
) -> ExitCode:
    """Show pages as tables or JSON; where the next begins is told on stderr."""
    shown = 0
    cursor = None
    async for page in answer:
        if as_json:
            output.write_json(page.items)
        elif page.items:
            output.show(table(page.items))
        shown += len(page.items)
        cursor = page.next
    if not shown:
        output.note(nothing)
    if cursor is not None:
        output.note(f"There is more: --before {shlex.quote(cursor)}, or --all")
    return ExitCode.DONE
