"""Payloads in a file: one JSON body, or JSON Lines with one body a line."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from messagestore.cli.interruption import InterruptibleLines
from messagestore.cli.lines import Line, numbered
from messagestore.errors import InvalidPayload
from messagestore.providers.payload import decode

_LINES_SUFFIXES = (".jsonl", ".ndjson")


class Body(NamedTuple):
    """A payload as its provider sent it; `line` is None when it is a whole file."""

    line: int | None
    data: bytes


def bodies(stream: InterruptibleLines, name: str) -> Iterator[Body]:
    """Yield the payloads of a file, by its name or by what is in it.

    A first line that is JSON by itself, or any later object that is one line, means JSON Lines: so
    a broken line among them is refused alone. Anything else is one body, spread over lines.
    """
    lines = numbered(stream)
    if name.endswith(_LINES_SUFFIXES):
        yield from _each(lines)
        return
    start = next((line for line in lines if line.data.strip()), Line(1, b""))
    if _is_json(start.data):
        yield from _each(chain([start], lines))
        return
    rest = list(lines)
    whole = b"".join([start.data, *(line.data for line in rest)])
    if not _is_json(whole) and any(line.data[:1] == b"{" and _is_json(line.data) for line in rest):
        yield from _each([start, *rest])
    else:
        yield Body(None, whole)


def _each(lines: Iterable[Line]) -> Iterator[Body]:
    return (Body(line.number, line.data) for line in lines if line.data.strip())


def _is_json(data: bytes) -> bool:
    try:
        decode(data)
    except InvalidPayload:
        return False
    return True
