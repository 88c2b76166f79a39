"""What export writes: JSON Lines or CSV, to a file or to stdout."""

import csv
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from messagestore.cli.csv_cells import neutralised
from messagestore.message import Message

Write = Callable[[Message], None]


@contextmanager
def written(form: str, target: Path | None) -> Iterator[Write]:
    """Give what writes a message in that format to a file, or (None) to stdout."""
    with _stream(target) as stream:
        yield _csv_writer(stream) if form == "csv" else _json_writer(stream)


@contextmanager
def _stream(target: Path | None) -> Iterator[BinaryIO]:
    """Give the stream; a file takes its name when it is complete, so that half of one has none."""
    if target is None:
        yield sys.stdout.buffer
        return
    target = target.resolve()  # a link stays one
    if target.exists() and not target.is_file():  # a device or a pipe
        with target.open("wb") as file:
            yield file
        return
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("xb") as file:
            yield file
        partial.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        partial.unlink(missing_ok=True)


def _json_writer(stream: BinaryIO) -> Write:
    encode = msgspec.json.Encoder().encode
    return lambda message: _put(stream, encode(message) + b"\n")


def _csv_writer(stream: BinaryIO) -> Write:
    buffer = io.StringIO(newline="")
    rows = csv.writer(buffer)

    def put(cells: list[str]) -> None:
        rows.writerow(cells)
        _put(stream, buffer.getvalue().encode())
        buffer.seek(0)
        buffer.truncate()

    put(list(Message.__struct_fields__))
    return lambda message: put([_cell(value) for value in _values(message)])


def _put(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)


def _values(message: Message) -> list[Any]:
    return list(msgspec.to_builtins(message).values())


def _cell(value: Any) -> str:
    """Write a value as text: null as nothing, the rest as JSON writes it, without quotes."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return neutralised(text)
