"""Spooler: the spool from asyncio. One thread has the file; concurrent calls share an fsync."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from messagestore.errors import SpoolError, SpoolFull
from messagestore.logger.spool import Entry, NewEntry, Spool, SpoolStats, orphans
from messagestore.repository.batcher import BatchCounters, Batcher, BatchLimits

T = TypeVar("T")

_LIMITS = BatchLimits(items=1000, weight=8 * 1024 * 1024, waiting=100_000, workers=1)


class Spooler:
    """Opens the spool when it is first needed: a process without an outage makes no file."""

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="messagestore-spool")
        self._spool: Spool | None = None
        self._batcher = Batcher[NewEntry, int](
            self._append, lambda entry: len(entry.payload), _LIMITS
        )

    @property
    def counters(self) -> BatchCounters:
        """What the batches of `append` came to."""
        return self._batcher.counters

    @property
    def opened(self) -> bool:
        """Whether there is a spool, so that something may be in it."""
        return self._spool is not None

    def has_orphans(self) -> bool:
        """Whether processes that died have left a file; one that is out of reach is none."""
        try:
            return bool(orphans(self._folder))
        except OSError:
            return False

    async def append(self, entry: NewEntry) -> int:
        """Keep an entry; durable when this returns. Raises SpoolError."""
        return await self._batcher.submit(entry)

    async def read(self, rows: int, size: int) -> list[Entry]:
        """Return the oldest entries; a spool that nothing was put into is not made for it."""
        return await self._with_spool(lambda spool: spool.read(rows, size)) if self.opened else []

    async def delete(self, ids: Sequence[int]) -> None:
        """Forget entries that are in the database."""
        await self._with_spool(lambda spool: spool.delete(ids))

    async def quarantine(self, entry: NewEntry, reason: str) -> None:
        """Keep an entry apart that the database refuses for its content. Raises SpoolError."""
        await self._with_spool(lambda spool: spool.quarantine.add(entry, reason))

    async def set_apart(self, entry_id: int, reason: str) -> None:
        """Move an entry that waits into the quarantine."""
        await self._with_spool(lambda spool: spool.quarantine.move(entry_id, reason))

    async def stats(self) -> SpoolStats | None:
        """Return the figures; None while there is no spool."""
        return await self._with_spool(lambda spool: spool.stats()) if self.opened else None

    async def has_room(self) -> bool:
        """Whether a message could be kept now; the file is made for it, if there is none."""
        try:
            stats = await self._with_spool(lambda spool: spool.stats())
        except SpoolError:
            return False
        return stats.size_bytes < stats.limit_bytes

    async def work(self, work: Callable[[Spool], T]) -> T:
        """Do something else with the spool, in its thread."""
        return await self._with_spool(work)

    async def adopt_orphans(self) -> bool:
        """Take over what processes that died have left; True when something waits then."""
        return await self._in_thread(self._take_orphans)

    async def close(self) -> None:
        """Close the file; what it holds stays for the next process."""
        await self._batcher.close()
        await self._in_thread(self._close)
        self._thread.shutdown()

    async def _append(self, entries: Sequence[NewEntry]) -> Sequence[int | Exception]:
        try:
            return await self._with_spool(lambda spool: spool.append(entries))
        except SpoolError as error:
            return [error] * len(entries)

    async def _with_spool(self, work: Callable[[Spool], T]) -> T:
        return await self._in_thread(lambda: work(self._open()))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self) -> Spool:
        if self._spool is None:
            self._spool = Spool.open(self._folder, limit_bytes=self._limit_bytes)
        return self._spool

    def _take_orphans(self) -> bool:
        """Move what waits in orphans into our file, as far as there is room.

        What they hold in quarantine stays there. One that cannot be used keeps no other back.
        """
        unusable: SpoolError | None = None
        for path in orphans(self._folder) if self._folder.exists() else []:
            try:
                self._take_orphan(path)
            except SpoolError as error:
                unusable = unusable or error
        if unusable is not None:
            raise unusable
        return self._spool is not None and self._spool.depth > 0

    def _take_orphan(self, path: Path) -> None:
        orphan = Spool.adopt(path, limit_bytes=self._limit_bytes)
        if orphan is None:
            return
        with orphan, suppress(SpoolFull):
            while entries := orphan.read(1000, _LIMITS.weight):
                moved = [NewEntry(entry.payload, entry.key) for entry in entries]
                self._open().append(moved)
                orphan.delete([entry.id for entry in entries])

    def _close(self) -> None:
        if self._spool is not None:
            self._spool.close()
            self._spool = None
