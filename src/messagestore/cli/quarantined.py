"""The quarantined records of all spool files that no living process has."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from messagestore.cli.spool_files import spool_files
from messagestore.errors import EntryNotFound, InvalidQuery, SpoolError
from messagestore.logger.kept_payload import KeptPayload, decode_payload
from messagestore.logger.spool import QuarantinedEntry, Spool
from messagestore.logger.spool.claim import SPOOL
from messagestore.repository.records import Record, decode, target_of

_PAGE = 100


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A quarantined record as it is listed; kind and target are None where it is no record.

    The target of what a provider sent is the provider.

    The payload is text exactly as it was to be written; bytes that are no text stand in base64.
    """

    id: str
    since: datetime
    reason: str
    kind: str | None
    target: str | None
    payload: str | None
    payload_base64: str | None


@dataclass(frozen=True)
class Place:
    """Where a quarantined record is."""

    spool: Spool
    number: int

    def load(self) -> QuarantinedEntry:
        """Read it. Raises EntryNotFound."""
        return self.spool.quarantine.get(self.number)

    def listed(self) -> Listed:
        """Read it, for the list."""
        entry = self.load()
        record = read_record(entry.payload)
        text = _text(entry.payload)
        return Listed(
            id=f"{self.spool.path.stem}:{self.number}",
            since=entry.stored_at,
            reason=entry.reason,
            kind=None if record is None else str(record.__struct_config__.tag),
            target=_target_of(record),
            payload=text,
            payload_base64=base64.b64encode(entry.payload).decode() if text is None else None,
        )


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
        stem, _, digits = identifier.partition(":")
        if not (stem and digits.isdecimal() and digits.isascii()) or len(digits) > len(str(2**62)):
            raise InvalidQuery("An ID is a file and a number, as `quarantine list` shows it.")
        path = self._folder / f"{stem}{SPOOL}"
        if path not in spool_files(self._folder):
            raise EntryNotFound(f"There is no spool file of {identifier}.")
        spool = self._open(path)
        if spool is None:
            raise EntryNotFound(f"The spool file of {identifier} is in use by a living process.")
        place = Place(spool, int(digits))
        place.load()
        return place

    def _open(self, path: Path) -> Spool | None:
        if path not in self._spools:
            spool = Spool.adopt(path, limit_bytes=self._limit_bytes)
            self._spools[path] = spool and self._stack.enter_context(spool)
        return self._spools[path]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()


def read_record(payload: bytes) -> Record | KeptPayload | None:
    """Return the record, or what a provider sent, that was quarantined; None for neither."""
    try:
        return decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return decode_payload(payload)


def _target_of(record: Record | KeptPayload | None) -> str | None:
    match record:
        case None:
            return None
        case KeptPayload(provider=provider):
            return provider
        case _:
            return target_of(record)


def _places(spool: Spool) -> Iterator[Place]:
    after = 0
    while page := spool.quarantine.list(after=after, limit=_PAGE):
        yield from (Place(spool, entry.id) for entry in page)
        after = page[-1].id


def _text(payload: bytes) -> str | None:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return None
