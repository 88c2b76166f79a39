"""Reading files and stdin: line by line, whatever is in them."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import typer

from messagestore.cli.interruption import InterruptibleLines
from messagestore.errors import InvalidPayload

MAX_LINE = 256 * 1024 * 1024
"""Bytes; the longest text that is stored has 64 MiB, and JSON may write each as six."""

STDIN = Path("-")


class Line(NamedTuple):
    """A line with its number, from 1, and its line feed."""

    number: int
    data: bytes


def readable_file(text: str) -> Path:
    """Read the name of a file on the command line (Typer's own check takes `-` for a file)."""
    path = Path(text)
    if path == STDIN:
        return path
    if not path.exists():
        raise typer.BadParameter(f"{text} does not exist")
    if path.is_dir():
        raise typer.BadParameter(f"{text} is a directory")
    if not os.access(path, os.R_OK):
        raise typer.BadParameter(f"{text} may not be read")
    return path


@contextmanager
def opened(path: Path) -> Iterator[InterruptibleLines]:
    """Open a file, or stdin."""
    if path == STDIN:
        yield InterruptibleLines(sys.stdin.buffer)
        return
    with path.open("rb") as file:
        yield InterruptibleLines(file)


def numbered(stream: InterruptibleLines) -> Iterator[Line]:
    """Yield the lines. Raises InvalidPayload for one that is too long to be held in memory."""
    number = 0
    while data := stream.readline(MAX_LINE):
        number += 1
        yield _checked(Line(number, data))


def numbered_many(stream: InterruptibleLines, *, count: int, size: int) -> Iterator[list[Line]]:
    """Do the same with up to so many lines, or bytes of them, at a time."""
    number = 0
    while found := stream.readlines(MAX_LINE, count=count, size=size):
        yield [_checked(Line(place, data)) for place, data in enumerate(found, start=number + 1)]
        number += len(found)


def _checked(line: Line) -> Line:
    if len(line.data) == MAX_LINE:
        raise InvalidPayload(
            f"Line {line.number} has {MAX_LINE} bytes or more: these are no lines."
        )
    return line


def shown(path: Path) -> str:
    """Return what a file is called in reports."""
    return "stdin" if path == STDIN else str(path)


def total_size(paths: Sequence[Path]) -> int | None:
    """Return the bytes of files, None when that cannot be known."""
    if STDIN in paths:
        return None
    found = [path.stat() for path in paths]
    return sum(one.st_size for one in found) if all(map(_is_plain, found)) else None


def _is_plain(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode)
