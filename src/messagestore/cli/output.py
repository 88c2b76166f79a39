"""Where output goes: results to stdout, as tables or JSON Lines; everything else to stderr."""

import os
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

from messagestore.cli.plain import plain


class PipedConsole(Console):
    """A console whose reader may leave early: that is for `command_line` to notice."""

    def on_broken_pipe(self) -> None:
        """Raise instead of exiting from the middle of a command."""
        raise BrokenPipeError


@cache
def results() -> Console:
    """Return the console of stdout; it neither highlights nor reads markup in what it is given."""
    return PipedConsole(highlight=False, markup=False, emoji=False)


@cache
def notes() -> Console:
    """Return the console of stderr."""
    return PipedConsole(stderr=True, highlight=False, markup=False, emoji=False)


def show(*renderables: RenderableType) -> None:
    """Print results for people."""
    results().print(*renderables)


def say(sentence: str, *, style: str = "") -> None:
    """Print a result that is a sentence, whole on one line where it is piped."""
    results().print(Text(plain(sentence), style=style), soft_wrap=True)


def note(sentence: str, *, style: str = "dim") -> None:
    """Tell people something that is not a result."""
    notes().print(Text(plain(sentence), style=style), soft_wrap=True)


def working(what: str) -> AbstractContextManager[Any]:
    """Show on a terminal that something takes its time."""
    return notes().status(what) if notes().is_terminal else nullcontext()


def complain(sentence: str) -> None:
    """Tell people that something went wrong."""
    note(sentence, style="red")


def write_json(items: Iterable[Any]) -> None:
    """Write JSON Lines: one object a line, exactly as it is stored."""
    import msgspec  # noqa: PLC0415 (--help needs none of it)

    encode = msgspec.json.Encoder().encode
    for item in items:
        sys.stdout.buffer.write(encode(item) + b"\n")


def flush() -> None:
    """Write out what waits. Raises BrokenPipeError when nobody reads on."""
    sys.stdout.flush()


def flush_or_discard() -> None:
    """Write out what waits; what nobody takes vanishes, also at the interpreter's end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare_streams() -> None:
    """Write `?` for what the terminal's encoding lacks, and nothing to a closed stream."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        setattr(sys, name, stream)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
