"""The quarantined records of all spool files that no living process has."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from messagestore.cli.spool_files import spool_files
from messagestore.errors import EntryNotFound, SpoolError
from messagestore.logger.quarantined import QuarantinedRecord, file_and_number
from messagestore.logger.spool import QuarantinedEntry, Spool
from messagestore.logger.spool.claim import SPOOL

_PAGE = 100


@dataclass(frozen=True)
class Place:
    """Where a quarantined record is."""

    spool: Spool
    number: int

    def load(self) -> QuarantinedEntry:
        """Read it. Raises EntryNotFound."""
        return self.spool.quarantine.get(self.number)

    def shown(self) -> QuarantinedRecord:
        """Read it, for the list."""
        return QuarantinedRecord.of(self.spool.path.stem, self.load())


class QuarantineFiles:
    """Holds what it has opened until the end, so that no other process takes it."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._stack = ExitStack()
        self._spools: dict[Path, Spool | None] = {}
        self.in_use = 0
        self.unreadable: list[tuple[str, str]] = []

    def everything(self) -> Iterator[Place]:
        """Return all that can be opened; the rest is counted in `in_use` and `unreadable`."""
        for path in spool_files(self._folder):
            try:
                spool = self._open(path)
                if spool is not None:
                    yield from _places(spool)
                elif path.exists():
                    self.in_use += 1
            except SpoolError as error:
                self.unreadable.append((path.name, str(error)))

    def named(self, identifiers: Sequence[str]) -> list[Place]:
        """Return those with these ids. Raises EntryNotFound, and InvalidQuery for what is no id."""
        return [self._find(identifier) for identifier in dict.fromkeys(identifiers)]

    def _find(self, identifier: str) -> Place:
        stem, number = file_and_number(identifier)
        path = self._folder / f"{stem}{SPOOL}"
        if path not in spool_files(self._folder):
            raise EntryNotFound(f"There is no spool file of {identifier}.")
        spool = self._open(path)
        if spool is None:
            raise EntryNotFound(f"The spool file of {identifier} is in use by a living process.")
        place = Place(spool, number)
        place.load()
        return place

    def _open(self, path: Path) -> Spool | None:
        if path not in self._spools:
            spool = Spool.adopt(path, limit_bytes=self._limit_bytes)
            self._spools[path] = spool and self._stack.enter_context(spool)
        return self._spools[path]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()


def _places(spool: Spool) -> Iterator[Place]:
    after = 0
    while page := spool.quarantine.list(after=after, limit=_PAGE):
        yield from (Place(spool, entry.id) for entry in page)
        after = page[-1].id
