"""QuarantineDesk: the quarantine of this process, looked at and worked off while it runs.

No other process can by itself: the file is this one's as long as it lives.
"""

from collections.abc import Sequence

import msgspec

from messagestore.errors import EntryNotFound
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.quarantined import (
    QuarantinedRecord,
    Retrial,
    file_and_number,
    retry_all,
)
from messagestore.logger.spool import QuarantinedEntry, Spool
from messagestore.logger.spooler import Spooler
from messagestore.service import MessageService


class QuarantinePage(msgspec.Struct, frozen=True):
    """Some of what is in the quarantine, oldest first; `next` goes into `after` to read on."""

    records: Sequence[QuarantinedRecord]
    next: str | None


class QuarantineDesk:
    """Raises EntryNotFound for an id that is not in this process's file, SpoolError otherwise."""

    def __init__(self, spooler: Spooler, service: MessageService, logger: MessageLogger) -> None:
        self._spooler = spooler
        self._service = service
        self._logger = logger

    async def list(self, *, after: str | None = None, limit: int = 100) -> QuarantinePage:
        """Return what is in it. Raises InvalidQuery for an `after` that is no id.

        That may be of another file: all of an older file comes before all of this one.
        """
        if not self._spooler.opened:
            return QuarantinePage([], None)
        file, number = ("", 0) if after is None else file_and_number(after)

        def work(spool: Spool) -> list[QuarantinedRecord]:
            stem = spool.path.stem
            if stem < file:
                return []
            entries = spool.quarantine.list(after=number * (stem == file), limit=limit + 1)
            return [QuarantinedRecord.of(stem, entry) for entry in entries]

        found = await self._spooler.work(work)
        page = found[:limit]
        return QuarantinePage(page, page[-1].id if len(found) > limit else None)

    async def get(self, identifier: str) -> QuarantinedRecord:
        """Return one record."""
        file, entry = await self._entry(identifier)
        return QuarantinedRecord.of(file, entry)

    async def retry(self, identifier: str) -> Retrial:
        """Write a record to the database again: what is refused again stays, with the new reason.

        A new reason gives it a new id. Raises DatabaseError on an outage.
        """
        _, entry = await self._entry(identifier)
        (retrial,) = await retry_all(self._service, self._logger, [entry.payload])
        reason = retrial.refused
        if reason is None:
            await self._spooler.work(lambda spool: spool.quarantine.drop(entry.id))
        elif reason != entry.reason:
            await self._spooler.work(lambda spool: spool.quarantine.rename(entry.id, reason))
        return retrial

    async def drop(self, identifier: str) -> None:
        """Delete a record for good: nothing else has it."""
        _, entry = await self._entry(identifier)
        await self._spooler.work(lambda spool: spool.quarantine.drop(entry.id))

    async def _entry(self, identifier: str) -> tuple[str, QuarantinedEntry]:
        file, number = file_and_number(identifier)

        def work(spool: Spool) -> QuarantinedEntry:
            if spool.path.stem != file:
                raise EntryNotFound("The file of this id is not that of this process.")
            return spool.quarantine.get(number)

        if not self._spooler.opened:
            raise EntryNotFound("This process has nothing in its quarantine.")
        return file, await self._spooler.work(work)
