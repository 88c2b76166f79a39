"""A progress bar with rate and remaining time on a terminal, and nothing elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from messagestore.cli import output


class Meter:
    """Counts what is done: `items` for the rate, `parts` of the total for the bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task
        self._items = 0

    def advance(self, parts: float, *, items: int = 1) -> None:
        """Note that so much more is done."""
        self._items += items
        self._progress.update(self._task, advance=parts, items=self._items)


class _RateColumn(ProgressColumn):
    """Items a second, on average."""

    def render(self, task: Task) -> Text:
        items, seconds = task.fields["items"], task.elapsed
        rate = f"{items / seconds:,.0f}/s" if seconds else ""
        return Text(f"{items:,} {task.fields['unit']}  {rate}")


@contextmanager
def metered(title: str, *, unit: str, total: float | None) -> Iterator[Meter]:
    """Show a bar up to `total` (None: not known), and how many of `unit` are done, on stderr."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        _RateColumn(),
        TimeRemainingColumn(),
        console=output.notes(),
        disable=not output.notes().is_terminal,
        transient=True,
    )
    with progress:
        yield Meter(progress, progress.add_task(title, total=total, items=0, unit=unit))
