"""What several tests of the spool need: a process that writes, and entries."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from messagestore.errors import SpoolFull
from messagestore.logger.spool import Entry, NewEntry, Spool

EVERYTHING = (1_000_000, 1 << 40)


def new_entries(*payloads: bytes, key: str | None = None) -> list[NewEntry]:
    return [NewEntry(payload, key) for payload in payloads]


def append_until_full(spool: Spool, entry: NewEntry) -> list[int]:
    """Append until the spool refuses, and return the ids."""
    ids: list[int] = []
    try:
        while True:
            ids += spool.append([entry])
    except SpoolFull:
        return ids


def read_all(spool: Spool) -> list[Entry]:
    return spool.read(*EVERYTHING)


def payload_of(number: int, size: int = 500) -> bytes:
    """Return bytes that tell which entry they belong to."""
    return (b"entry %d." % number).ljust(size, b"%d" % (number % 10))


@contextmanager
def python(module: str, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Run a module of the tests in a process of its own, and end it at the end."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


class Account:
    """What a writer process said that it did, read from its pipe."""

    def __init__(self) -> None:
        self.appended: set[int] = set()
        self.asked_to_delete: set[int] = set()
        self.deleted: set[int] = set()

    def note(self, line: str, *, until: int | None = None) -> None:
        """Note a line; one that was cut off counts for nothing, nor does one said after `until`.

        A question (`d?`) counts always: it may have been done.
        """
        if not line.endswith("\n"):
            return
        kind, said_at, *numbers = line.split()
        if until is not None and int(said_at) >= until and kind != "d?":
            return
        kinds = {"a": self.appended, "d?": self.asked_to_delete, "d": self.deleted}
        if kind in kinds:
            kinds[kind].update(map(int, numbers))

    def check(self, found: set[int]) -> tuple[set[int], set[int]]:
        """Return the acknowledged that are lost, and the deleted that are back."""
        return self.appended - self.asked_to_delete - found, found & self.deleted
