"""Draining: what orphans hold goes into the database, by the way of a bot's own drain."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from messagestore.cli.progress import metered
from messagestore.errors import DatabaseUnavailable, SpoolError
from messagestore.logger.durable_log import DurableLog
from messagestore.logger.spool import orphans
from messagestore.logger.spooler import Spooler
from messagestore.repository.recorder import Recorder

if TYPE_CHECKING:
    from messagestore.settings import Settings
    from messagestore.store import MessageStore

_LOOK_SECONDS = 0.05


class Draining:
    """Drains in rounds: in each, as many orphans as fit into one file. Counts what came of it."""

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self._drained = 0
        self.quarantined = 0

    def needed(self) -> bool:
        """Whether there is an orphan."""
        return bool(orphans(self._settings.spool_folder))

    async def drain(self, store: "MessageStore") -> None:
        """Drain all orphans. Raises DatabaseUnavailable, and SpoolError."""
        while await self._round(Recorder(store.database, store.reader, waiting=1)):
            pass

    def account(self, left: int) -> dict[str, int]:
        """Say what became of the entries; `left` are in orphans still."""
        return {"drained": self._drained, "quarantined": self.quarantined, "left": left}

    async def _round(self, recorder: Recorder) -> bool:
        """Drain what fits; False when nothing waited."""
        settings = self._settings
        spooler = Spooler(settings.spool_folder, limit_bytes=settings.spool_limit_bytes)
        log = DurableLog(recorder, spooler, deadline=settings.log_deadline)
        try:
            with suppress(SpoolError):
                # The oldest orphan becomes our file: on a full disk no other could be made.
                await spooler.read(1, 1)
            if not await spooler.adopt_orphans():
                return False
            log.start()
            await self._until_empty(recorder, spooler)
            return True
        finally:
            await log.close(grace=0)
            self._drained += log.metrics.drained
            self.quarantined += log.metrics.quarantined

    async def _until_empty(self, recorder: Recorder, spooler: Spooler) -> None:
        last, since = -1, monotonic()
        depth = await _depth(spooler)
        with metered("Draining", unit="records", total=depth) as meter:
            while depth:
                await recorder.probe()
                await asyncio.sleep(_LOOK_SECONDS)
                before, depth = depth, await _depth(spooler)
                meter.advance(before - depth, items=before - depth)
                if depth != last:
                    last, since = depth, monotonic()
                elif monotonic() - since > self._settings.command_timeout:
                    raise DatabaseUnavailable("The database answers but takes no records.")


async def _depth(spooler: Spooler) -> int:
    stats = await spooler.stats()
    return stats.depth if stats else 0
