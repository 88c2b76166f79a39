"""The quarantines of all processes of a service: any of them answers for all.

A quarantine's file is one process's for as long as that lives. So each answers for its own, to the
others too: over a socket in a folder that only the service's user can enter.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

import msgspec

from messagestore.errors import EntryNotFound, MessageStoreError, SpoolUnavailable
from messagestore.http.quarantine_questions import (
    Answer,
    Drop,
    Get,
    List,
    Question,
    Retry,
    answered,
    read_answer,
)
from messagestore.logger.quarantine_desk import QuarantineDesk, QuarantinePage
from messagestore.logger.quarantined import QuarantinedRecord, Retrial, file_and_number
from messagestore.logger.spool.folder import private_folder

T = TypeVar("T")

_SOCKET = ".sock"
_PATIENCE = 30.0
"""Seconds for another process: a retry writes to the database."""
_SILENT = "A process of this service does not answer for its quarantine: ask again."

_log = logging.getLogger("messagestore.http")


class Quarantines:
    """Raises as QuarantineDesk does, and SpoolUnavailable where a process does not answer."""

    def __init__(self, desk: QuarantineDesk, own: Path | None = None) -> None:
        """`own` is the socket of this process, beside those of the others, if there are any."""
        self._desk = desk
        self._own = own

    async def list(self, *, after: str | None = None, limit: int = 100) -> QuarantinePage:
        """Return what is in them, by file (the older first) and, within it, oldest first."""
        replies = await self._replies(List(after=after, limit=limit))
        pages = [read_answer(reply, QuarantinePage) for reply in replies]
        records = [record for page in pages for record in page.records]
        records.sort(key=lambda record: file_and_number(record.id))
        more = len(records) > limit or any(page.next for page in pages)
        return QuarantinePage(records[:limit], records[limit - 1].id if more else None)

    async def get(self, identifier: str) -> QuarantinedRecord:
        """Return one record."""
        return await self._whoever_has_it(Get(id=identifier), QuarantinedRecord)

    async def retry(self, identifier: str) -> Retrial:
        """Write a record to the database again."""
        return await self._whoever_has_it(Retry(id=identifier), Retrial)

    async def drop(self, identifier: str) -> None:
        """Delete a record for good."""
        await self._whoever_has_it(Drop(id=identifier), None)

    async def _whoever_has_it(self, question: Get | Retry | Drop, kind: type[T] | None) -> T:
        replies = await self._replies(question)
        said = [reply for reply in replies if reply.error != EntryNotFound.__name__]
        # Where one is silent, it may be another who has the record.
        said.sort(key=lambda reply: reply.error == SpoolUnavailable.__name__)
        return read_answer((said or replies)[0], kind)

    async def _replies(self, question: Question) -> Sequence[Answer]:
        """Return what each process answers, this one first; those that have ended are left out."""
        others = [_reply(path, question) for path in self._others()]
        replies = await asyncio.gather(answered(self._desk, question), *others)
        return [reply for reply in replies if reply is not None]

    def _others(self) -> Sequence[Path]:
        if self._own is None:
            return []
        return sorted(path for path in self._own.parent.glob(f"*{_SOCKET}") if path != self._own)


@asynccontextmanager
async def alone(desk: QuarantineDesk) -> AsyncIterator[Quarantines]:
    """Give the quarantine of this process."""
    yield Quarantines(desk)


@asynccontextmanager
async def among_others(desk: QuarantineDesk, spool_folder: Path) -> AsyncIterator[Quarantines]:
    """Give the quarantines of all processes that share a folder, and answer the others."""
    listening = await _listen(desk, spool_folder)
    if listening is None:
        yield Quarantines(desk)
        return
    server, own = listening
    try:
        yield Quarantines(desk, own)
    finally:
        server.close()
        own.unlink(missing_ok=True)


async def _listen(desk: QuarantineDesk, spool_folder: Path) -> tuple[asyncio.Server, Path] | None:
    """Listen to the others; None where that cannot be, as with too long a path for a socket."""
    try:
        folder = private_folder(private_folder(spool_folder) / "workers")
        own = folder / f"{os.getpid()}-{token_hex(4)}{_SOCKET}"
        return await asyncio.start_unix_server(partial(_serve, desk), own), own
    except (OSError, MessageStoreError) as error:
        _log.warning(
            "The quarantine of this process is its own matter: it cannot listen to the other "
            "workers in %s/workers (%s).",
            *(spool_folder, error),
        )
        return None


async def _serve(
    desk: QuarantineDesk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        question = msgspec.json.decode(await reader.read(), type=Question)
        writer.write(msgspec.json.encode(await answered(desk, question)))
        await writer.drain()
    finally:
        writer.close()


async def _reply(path: Path, question: Question) -> Answer | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                writer.write(msgspec.json.encode(question))
                writer.write_eof()
                return msgspec.json.decode(await reader.read(), type=Answer)
            finally:
                writer.close()
    except (FileNotFoundError, ConnectionRefusedError):
        _forget_dead(path)
        return None
    except (OSError, TimeoutError, msgspec.DecodeError):
        return Answer(error=SpoolUnavailable.__name__, sentence=_SILENT)


def _forget_dead(path: Path) -> None:
    """Remove the socket of a process that was killed, and not of one that begins to listen."""
    with suppress(OSError):
        try:
            os.kill(int(path.name.partition("-")[0]), 0)
        except ProcessLookupError:
            path.unlink()
